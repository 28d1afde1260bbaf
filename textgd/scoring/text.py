"""A fitted model on raw documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion
from textgd.probabilities import NO_PROBABILITIES, Probabilities, log_odds, reweighted
from textgd.scoring.language import LanguageScorer
from textgd.scoring.linear import LinearScorer
from textgd.scoring.missing import check_no_imputation, gapped_scores
from textgd.scoring.novelty import NO_NOVELTY, Novelty, open_scores
from textgd.scoring.priors import ESTIMATE, PriorEstimate, estimate_class_prior
from textgd.text.extractor import Extractor
from textgd.text.sequences import SequenceReader
from textgd.validation import AUTO, ClassPrior, resolve_class_prior

__all__ = ["Prediction", "TextScorer"]

# Features whose weights are worked out at a time.
_BLOCK = 1 << 15


class Prediction(NamedTuple):
    """What a model says of documents.

    Attributes
    ----------
    scores : float64 array of shape (n_documents, n_classes)
    log_proba : float64 array of shape (n_documents, n_classes), or None
        Natural logarithms of the probabilities; None where the model has none.
    n_known_tokens : int64 array of shape (n_documents,)
        How many tokens of each document the model knows.
    """

    scores: NDArray[np.float64]
    log_proba: NDArray[np.float64] | None
    n_known_tokens: NDArray[np.int64]

    @property
    def columns(self) -> NDArray[np.intp]:
        """The class of each document as a column: the most probable, or without probabilities the best scored."""
        # From the logarithms: two of them may differ where their probabilities round to the same.
        best: NDArray[np.intp] = (self.scores if self.log_proba is None else self.log_proba).argmax(axis=1)
        return best


@dataclass(frozen=True, eq=False)
class TextScorer:
    """A fitted model on raw documents: a feature space, the weights in it, and what its scores stand for.

    Parameters
    ----------
    extractor : Extractor, or SequenceReader
    scorer : LinearScorer, or LanguageScorer
    classes : array of shape (n_classes,)
        The labels, in the order of the columns.
    probabilities : Probabilities, optional
        None where scores are all that the model has.
    class_prior : float64 array of shape (n_classes,), optional
        How frequent the classes are where the probabilities hold; None where that is not known.
    novelty : Novelty, optional
        How improbable documents of the classes are; None where the model does not know.
    """

    extractor: Extractor | SequenceReader
    scorer: LinearScorer | LanguageScorer
    classes: NDArray[Any]
    probabilities: Probabilities | None = None
    class_prior: NDArray[np.float64] | None = None
    novelty: Novelty | None = None

    def predict(
        self, documents: Sequence[str], n_jobs: int | None = None, *, missing: str | None = None, impute: str = AUTO
    ) -> Prediction:
        """Return the prediction for documents.

        Parameters
        ----------
        documents : sequence of str
        n_jobs : int, optional
            Threads; the prediction does not depend on it.
        missing : str, optional
            The mark that stands by itself in the place of each missing word, such as ``"___"``.
        impute : {"auto", "marginalize", "zero", "mean"}
            What is put there; see `textgd.scoring.missing.gapped_scores`.

        Raises
        ------
        InvalidParameterError
            For what cannot be a mark, and where the model cannot impute so.
        """
        if missing is not None:
            return self._prediction(*gapped_scores(self.extractor, self.scorer, documents, missing, impute, n_jobs))
        check_no_imputation(impute)
        rows, known = self.extractor.read(documents, n_jobs)
        return self.predict_rows(rows, known, n_jobs)

    def predict_rows(self, rows: Any, known: NDArray[np.int64], n_jobs: int | None = None) -> Prediction:
        """Return the prediction for documents whose features are counted."""
        return self._prediction(self.scorer.scores(rows, n_jobs), known)

    def predict_slowly(self, documents: Sequence[str]) -> Prediction:
        """Return the prediction for documents, by the reference implementations alone."""
        rows: Any
        rows, known = self.extractor.read_slowly(documents)
        return self._prediction(self.scorer.scores_slowly(rows), known)

    def _prediction(self, scores: NDArray[np.float64], known: NDArray[np.int64]) -> Prediction:
        log_proba = None if self.probabilities is None else self.probabilities.log_proba(scores)
        return Prediction(scores, log_proba, known)

    # Other class frequencies

    def with_class_prior(self, class_prior: ClassPrior) -> TextScorer:
        """Return the model where classes are as frequent as it is said here: Bayes' rule on its probabilities.

        Parameters
        ----------
        class_prior : "uniform", mapping of label -> probability, or array of shape (n_classes,)

        Raises
        ------
        InvalidParameterError
            Where that is no distribution over the classes, or one that does not follow from the model's.
        """
        known = self._known_prior()
        prior = resolve_class_prior(class_prior, self.classes, words=[ESTIMATE])
        if (is_lost := (known == 0.0) & (prior > 0.0)).any():
            label = self.classes[is_lost].tolist()[0]
            raise InvalidParameterError(
                f"class_prior has {prior[is_lost][0]:g} for {label!r}, which was given the probability 0 in training: "
                "no text makes it possible again. Give it 0, or train the model with another class_prior."
            )
        factors = prior / np.where(known > 0.0, known, 1.0)
        assert self.probabilities is not None
        return replace(self, probabilities=reweighted(self.probabilities, factors), class_prior=prior)

    def estimate_class_prior(self, prediction: Prediction) -> PriorEstimate:
        """Return how frequent the classes are in the source of documents that were predicted.

        Raises
        ------
        DataError
            Where there is no document.
        InvalidParameterError
            Where the model has no probabilities.
        """
        known = self._known_prior()
        assert prediction.log_proba is not None
        return estimate_class_prior(prediction.log_proba, known, self.classes)

    def judge(self, prediction: Prediction) -> Prediction:
        """Return a prediction of the same scores by this model's own probabilities."""
        return self._prediction(prediction.scores, prediction.n_known_tokens)

    # Texts of no class

    def novelty_p(self, documents: Sequence[str], n_jobs: int | None = None) -> NDArray[np.float64]:
        """Return p-values for "a text of none of these classes", shape (n_documents,): small ones speak for it.

        Raises
        ------
        InvalidParameterError
            Where the model cannot tell.
        """
        if self.novelty is None:
            raise InvalidParameterError(NO_NOVELTY)
        return self.novelty.p_values(*open_scores(self.extractor, self.scorer, documents, n_jobs))

    def _known_prior(self) -> NDArray[np.float64]:
        if self.probabilities is None:
            raise InvalidParameterError(f"class_prior needs probabilities. {NO_PROBABILITIES}")
        if self.class_prior is None:
            raise InvalidParameterError(
                "class_prior needs to know for which class frequencies the model's probabilities are, and its file "
                "does not say, since an earlier version wrote it: train the model again."
            )
        return self.class_prior

    def columns(self, scores: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the class that documents of these scores are in, as its number."""
        return self._prediction(scores, np.zeros(len(scores), np.int64)).columns

    def labels(self, prediction: Prediction) -> NDArray[Any]:
        """Return the label of each document."""
        labels: NDArray[Any] = self.classes[prediction.columns]
        return labels

    def column(self, label: Any) -> int:
        """Return the number of a class that is given as its label, or as what that looks like.

        Raises
        ------
        UnknownNameError
        """
        classes = self.classes.tolist()
        for column, known in enumerate(classes):
            if known == label or str(known) == label:
                return column
        raise UnknownNameError(
            f"The model has no class {label!r}. {suggestion(str(label), [str(known) for known in classes])}"
        )

    def log_odds(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far each class is ahead of all others, ln p / (1 - p), in nats, shape (n_documents, n_classes).

        Raises
        ------
        InvalidParameterError
            Where the model has no probabilities.
        """
        if self.probabilities is None:
            raise InvalidParameterError(f"Log-odds need probabilities. {NO_PROBABILITIES}")
        # Where p is next to 1, only the others say how far it is from it.
        return log_odds(self.probabilities.log_proba(scores))

    def unit(self, c: int) -> str:
        """Return what weights of class number `c` are in: "nats" of its log-odds, or its "score".

        The score it is where probabilities are not in step with it, so that one feature by itself may change nothing.
        """
        if self.probabilities is None or self.probabilities.nats(c) is None:
            return "score"
        return "nats" if np.isfinite(self.log_odds(self.scorer.baseline[None])[0, c]) else "score"

    def weights(self, features: slice) -> NDArray[np.float64]:
        """Return how much each of some features speaks for each class, shape (n_features, n_classes), in its `unit`.

        In nats it is what one occurrence adds to the log-odds of a document that has nothing else; a score is that of
        the class against the others' mean.
        """
        parts, n_classes = self.scorer.alone(features), len(self.classes)
        weights: NDArray[np.float64] = parts - (parts.sum(axis=1, keepdims=True) - parts) / (n_classes - 1)
        is_in_nats = np.array([self.unit(c) == "nats" for c in range(n_classes)])
        if is_in_nats.any():
            baseline = self.scorer.baseline[None]
            gained = self.log_odds(baseline + parts) - np.where(is_in_nats, self.log_odds(baseline), 0.0)
            weights = np.where(is_in_nats, gained, weights)
        return weights

    def top_features(self, n: int) -> list[list[tuple[str, float]]]:
        """Return for each class the `n` features that speak most for it, with their `weights`."""
        best = [(np.zeros(0), np.zeros(0, np.int64)) for _ in self.classes]
        for first in range(0, self.extractor.n_features, _BLOCK):
            weights = self.weights(slice(first, first + _BLOCK))
            columns = np.arange(first, first + len(weights))
            for c, (heaviest, of) in enumerate(best):
                best[c] = _heaviest(np.append(heaviest, weights[:, c]), np.append(of, columns), n)
        names = (self.extractor.feature_names(columns) for _, columns in best)
        return [list(zip(name, weights.tolist(), strict=True)) for name, (weights, _) in zip(names, best, strict=True)]


def _heaviest(
    weights: NDArray[np.float64], columns: NDArray[np.int64], n: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the `n` greatest weights in falling order, those of equal weight in the order that they are in."""
    if n < len(weights):
        least = np.partition(weights, len(weights) - n)[len(weights) - n] if n else np.inf
        is_heavy = weights >= least
        weights, columns = weights[is_heavy], columns[is_heavy]
    order = np.argsort(-weights, kind="stable")[:n]
    return weights[order], columns[order]
