"""Finished results as one HTML file that is complete in itself, readable offline and runs no script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.report.advice import advice_page as advice_page
    from textgd.report.comparison import comparison_page as comparison_page
    from textgd.report.curves import curves_page as curves_page
    from textgd.report.doctor import diagnosis_page as diagnosis_page
    from textgd.report.evaluation import evaluation_page as evaluation_page
    from textgd.report.explanation import explanation_page as explanation_page
    from textgd.report.pages import check_page as check_page
    from textgd.report.pages import write_page as write_page
    from textgd.report.robustness import robustness_page as robustness_page

# Handed on lazily: the page of one explanation needs neither curves nor pictures.
_HOMES = {
    "advice_page": "advice",
    "check_page": "pages",
    "comparison_page": "comparison",
    "curves_page": "curves",
    "diagnosis_page": "doctor",
    "evaluation_page": "evaluation",
    "explanation_page": "explanation",
    "robustness_page": "robustness",
    "write_page": "pages",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
