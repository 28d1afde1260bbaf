"""Multinomial naive Bayes from labeled and unlabeled documents: expectation maximization (Nigam et al. 2000).

Three things make it work where the plain method of the paper loses accuracy, as on long texts of very different length:

- Every document is scaled to the same number of tokens.  Words of a text are not independent, so that a text of a
  thousand words says nothing like a thousand words' worth, and each would be put into one class with certainty.
- Each class is smoothed towards the words of all documents, and not towards equal probability of all words: as if it
  had some average documents of its own.  What is frequent everywhere then speaks for no class, however few the labels.
- The class probabilities stay those of the labeled documents.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning

from textgd.generative.naive_bayes import MultinomialNB
from textgd.probabilities import log_sum_exp
from textgd.text.rows import row_sums
from textgd.validation import ALPHAS

__all__ = ["LENGTH", "PRIOR_DOCUMENTS", "Fitted", "fit_em"]

#: How many tokens each document is scaled to.
LENGTH = 10.0
#: How many average documents each class begins with, for alpha = 1.
PRIOR_DOCUMENTS = 100.0
# Nats a document, and passes over the documents.
_TOL, _MAX_ITER = 1e-3, 100

Floats = NDArray[np.float64]


class Fitted(NamedTuple):
    """What expectation maximization found.

    Attributes
    ----------
    model : MultinomialNB
        Fitted to the labeled documents and to the expected classes of the others.
    log_likelihoods : float64 array of shape (n_iter,)
        The penalized log-likelihood after each pass, in nats; it never falls.
    converged : bool
    """

    model: MultinomialNB
    log_likelihoods: Floats
    converged: bool

    @property
    def n_iter(self) -> int:
        """How many passes over the unlabeled documents it took."""
        return len(self.log_likelihoods)


def fit_em(
    X: Any,
    y: Any,
    unlabeled: Any,
    weight: float = 1.0,
    *,
    alpha: float = 1.0,
    sample_weight: Any = None,
    class_count: Any = None,
    length: float | None = LENGTH,
    tol: float = _TOL,
    max_iter: int = _MAX_ITER,
    warn: bool = True,
    **priors: Any,
) -> Fitted:
    """Learn from labeled and unlabeled documents.

    What is maximized is ``Σ_i ln P(c_i) P(x_i | c_i) + weight Σ_u ln Σ_c P(c) P(x_u | c) + Σ_cw a_w ln P(w | c)``, the
    log-likelihood of both kinds of documents and the Dirichlet prior of the words (Nigam, McCallum, Thrun and Mitchell
    2000, sections 4 and 5), where ``a_w`` is `alpha` times what a hundred average documents have of the word.  Each
    pass finds the probabilities of the classes of the unlabeled documents, then the words' probabilities from them.

    Parameters
    ----------
    X : sparse matrix or array of shape (n_labeled, n_features)
        Counts, 0 or more.
    y : labels of shape (n_labeled,)
    unlabeled : sparse matrix or array of shape (n_unlabeled, n_features)
    weight : float from 0 to 1
        What an unlabeled document counts against a labeled one.
    alpha : float
        Strength of the smoothing.
    sample_weight : array of shape (n_labeled,), optional
        What each labeled document counts.
    class_count : array of shape (n_classes,), optional
        The documents of each class that make the class probabilities; by default the labeled ones.
    length : float or None
        How many tokens each document is scaled to; None leaves them as they are.
    tol : float
        It has converged when a pass gains less, in nats a document.
    max_iter : int
        Most passes.
    warn : bool
        Whether to warn where these were not enough.
    **priors
        `fit_prior` and `class_prior` of `MultinomialNB`.

    Returns
    -------
    Fitted

    Warns
    -----
    ConvergenceWarning
        Where `max_iter` passes were not enough.

    Examples
    --------
    A word that no labeled document has gets its meaning from those that it stands with:

    >>> X = csr_matrix([[2.0, 0.0, 0.0, 0.0], [0.0, 2.0, 0.0, 0.0]])
    >>> unlabeled = csr_matrix([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]] * 50)
    >>> found = fit_em(X, ["a", "b"], unlabeled)
    >>> found.model.predict([[0, 0, 1, 0], [0, 0, 0, 1]]).tolist(), found.converged
    (['a', 'b'], True)
    """
    classes, codes = np.unique(np.asarray(y), return_inverse=True)
    own = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, np.float64)
    labeled, others = _scaled(X, length), _scaled(unlabeled, length)
    columns = others.T.tocsr()  # its product takes half as long as that of the rows' transpose
    membership = np.zeros((len(codes), len(classes)))
    membership[np.arange(len(codes)), codes] = own
    class_count = membership.sum(axis=0) if class_count is None else np.asarray(class_count, np.float64)
    counts = labeled.T @ membership
    totals = labeled.T @ own + weight * np.asarray(others.sum(axis=0)).ravel()
    n_documents = own.sum() + weight * others.shape[0]
    # A word that neither has is as good as impossible in every class alike.
    pseudo = np.maximum(alpha * PRIOR_DOCUMENTS * totals / n_documents, ALPHAS[0])
    log_prior = MultinomialNB(alpha=pseudo, **priors).fit_counts(classes, class_count, counts.T).class_log_prior_
    of_labeled = float(class_count @ np.where(class_count > 0, log_prior, 0.0))
    log_probs = _log_probs(counts, pseudo)
    path: list[float] = []
    converged = False
    expected = counts
    responsibilities, _ = _expect(others, log_probs, log_prior)
    while len(path) < max_iter and not converged:
        expected = counts + weight * (columns @ responsibilities)
        log_probs = _log_probs(expected, pseudo)
        responsibilities, evidence = _expect(others, log_probs, log_prior)
        path.append(of_labeled + float(np.vdot(counts, log_probs) + weight * evidence + (pseudo @ log_probs).sum()))
        converged = bool(len(path) > 1 and path[-1] - path[-2] <= tol * n_documents)
    if warn and not converged:
        gain = (path[-1] - path[-2]) / n_documents if len(path) > 1 else np.inf
        warnings.warn(
            f"Expectation maximization did not converge in max_iter={max_iter} passes over {others.shape[0]} unlabeled "
            f"documents: the last gained {gain:.2g} nats a document, and less than {tol:g} is asked for. Give these "
            f"less weight: unlabeled_weight={weight / 10:g} (--unlabeled-weight {weight / 10:g}), or smooth more: "
            f"alpha={10 * alpha:g} (--alpha {10 * alpha:g}).",
            ConvergenceWarning,
            stacklevel=2,
        )
    model = MultinomialNB(alpha=pseudo, **priors)
    model.fit_counts(classes, class_count, np.ascontiguousarray(expected.T))
    return Fitted(model, np.array(path), converged)


def _scaled(X: Any, length: float | None) -> csr_matrix:
    """Return the rows with sums of `length`; those without a token stay empty."""
    matrix = csr_matrix(X, dtype=np.float64)
    if length is None:
        return matrix
    sums = row_sums(matrix.data, matrix.indptr)
    factors = length / np.where(sums > 0.0, sums, 1.0)
    data = matrix.data * np.repeat(factors, np.diff(matrix.indptr))
    return csr_matrix((data, matrix.indices, matrix.indptr), matrix.shape)


def _log_probs(counts: Floats, pseudo: Floats) -> Floats:
    """Return ln P(w | c), shape (n_features, n_classes)."""
    smoothed = counts + pseudo[:, None]
    totals = smoothed.sum(axis=0)
    log_probs: Floats = np.log(smoothed, out=smoothed)
    log_probs -= np.log(totals)
    return log_probs


def _expect(documents: csr_matrix, log_probs: Floats, log_prior: Floats) -> tuple[Floats, float]:
    """Return P(c | x) of each document, and the sum of all ln P(x)."""
    joint = documents @ log_probs + log_prior
    evidence = log_sum_exp(joint)
    return np.exp(joint - evidence[:, None]), float(evidence.sum())
