"""Finished results as one HTML file that is complete in itself, readable offline and runs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.report.comparison import check_comparison_report as check_comparison_report
    from textgd.report.comparison import write_comparison_report as write_comparison_report
    from textgd.report.curves import check_curve_report as check_curve_report
    from textgd.report.curves import write_curve_report as write_curve_report
    from textgd.report.doctor import check_diagnosis_report as check_diagnosis_report
    from textgd.report.doctor import write_diagnosis_report as write_diagnosis_report
    from textgd.report.evaluation import check_evaluation_report as check_evaluation_report
    from textgd.report.evaluation import write_evaluation_report as write_evaluation_report
    from textgd.report.explanation import check_explanation_page as check_explanation_page
    from textgd.report.explanation import write_explanation_page as write_explanation_page

# Handed on lazily: the page of one explanation needs neither curves nor pictures.
_HOMES = {
    "check_comparison_report": "comparison",
    "check_curve_report": "curves",
    "check_diagnosis_report": "doctor",
    "check_evaluation_report": "evaluation",
    "check_explanation_page": "explanation",
    "write_comparison_report": "comparison",
    "write_curve_report": "curves",
    "write_diagnosis_report": "doctor",
    "write_evaluation_report": "evaluation",
    "write_explanation_page": "explanation",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
