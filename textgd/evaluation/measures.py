"""What experiments measure: from true classes and answers to a score, on all documents or on resamples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion
from textgd.metrics.confusion import class_shares, macro_mean
from textgd.metrics.losses import LEAST_PROBABILITY
from textgd.metrics.ranking import weighted_auc
from textgd.metrics.spam import lam

__all__ = ["MEASURES", "SYNONYMS", "Answers", "Measure", "check_defined", "find_measure"]


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model says of documents.

    Parameters
    ----------
    columns : int array of shape (n_documents,)
        The class that is named for each document.
    scores : float64 array of shape (n_documents, n_classes), or None
        What orders documents by how much they look like a class.
    log_proba : float64 array of shape (n_documents, n_classes), or None
    """

    columns: NDArray[np.intp]
    scores: NDArray[np.float64] | None = None
    log_proba: NDArray[np.float64] | None = None


Compute = Callable[[NDArray[np.intp], Answers, NDArray[np.float64], int], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Measure:
    """A measure of predictions.

    Parameters
    ----------
    name : str
    error_title : str
        What its error is called, for people.
    compute : callable
        From true classes, answers, weights of shape (n_resamples, n_documents) and the number of classes to
        the scores, shape (n_resamples,).
    is_share : bool
        Whether it lies between 0 and 1 and is shown in percent.
    greater_is_better : bool
        Whether its error is 1 minus the score; else the score is the error.
    needs : {"labels", "scores", "probabilities"}
        What a model must give for it.
    two_classes : bool
        Whether it is defined for two classes alone.
    """

    name: str
    error_title: str
    compute: Compute
    is_share: bool = True
    greater_is_better: bool = True
    needs: str = "labels"
    two_classes: bool = False

    def error(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return errors, of which less is better; and from those the scores again."""
        return 1.0 - scores if self.greater_is_better else scores


def _accuracy(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    is_right = (answers.columns == truth).astype(np.float64)
    return _means(is_right, weights)


def _confusion(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    """Return the documents by true and named class, shape (n_resamples, n_classes, n_classes)."""
    cells = truth * n_classes + answers.columns
    counts = np.stack([np.bincount(cells, row, n_classes * n_classes).astype(np.float64) for row in weights])
    cubes: NDArray[np.float64] = counts.reshape(len(weights), n_classes, n_classes)
    return cubes


def _macro_f1(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    _, _, f1 = class_shares(_confusion(truth, answers, weights, n_classes))
    # A class that is neither there nor named has no F1.
    return macro_mean(f1)


def _log_loss(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.log_proba is not None
    of_truth = answers.log_proba[np.arange(len(truth)), truth]
    return _means(-np.maximum(of_truth, np.log(LEAST_PROBABILITY)), weights)


def _means(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted means of one number a document, shape (n_resamples,)."""
    # Not by a matrix product, whose last digits depend on how many threads the linear algebra has.
    means: NDArray[np.float64] = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return means


def _auc(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    assert answers.scores is not None
    ahead = answers.scores[:, 1] - answers.scores[:, 0]
    return weighted_auc(truth == 1, ahead, weights)


def _lam(
    truth: NDArray[np.intp], answers: Answers, weights: NDArray[np.float64], n_classes: int
) -> NDArray[np.float64]:
    confusion = _confusion(truth, answers, weights, n_classes)
    # A class without a document has no rate of errors, whatever the guard makes of it.
    return np.where((confusion.sum(axis=2) > 0.0).all(axis=1), lam(confusion), np.nan)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.name: measure
        for measure in (
            Measure("accuracy", "error", _accuracy),
            Measure("f1_macro", "1 - macro F1", _macro_f1),
            Measure("log_loss", "log loss", _log_loss, is_share=False, greater_is_better=False, needs="probabilities"),
            Measure("roc_auc", "1 - AUC", _auc, needs="scores", two_classes=True),
            Measure("lam", "lam", _lam, greater_is_better=False, two_classes=True),
        )
    }
)


#: Short names, which results of before also have, and scikit-learn's name for what it negates.
SYNONYMS: Mapping[str, str] = MappingProxyType({"f1": "f1_macro", "auc": "roc_auc", "neg_log_loss": "log_loss"})


def find_measure(name: str) -> Measure:
    """Return the measure of that name, or of a synonym.

    Raises
    ------
    UnknownNameError

    Examples
    --------
    >>> truth, answers = np.array([0, 0, 1, 1]), Answers(np.array([0, 1, 1, 1]))
    >>> [find_measure(name).compute(truth, answers, np.ones((1, 4)), 2).round(3).item() for name in ("accuracy", "f1")]
    [0.75, 0.733]
    >>> find_measure("f1").name
    'f1_macro'
    """
    try:
        return MEASURES[SYNONYMS.get(name, name)]
    except (KeyError, TypeError):
        raise UnknownNameError(
            f"There is no metric {name!r}. {suggestion(str(name), [*MEASURES, *SYNONYMS])}"
        ) from None


def check_defined(measure: Measure, corpus: str, n_classes: int) -> None:
    """Refuse a measure that so many classes do not have.

    Parameters
    ----------
    measure : Measure
    corpus : str
        What messages call it.
    n_classes : int

    Raises
    ------
    InvalidParameterError

    Examples
    --------
    >>> check_defined(find_measure("f1_macro"), "mine", 3)
    >>> check_defined(find_measure("lam"), "mine", 3)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    textgd.errors.InvalidParameterError: metric is 'lam', which is defined for two classes, and mine has 3. Choose ...
    """
    if measure.two_classes and n_classes != 2:
        *others, last = (other.name for other in MEASURES.values() if not other.two_classes)
        raise InvalidParameterError(
            f"metric is {measure.name!r}, which is defined for two classes, and {corpus} has {n_classes}. "
            f"Choose {', '.join(others)} or {last} (--metric)."
        )
