"""What each metric is called, for people: one name, one unit and one explanation for terminals and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from textgd.metrics.intervals import Interval

__all__ = ["METRICS", "Metric"]


@dataclass(frozen=True)
class Metric:
    """A metric, for people.

    Parameters
    ----------
    name : str
        Its key.
    title : str
    meaning : str
        In one clause; of two classes, {positive} and {negative} stand for the labels.
    is_share : bool
        Whether it is shown in percent.
    """

    name: str
    title: str
    meaning: str
    is_share: bool = True

    def meaning_for(self, negative: str, positive: str) -> str:
        """Return what it means, in the words of two labels.

        Examples
        --------
        >>> METRICS["hm"].meaning_for("ham", "spam")
        'ham called spam'
        """
        return self.meaning.format(negative=negative, positive=positive)

    def numbers(self, interval: Interval) -> tuple[str, str, str]:
        """Return value, low and high as text without their unit, with decimals alike; ``-`` where not defined.

        Examples
        --------
        >>> METRICS["accuracy"].numbers(Interval(0.9, 0.85, 0.95)), METRICS["hm"].numbers(Interval(0.0002, 0.0, 0.001))
        (('90.00', '85.00', '95.00'), ('0.0200', '0.0000', '0.1000'))
        """
        scale, decimals = (100.0, 2) if self.is_share else (1.0, 4)
        if self.is_share:
            # Two decimals are too few to tell small rates of errors apart.
            decimals += (0.0 < interval.value < 0.005) + (0.0 < interval.value < 0.0005)
        numbers = (interval.value, interval.low, interval.high)
        value, low, high = ("-" if n != n else f"{scale * n:z.{decimals}f}" for n in numbers)
        return value, low, high


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        metric.name: metric
        for metric in (
            Metric("accuracy", "accuracy", "documents that are called rightly"),
            Metric("precision", "precision", "of what is called {positive}, what is"),
            Metric("recall", "recall", "of all {positive}, what is called so"),
            Metric("f1", "F1", "harmonic mean of precision and recall of {positive}"),
            Metric("precision_macro", "macro precision", "mean over the classes"),
            Metric("recall_macro", "macro recall", "mean over the classes: the balanced accuracy"),
            Metric("f1_macro", "macro F1", "mean over the classes"),
            Metric("precision_micro", "micro precision", "over all classes together: the accuracy"),
            Metric("recall_micro", "micro recall", "over all classes together: the accuracy"),
            Metric("f1_micro", "micro F1", "over all classes together: the accuracy"),
            Metric("precision_weighted", "weighted precision", "mean over the classes by their documents"),
            Metric("recall_weighted", "weighted recall", "mean over the classes by their documents: the accuracy"),
            Metric("f1_weighted", "weighted F1", "mean over the classes by their documents"),
            Metric("mcc", "MCC", "Matthews' correlation of truth and call, from -1 to 1", is_share=False),
            Metric("roc_auc", "ROC AUC", "pairs of two classes that the scores have in order"),
            Metric("average_precision", "average precision", "area under precision over recall"),
            Metric("log_loss", "log loss", "-ln of the true label's probability, in nats", is_share=False),
            Metric("brier", "Brier score", "half the squared distance of probabilities and truth", is_share=False),
            Metric("ece", "calibration error", "gap between probability and share that is right (ECE)", is_share=False),
            Metric("hm", "hm", "{negative} called {positive}"),
            Metric("sm", "sm", "{positive} called {negative}"),
            Metric("lam", "lam", "logistic mean of hm and sm"),
            Metric("one_minus_roca", "1-ROCA", "pairs of {negative} and {positive} in the wrong order"),
        )
    }
)
