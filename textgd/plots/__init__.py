"""Pictures of finished results: displays that take a result and axes, as a paper could print them."""

from textgd.plots.evaluation import (
    check_plot_folder,
    evaluation_svgs,
    plot_calibration,
    plot_confusion,
    plot_precision_recall,
    plot_roc,
    plot_thresholds,
    save_evaluation_plots,
)
from textgd.plots.figure import curves_svg, plot_learning_curves, plot_robustness_curves, save_plot
from textgd.plots.rendering import PICTURE_FORMATS, check_picture

__all__ = [
    "PICTURE_FORMATS",
    "check_picture",
    "check_plot_folder",
    "curves_svg",
    "evaluation_svgs",
    "plot_calibration",
    "plot_confusion",
    "plot_learning_curves",
    "plot_precision_recall",
    "plot_robustness_curves",
    "plot_roc",
    "plot_thresholds",
    "save_evaluation_plots",
    "save_plot",
]
