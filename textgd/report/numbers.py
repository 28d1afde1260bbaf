"""Errors and differences of errors, as the pages of curves have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textgd.evaluation.display import error_label, p_label
from textgd.evaluation.measures import Measure
from textgd.report.pages import Html, element, to_html

if TYPE_CHECKING:
    from textgd.evaluation.robustness_result import LevelComparison
    from textgd.evaluation.uncertainty import Comparison

__all__ = ["capital", "difference_cells", "how_repeated", "number", "signed", "unit", "with_interval"]


def number(measure: Measure, error: float, decimals: int) -> str:
    """Return an error or a difference of errors, whose unit stands elsewhere, with a minus sign as print has it."""
    text = error_label(measure, error, decimals, unit=False)
    return text.replace("-", "−") if np.isfinite(error) else text


def with_interval(measure: Measure, value: float, low: float, high: float, decimals: int, sign: str = "") -> Html:
    """Return an error with its interval, smaller."""
    shown = to_html(f"{sign}{number(measure, value, decimals)}")
    if not np.isfinite([low, high]).all():
        return shown
    ends = f"[{number(measure, low, decimals)}, {number(measure, high, decimals)}]"
    return Html(f"{shown} {element('small', ends)}")


def signed(measure: Measure, value: float, low: float, high: float, decimals: int) -> Html:
    """Return a difference with its interval, and a sign before it unless it rounds to zero."""
    shown = error_label(measure, value, decimals, unit=False)
    return with_interval(measure, value, low, high, decimals, "+" if value > 0.0 and float(shown) > 0.0 else "")


def difference_cells(comparison: Comparison | LevelComparison, measure: Measure, decimals: int) -> tuple[Html, str]:
    """Return the difference of two lines, and its adjusted p-value."""
    value, low, high = comparison.difference, comparison.low, comparison.high
    return signed(measure, value, low, high, decimals), p_label(comparison.p_holm)


def unit(measure: Measure) -> str:
    """Return what errors are in."""
    return "%" if measure.is_share else "nats"


def capital(text: str) -> str:
    """Return text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def how_repeated(n_repeats: int) -> str:
    """Return what the numbers of a table are."""
    return f"Means of {n_repeats} repeats with their 95 % intervals" if n_repeats > 1 else "One repeat, so no intervals"
