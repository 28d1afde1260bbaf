"""Linear classifiers, one class against the rest: what logistic regression, linear SVM and NB-SVM share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from textgd.errors import DataError
from textgd.learning.folds import HeldOut, find_copy_folds, fold_count
from textgd.learning.search import Search, own_loss, scaled_loss, search_cost, stacked_loss
from textgd.learning.solver import Solution
from textgd.learning.sparse_rows import SparseRows
from textgd.learning.stacking import Stack, fit_stack
from textgd.learning.tasks import Finding, HeldRows, Task, Trainer
from textgd.learning.unit_rows import KnownFeatures
from textgd.probabilities import OneVsRest, Probabilities, Softmax
from textgd.scoring import LinearScorer
from textgd.text.threads import run_in_threads
from textgd.validation import (
    AUTO,
    check_feature_groups,
    check_label_types,
    check_number,
    check_sample_weight,
    encode_classes,
    resolve_class_weight,
)

__all__ = ["Line", "LinearClassifier"]

# For the choice of C, half of many documents tell as much as two thirds.
_FEW_FOLDS, _MANY_ROWS = 2, 5000
_SEARCH_FOLDS = 3


@dataclass(frozen=True, eq=False)
class _Training:
    """What is learned from: a matrix with sorted, distinct entries other than 0, and the class of each row."""

    matrix: csr_matrix
    rows: SparseRows
    codes: NDArray[np.intp]
    weights: NDArray[np.float64]
    n_classes: int
    feature_groups: NDArray[np.uint8] | None
    n_copies: int = 1

    @property
    def n_documents(self) -> int:
        """How many documents there are; the rows are `n_copies` versions of each."""
        return len(self.codes) // self.n_copies

    @cached_property
    def known(self) -> KnownFeatures:
        """What rows know of those that are held out."""
        return KnownFeatures(self.matrix)

    @property
    def targets(self) -> Sequence[int]:
        """The classes that are told from the rest; of two, the second."""
        return [1] if self.n_classes == 2 else range(self.n_classes)

    def folds(self, n_folds: int) -> list[HeldRows]:
        """Return the rows that are held out in turn."""
        folds = find_copy_folds(self.matrix, self.codes, n_folds, self.n_copies)
        return [HeldRows(fold.astype(np.uint64), self.known.lengths(fold)) for fold in folds]

    def task(self, target: int, held: HeldRows | None = None) -> Task:
        """Return the task of a class, on all rows but those held out."""
        is_chosen = np.ones(len(self.codes), bool)
        if held is not None:
            is_chosen[held.numbers] = False
        chosen = np.flatnonzero(is_chosen).astype(np.uint64)
        return Task(self.rows, self.codes == target, self.weights, chosen, self.feature_groups)


class Line(NamedTuple):
    """What was learned of one class.

    Attributes
    ----------
    found : Finding
        From all rows.
    stack : Stack or None
        What each kind of evidence counts.
    solution : Solution
    held_out : float64 array of shape (n_rows,), or None
        The scores of the rows where they were not learned from.
    """

    found: Any
    stack: Any
    solution: Solution
    held_out: Any


class LinearClassifier(ClassifierMixin, BaseEstimator):
    """A linear score for each class against the rest; for two classes one.

    A subclass has the parameters `C`, `loss`, `class_weight`, `fit_intercept`, `tol`, `max_iter` and `n_jobs`.
    """

    C: Any
    loss: str
    class_weight: Any
    fit_intercept: bool
    tol: float
    max_iter: int
    n_jobs: int | None
    coef_: NDArray[np.floating[Any]]
    intercept_: NDArray[np.float64]
    classes_: NDArray[Any]

    # What a subclass may do in its own way

    def check_parameters(self) -> None:
        """Refuse parameters outside what is allowed.

        Raises
        ------
        InvalidParameterError
        """
        if not (isinstance(self.C, str) and self.C == AUTO):
            check_number("C", self.C, 0, above=True, words=(AUTO,))
        check_number("tol", self.tol, 0, above=True)
        check_number("max_iter", self.max_iter, 1, whole=True)

    def _check_features(self, X: Any) -> None:
        """Refuse features that the model cannot learn from."""

    def _trainer(self, task: Task) -> Trainer:
        """Return what learns a task."""
        return self._make_trainer(task, task.rows)

    def _make_trainer(self, task: Task, seen: SparseRows, interpret: Any = Finding) -> Trainer:
        return Trainer(task, seen, self.loss, float(self.fit_intercept), self.tol, self.max_iter, interpret)

    @property
    def _stacks(self) -> bool:
        """Whether held-out scores decide what each kind of evidence counts."""
        return False

    @property
    def is_log_odds(self) -> bool:
        """Whether the scores are log-odds, from which probabilities follow."""
        return False

    # Learning

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Learn from rows with a class each.

        Parameters
        ----------
        X : sparse matrix or array of shape (n_rows, n_features)
            float32 is learned from as it is, other numbers as float64.
        y : labels, one a row
        sample_weight : array of shape (n_rows,), optional
            How many rows each stands for.
        """
        self._learn(X, y, sample_weight)
        return self

    def fit_out_of_fold(self, X: Any, y: Any, sample_weight: Any = None) -> HeldOut | None:
        """Fit, and return what each row scores where it is not learned from.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.

        Returns
        -------
        HeldOut, or None
            None where a class has a single distinct row, so that none can be held out.
        """
        return self._learn(X, y, sample_weight, out_of_fold=True)

    def fit_copies(
        self, X: Any, y: Any, sample_weight: Any, n_copies: int, *, out_of_fold: bool, feature_groups: Any = None
    ) -> HeldOut | None:
        """Learn from several versions of each document, which are held out together wherever some are held out.

        Parameters
        ----------
        X, y, sample_weight, feature_groups
            As in `fit`, of all versions, one set after the other.
        n_copies : int
            How many versions there are.
        out_of_fold : bool
            Score the first version of each document where none of its versions is learned from.

        Returns
        -------
        HeldOut, or None
            Of the first versions; None where none can be held out, or it is not asked for.
        """
        held_out = self._learn(X, y, sample_weight, feature_groups, out_of_fold=out_of_fold, n_copies=n_copies)
        return None if held_out is None else held_out.of_first(len(held_out.scores) // n_copies)

    def _learn(
        self,
        X: Any,
        y: Any,
        sample_weight: Any,
        feature_groups: Any = None,
        *,
        out_of_fold: bool = False,
        n_copies: int = 1,
    ) -> HeldOut | None:
        self.check_parameters()
        training, kept, n_rows = self._prepare(X, y, sample_weight, feature_groups, n_copies)
        self.search_ = self._search(training) if self.C == AUTO else None
        self.C_ = float(self.C) if self.search_ is None else self.search_.best
        folds = training.folds(fold_count(training.n_documents)) if out_of_fold or self._stacks else []
        lines = self._train(training, folds)
        self._note_epochs([line.solution for line in lines])
        self._note_lines(lines)
        directions = [line.found.combined(line.stack) for line in lines]
        self.coef_ = np.stack([weights for weights, _ in directions])
        self.intercept_ = np.array([intercept for _, intercept in directions])
        if not (out_of_fold and folds):
            return None
        scores = np.zeros((n_rows, training.n_classes))
        scores[kept, -len(lines) :] = np.stack([line.held_out for line in lines], axis=1)
        return HeldOut(scores, [kept[held.numbers] for held in folds])

    def _prepare(
        self, X: Any, y: Any, sample_weight: Any, feature_groups: Any, n_copies: int
    ) -> tuple[_Training, NDArray[np.intp], int]:
        """Return what is learned from, which rows of `X` those are, and how many `X` has."""
        check_label_types(y)
        X, y = validate_data(self, X, y, accept_sparse="csr", dtype=(np.float64, np.float32))
        check_classification_targets(y)
        self._check_features(X)
        n_rows = len(y)
        given = check_sample_weight(sample_weight, n_rows)
        weights = np.ones(n_rows) if given is None else given
        kept = np.flatnonzero(weights)
        if len(kept) < n_rows:
            X, y, weights = X[kept], y[kept], weights[kept]
        self.classes_, codes = encode_classes(y)
        totals = np.bincount(codes, weights).astype(np.float64)
        weights = weights * resolve_class_weight(self.class_weight, self.classes_, totals)[codes]
        matrix = _canonical(X)
        groups = None if feature_groups is None else check_feature_groups(feature_groups, matrix.shape[1])
        training = _Training(matrix, SparseRows.of(matrix), codes, weights, len(self.classes_), groups, n_copies)
        return training, kept, n_rows

    def _search(self, training: _Training) -> Search:
        folds = training.folds(_SEARCH_FOLDS if training.n_documents < _MANY_ROWS else _FEW_FOLDS)
        if not folds:
            raise DataError(
                f"C is '{AUTO}', which needs at least two different documents of each class to hold some out; pass a "
                "number, or more documents."
            )

        def hold_out(target: int, held: HeldRows) -> tuple[Trainer, HeldRows]:
            return self._trainer(training.task(target, held)), held

        parts = [partial(hold_out, target, held) for held in folds for target in training.targets]
        judge = stacked_loss if self._stacks else own_loss if self.is_log_odds else scaled_loss
        return search_cost(parts, judge, self.n_jobs)

    def _train(self, training: _Training, folds: Sequence[HeldRows]) -> list[Line]:
        """Learn each class from all rows, and score the rows of each fold by what the others teach."""

        def learn(part: tuple[int, HeldRows | None]) -> tuple[Finding, Solution, Any]:
            target, held = part
            found, solution = self._trainer(training.task(target, held)).train(self.C_)
            return found, solution, None if held is None else found.evidence(training.rows, held)

        parts = [(target, held) for held in (None, *folds) for target in training.targets]
        learned = run_in_threads(learn, parts, self.n_jobs)
        n_lines = len(training.targets)
        rows = np.concatenate([held.numbers for held in folds]) if folds else None
        lines = []
        for number, target in enumerate(training.targets):
            found, solution, _ = learned[number]
            parts_of_line = learned[n_lines + number :: n_lines]
            evidence = np.concatenate([scores for _, _, scores in parts_of_line]) if folds else None
            stack = self._stack(training, target, found, rows, evidence) if self._stacks else None
            held_out = None
            if evidence is not None:
                held_out = np.zeros(len(training.codes))
                held_out[rows] = evidence[:, 0] if stack is None else stack.log_odds(evidence)
            lines.append(Line(found, stack, solution, held_out))
        return lines

    def _stack(self, training: _Training, target: int, found: Finding, rows: Any, evidence: Any) -> Stack:
        """Return what each kind of evidence counts, by rows that were held out, or beforehand where none could be."""
        if evidence is not None and (is_class := training.codes[rows] == target).any():
            return fit_stack(evidence, found.kinds, is_class, training.weights[rows])
        everything = HeldRows(training.task(target).chosen)
        evidence = found.evidence(training.rows, everything)
        return fit_stack(evidence, found.kinds, training.codes == target, training.weights, held_out=False)

    def _note_epochs(self, solutions: Sequence[Solution]) -> None:
        self.n_iter_ = np.array([solution.n_epochs for solution in solutions])
        if not all(solution.converged for solution in solutions):
            warnings.warn(
                f"{type(self).__name__} did not converge in max_iter={self.max_iter} passes over the rows. Lower C "
                "(--C), or raise max_iter or tol; features of very different size do that too: scale them.",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _note_lines(self, lines: Sequence[Line]) -> None:
        """Keep what was found on the way as fitted attributes."""

    # Scoring

    def scorer(self) -> LinearScorer:
        """Return the fitted weights as a scorer, which is what is saved and what predicts."""
        check_is_fitted(self)
        return LinearScorer(self.coef_, self.intercept_, is_contrast=len(self.classes_) == 2)

    def decision_function(self, X: Any) -> NDArray[np.float64]:
        """Return the score of each class, shape (n_rows, n_classes); of two classes that of the second, (n_rows,)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        lines = self.scorer().lines(X, self.n_jobs)
        return lines[:, 0] if len(self.classes_) == 2 else lines

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the class with the best score, shape (n_rows,)."""
        scores = self.decision_function(X)
        columns = (scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)
        labels: NDArray[Any] = self.classes_[columns]
        return labels

    def probabilities(self) -> Probabilities | None:
        """Return what turns the scores into probabilities; None where they are no log-odds."""
        if not self.is_log_odds:
            return None
        return Softmax() if len(self.classes_) == 2 else OneVsRest()

    @available_if(lambda self: self.is_log_odds)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_rows, n_classes), columns in the order of `classes_`."""
        probabilities: NDArray[np.float64] = np.exp(self.predict_log_proba(X))
        return probabilities

    @available_if(lambda self: self.is_log_odds)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", reset=False)
        probabilities: Any = self.probabilities()
        log_proba: NDArray[np.float64] = probabilities.log_proba(self.scorer().scores(X, self.n_jobs))
        return log_proba

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _canonical(X: Any) -> csr_matrix:
    """Return a CSR matrix with sorted, distinct entries other than 0; the caller's is left as it is."""
    matrix = csr_matrix(X)
    if not matrix.has_canonical_format or not matrix.data.all():
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return matrix
