"""NB-SVM: a linear classifier that sees each feature as naive Bayes weighs it, and what naive Bayes says beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.learning.folds import HeldOut
from textgd.learning.linear import Line, LinearClassifier
from textgd.learning.sparse_rows import Floats, SparseRows
from textgd.learning.stacking import Stack
from textgd.learning.tasks import Finding, HeldRows, Task, Trainer
from textgd.text.log_count_ratio import log_count_ratio
from textgd.validation import ALPHAS, AUTO, check_choice, check_counts, check_number

__all__ = ["NBSVM"]

# Features that occur in 1, in 2 or 3, in 4 to 7 documents and so on; the last band is from 128 on.
_N_BANDS = 8


@dataclass(frozen=True, eq=False)
class _RatioFinding(Finding):
    """A score, and the log-count ratios that it is built on, an array of shape (n_features,)."""

    ratio: Floats


@dataclass(frozen=True, eq=False)
class _BandedFinding(_RatioFinding):
    """The classifier's score beside what naive Bayes says of the features of each band.

    Parameters
    ----------
    bands : uint8 array of shape (n_features,)
        From 0 on: those of the first group of features, then those of the second, and so on.
    n_bands : int
    """

    bands: NDArray[np.uint8]
    n_bands: int

    @property
    def kinds(self) -> Sequence[int]:
        """The kind of each column of evidence: naive Bayes for each band, then the classifier."""
        return [0] * self.n_bands + [1]

    def evidence(self, rows: SparseRows, held: HeldRows) -> NDArray[np.float64]:
        """Return the scores of some rows, shape (len(held.numbers), n_columns)."""
        generative = held.scaled(rows.products(held.numbers, self.ratio, self.bands, self.n_bands))
        return np.concatenate([generative, super().evidence(rows, held)], axis=1)

    def combined(self, stack: Stack | None) -> tuple[Floats, float]:
        """Return the weights of the features and the intercept, by what each kind of evidence counts."""
        weights, intercept = super().combined(stack)
        if stack is not None:
            weights = weights + (stack.weights[self.bands] * self.ratio).astype(weights.dtype)
        return weights, intercept


class NBSVM(LinearClassifier):
    """NB-SVM (Wang and Manning 2012), one class against the rest.

    A linear classifier learns weights w and an intercept b of the features times their log-count ratios r
    (`textgd.text.LogCountRatio`); a document's score is (1 - beta) m (Σ_j r_j x_j + p) + beta (Σ_j w_j r_j x_j + b),
    where m is the mean of |w| and p the log-odds of the class beforehand.  So beta = 0 is naive Bayes, and 1 leaves it
    out.  The paper has no intercept: ``fit_intercept=False`` leaves out b and p.

    With ``beta="auto"`` the two are evidence whose weights are learned from held-out documents (stacking), those of
    naive Bayes for rare and for frequent features apart, in bands of document frequency, and for each group of
    features, such as n-grams of one length: what rare features say is best known to naive Bayes, what frequent and
    long ones say it counts more than once.  The score then is the log-odds of the class.

    Parameters
    ----------
    C, class_weight, fit_intercept, tol, max_iter, n_jobs
        As in `textgd.discriminative.LogisticRegression`.
    beta : float from 0 to 1, or "auto"
    alpha : float
        Additive smoothing of the log-count ratios.
    loss : {"squared_hinge", "log_loss"}
        That of a support vector machine, or of logistic regression.

    Attributes
    ----------
    classes_, coef_, intercept_, C_, search_, n_iter_
        As in `textgd.discriminative.LogisticRegression`; `coef_` are weights of the features as they come in.
    log_count_ratio_ : array of shape (n_classes, n_features), of two classes (1, n_features)
    evidence_weights_ : float64 array of shape (n_classes, 8 * n_groups + 1), or (1, 8 * n_groups + 1)
        With ``beta="auto"``: what naive Bayes counts for features of document frequency 1, 2 and 3, 4 to 7 and so on
        to 128 and above, group after group, and last what the classifier counts.

    Raises
    ------
    DataError
        For negative features; else as in `textgd.discriminative.LogisticRegression`.
    InvalidParameterError
        For a parameter outside what is allowed.

    Examples
    --------
    >>> from textgd.text import CountVectorizer
    >>> texts = ["a good film", "so good", "a bad film", "so bad"]
    >>> vectorizer = CountVectorizer(binary=True)
    >>> model = NBSVM().fit(vectorizer.fit_transform(texts), ["pos", "pos", "neg", "neg"])
    >>> model.decision_function(vectorizer.transform(["good", "so bad"])).round(3)
    array([ 0.456, -0.456])
    """

    def __init__(
        self,
        C: float | str = 1.0,
        *,
        beta: float | str = 0.25,
        alpha: float = 1.0,
        loss: str = "squared_hinge",
        class_weight: Any = None,
        fit_intercept: bool = True,
        tol: float = 0.1,
        max_iter: int = 1000,
        n_jobs: int | None = None,
    ) -> None:
        self.C = C
        self.beta = beta
        self.alpha = alpha
        self.loss = loss
        self.class_weight = class_weight
        self.fit_intercept = fit_intercept
        self.tol = tol
        self.max_iter = max_iter
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any, sample_weight: Any = None, feature_groups: Any = None) -> Any:
        """Learn from rows with a class each.

        Parameters
        ----------
        X : sparse matrix or array of shape (n_rows, n_features)
            0 or more; float32 is learned from as it is, other numbers as float64.
        y : labels, one a row
        sample_weight : array of shape (n_rows,), optional
            How many rows each stands for.
        feature_groups : int array of shape (n_features,), optional
            Features that naive Bayes weighs apart with ``beta="auto"``, numbered from 0 to 15.
        """
        self._learn(X, y, sample_weight, feature_groups)
        return self

    def fit_out_of_fold(self, X: Any, y: Any, sample_weight: Any = None, feature_groups: Any = None) -> HeldOut | None:
        """Fit, and return what each row scores where it is not learned from.

        Parameters
        ----------
        X, y, sample_weight, feature_groups
            As in `fit`.

        Returns
        -------
        HeldOut, or None
            None where a class has a single distinct row, so that none can be held out.
        """
        return self._learn(X, y, sample_weight, feature_groups, out_of_fold=True)

    def check_parameters(self) -> None:
        """Refuse parameters outside what is allowed."""
        super().check_parameters()
        check_choice("loss", self.loss, ("squared_hinge", "log_loss"))
        check_number("alpha", self.alpha, *ALPHAS)
        if not self._stacks:
            check_number("beta", self.beta, 0, 1, words=(AUTO,))

    def _check_features(self, X: Any) -> None:
        check_counts(X, "NBSVM")

    @property
    def _stacks(self) -> bool:
        return isinstance(self.beta, str) and self.beta == AUTO

    @property
    def is_log_odds(self) -> bool:
        """Whether the scores are log-odds, from which probabilities follow."""
        return self._stacks

    def _note_lines(self, lines: Sequence[Line]) -> None:
        self.log_count_ratio_ = np.stack([line.found.ratio for line in lines])
        if self._stacks:
            self.evidence_weights_ = np.stack([line.stack.weights for line in lines])

    def _trainer(self, task: Task) -> Trainer:
        counts, frequencies = task.class_counts()
        ratio = log_count_ratio(counts[1], counts[0], self.alpha).astype(task.rows.data.dtype)

        def interpolated(weights: Floats, intercept: float) -> Finding:
            # Features that are not seen in these rows have no weight, and no part in the mean.
            mean = np.abs(weights).sum(dtype=np.float64) / max(np.count_nonzero(frequencies), 1)
            beta = float(self.beta)
            blend = (1.0 - beta) * mean + beta * weights
            offset = (1.0 - beta) * mean * task.log_prior_odds() if self.fit_intercept else 0.0
            return _RatioFinding((ratio * blend).astype(ratio.dtype), offset + beta * intercept, ratio)

        def separate(weights: Floats, intercept: float) -> Finding:
            _, exponents = np.frexp(np.maximum(frequencies, 1.0))
            bands = np.minimum(exponents - 1, _N_BANDS - 1).astype(np.uint8)
            n_bands = _N_BANDS
            if task.feature_groups is not None:
                bands += _N_BANDS * task.feature_groups
                n_bands *= int(task.feature_groups.max(initial=0)) + 1
            return _BandedFinding(ratio * weights, intercept, ratio, bands, n_bands)

        return self._make_trainer(task, task.rows.scaled(ratio), separate if self._stacks else interpolated)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        # As naive Bayes: on features that are no counts it has little to say.
        tags.classifier_tags.poor_score = True
        return tags
