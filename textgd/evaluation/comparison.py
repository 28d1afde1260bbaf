"""The result of comparing models: frozen data, which tables and reports are made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from textgd.metrics import Interval
from textgd.plain import plain

__all__ = ["ComparedModel", "ComparedPair", "ModelComparison", "ModelFailure"]


@dataclass(frozen=True)
class ComparedModel:
    """A model of the comparison, and what it is worth.

    Parameters
    ----------
    name : str
        What results call it; of a saved model the path of its file.
    family : str or None
        None where it is not known, as of an estimator of the user's own.
    title : str
        For people.
    settings : mapping
        Its parameters that are not the defaults.
    metrics : mapping of name -> Interval
        What the model allows of `textgd.evaluation.measures.MEASURES`, "brier" and "ece", with 95 %
        intervals.  NaN where it was not measured.
    fold_scores : mapping of name -> tuple of float
        The same of each fold; empty for saved models, which are tested once.
    fit_seconds, predict_seconds : float
        Processor time, reading included, of learning from and of answering the documents of a fold, the mean over
        folds; of saved models no learning (NaN), and answering the test documents.
    seconds_per_document : float
        Of answering.
    n_bytes : int or None
        The size of its file: in cross-validation, of what the first fold taught.  None where no file holds it.
    unseen : mapping of label -> int
        Labels of test documents that a saved model has never seen, and how many documents have them: all are errors.
    has_seen : bool
        Whether a saved model was trained on a corpus of the same name, so that it may know the test documents.
    """

    name: str
    family: str | None
    title: str
    settings: Mapping[str, Any]
    metrics: Mapping[str, Interval]
    fold_scores: Mapping[str, tuple[float, ...]]
    fit_seconds: float
    predict_seconds: float
    seconds_per_document: float
    n_bytes: int | None
    unseen: Mapping[Any, int] = field(default_factory=dict)
    has_seen: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold, but for NaN; `unseen` as a list, because a JSON key is always a string."""
        return {
            "name": self.name,
            "family": self.family,
            "title": self.title,
            "settings": dict(self.settings),
            "metrics": {name: asdict(interval) for name, interval in self.metrics.items()},
            "fold_scores": {name: list(scores) for name, scores in self.fold_scores.items()},
            "fit_seconds": self.fit_seconds,
            "predict_seconds": self.predict_seconds,
            "seconds_per_document": self.seconds_per_document,
            "bytes": self.n_bytes,
            "unseen": [{"label": label, "support": support} for label, support in self.unseen.items()],
            "has_seen": self.has_seen,
        }


@dataclass(frozen=True)
class ComparedPair:
    """Two models on the same documents.

    Parameters
    ----------
    first, second : str
        Names of models; the first is the one with the better value of the metric.
    difference : Interval
        How much better the first is, in the unit of the metric.
    p_value, p_holm : float
        Of no difference, two-sided; the second adjusted for all pairs (Holm 1979).
    only_first, only_second : tuple of int
        Documents that one named rightly and the other not, of each repeat; of a saved model of the one test.
    mcnemar_p, mcnemar_holm : float
        Of being right on equally many documents (`textgd.evaluation.significance.mcnemar`).
    wins, ties, losses : int
        Folds in which the first is better, as good, and worse.
    """

    first: str
    second: str
    difference: Interval
    p_value: float
    p_holm: float
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]
    mcnemar_p: float
    mcnemar_holm: float
    wins: int
    ties: int
    losses: int


@dataclass(frozen=True)
class ModelFailure:
    """Why a model has no result in some folds.

    Parameters
    ----------
    model : str
    n_folds : int
        How many folds it failed in.
    reason : str
        Of the first.
    """

    model: str
    n_folds: int
    reason: str


@dataclass(frozen=True, eq=False)
class ModelComparison:
    """Several models on the same documents, and what that says about them.

    Attributes
    ----------
    corpus : str
        Its name.
    metric : str
        What they are ranked by, a name of `textgd.evaluation.measures.MEASURES`.
    models : tuple of ComparedModel
        The best first.
    pairs : tuple of ComparedPair
        Each two of them.
    ranking : str
        What that comes to, in a sentence.
    failures : tuple of ModelFailure
    settings : dict
        What else says how the result came about: how it was tested, documents, folds, seed, versions.
    """

    corpus: str
    metric: str
    models: tuple[ComparedModel, ...]
    pairs: tuple[ComparedPair, ...]
    ranking: str
    failures: tuple[ModelFailure, ...]
    settings: Mapping[str, Any]

    def __repr__(self) -> str:
        """Show what was compared, not the numbers."""
        models = ", ".join(model.name for model in self.models)
        return f"ModelComparison({self.corpus!r}, {self.metric}, {models})"

    def __getitem__(self, name: str) -> ComparedModel:
        """Return the model of that name."""
        return next(model for model in self.models if model.name == name)

    @property
    def is_cross_validated(self) -> bool:
        """Whether models were fitted for each fold; else saved ones were tested."""
        return "cv" in self.settings

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; NaN becomes None."""
        whole: dict[str, Any] = plain(
            {
                "corpus": self.corpus,
                "metric": self.metric,
                "ranking": self.ranking,
                "models": [model.to_dict() for model in self.models],
                "pairs": [asdict(pair) for pair in self.pairs],
                "failures": [asdict(failure) for failure in self.failures],
                "settings": dict(self.settings),
            }
        )
        return whole

    def to_json(self) -> str:
        """Return everything as one line of JSON.

        But for the times (``fit_seconds``, ``predict_seconds``, ``seconds_per_document``) the same documents, seed and
        version of textgd give the same text.
        """
        return json.dumps(self.to_dict(), allow_nan=False)
