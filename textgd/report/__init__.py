"""Finished results as one HTML file that is complete in itself, readable offline and runs no script."""

from textgd.report.comparison import check_comparison_report, write_comparison_report
from textgd.report.curves import check_curve_report, write_curve_report
from textgd.report.evaluation import check_evaluation_report, write_evaluation_report

__all__ = [
    "check_comparison_report",
    "check_curve_report",
    "check_evaluation_report",
    "write_comparison_report",
    "write_curve_report",
    "write_evaluation_report",
]
