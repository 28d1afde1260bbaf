"""Pictures of finished results: learning curves as a figure that a paper could print."""

from textgd.plots.figure import PICTURE_FORMATS, check_picture, curves_svg, plot_learning_curves, save_plot

__all__ = [
    "PICTURE_FORMATS",
    "check_picture",
    "curves_svg",
    "plot_learning_curves",
    "save_plot",
]
