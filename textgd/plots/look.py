"""Colors and sizes that all pictures share."""

from __future__ import annotations

__all__ = [
    "BLACK",
    "BLUE",
    "COLORS",
    "DISTINCT",
    "GREEN",
    "GREY",
    "INK",
    "ORANGE",
    "PALE",
    "PURPLE",
    "SKY",
    "SMALL",
    "TEXT_SIZE",
    "VERMILION",
]

# Colors that people with any color vision tell apart (Okabe and Ito 2008).
BLUE, VERMILION, GREEN, BLACK = "#0072b2", "#d55e00", "#009e73", "#222222"
ORANGE, SKY, PURPLE, GREY = "#e69f00", "#56b4e9", "#cc79a7", "#6e6e6e"
#: What is drawn in one picture and is of one kind, in this order.
DISTINCT = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK)
#: The colors of lines, and the color of all that is written: what a page may set otherwise, by its own light.
COLORS = (*DISTINCT, GREY)
INK = "#262626"
PALE = "#8c8c8c"
#: Of text, in points.
TEXT_SIZE = 9.0
SMALL = 7.5
