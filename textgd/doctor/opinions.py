"""What several models think of documents that they have not seen, put together into one opinion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from textgd.classifier import TextClassifier
from textgd.learning.folds import find_folds
from textgd.probabilities import log_sum_exp
from textgd.text.threads import run_in_threads

__all__ = ["OPINIONS", "Opinions", "Progress", "View", "ask_models", "pool_opinions", "view_for"]

Scores = NDArray[np.float64]
#: Told how many of how many are done.
Progress = Callable[[int, int], None]

#: The models that are asked.  They are wrong in different ways: they go by the frequencies of words, by their order, by
#: what tells classes apart, for a document of unit length and for one that is surer the longer it is, and by spelling.
#: Of all models and readings that were tried, on three corpora with flipped labels, these together find the most; a
#: further one adds nothing that can be told from chance.
OPINIONS: Mapping[str, Mapping[str, Any]] = {
    "nb": {"model": "nb"},
    "lm": {"model": "lm"},
    "lr on stems": {"model": "lr", "C": 5.0, "stem": "porter"},
    "lr on presence": {"model": "lr", "C": 0.1, "binary": True, "tfidf": False, "stem": "porter"},
    "lr on characters": {"model": "lr", "C": 5.0, "analyzer": "char", "ngram_range": (2, 6)},
}


class View(NamedTuple):
    """How thoroughly models are asked.

    Attributes
    ----------
    names : tuple of str
        Of `OPINIONS`.
    n_folds : int
    is_whole : bool
        Whether nothing was left out for the size of the corpus.
    """

    names: tuple[str, ...]
    n_folds: int
    is_whole: bool


# Characters of all documents, times pairs of classes, for linear models learn each class apart: up to the first twenty
# folds and all models, then fewer.
_WHOLE = 3_000_000
_FOLDS = ((_WHOLE, 20), (15_000_000, 10), (100_000_000, 5))
_FEWEST_FOLDS = 3


def view_for(n_characters: int, n_classes: int = 2) -> View:
    """Return how thoroughly a corpus of that size can be looked at within a few minutes.

    Examples
    --------
    >>> view_for(1_000_000).n_folds, view_for(60_000_000)
    (20, View(names=('nb', 'lm', 'lr on stems', 'lr on presence'), n_folds=5, is_whole=False))
    """
    work = n_characters * n_classes / 2
    n_folds = next((n for most, n in _FOLDS if work <= most), _FEWEST_FOLDS)
    if work <= _WHOLE:
        return View(tuple(OPINIONS), n_folds, True)
    words = tuple(name for name, settings in OPINIONS.items() if settings.get("analyzer") != "char")
    return View(words, n_folds, False)


@dataclass(frozen=True, eq=False)
class Opinions:
    """What models say of documents that they have not learned from.

    Parameters
    ----------
    rows : intp array of shape (n_rows,)
        The documents that could be held out, ascending.
    scores : mapping of str -> float64 array of shape (n_rows, n_classes)
        Of each model.
    """

    rows: NDArray[np.intp]
    scores: Mapping[str, Scores]


def ask_models(
    texts: Sequence[str],
    codes: NDArray[np.intp],
    groups: NDArray[np.intp],
    view: View,
    n_jobs: int | None = None,
    progress: Progress | None = None,
    models: Mapping[str, Mapping[str, Any]] = OPINIONS,
) -> Opinions | None:
    """Ask models that have learned from other documents.

    Parameters
    ----------
    texts : sequence of str
    codes : intp array of shape (n_documents,)
        The class of each.
    groups : intp array of shape (n_documents,)
        Documents of one group and class are held out together: a copy would vouch for its own label.
    view : View
    n_jobs : int, optional
    progress : callable, optional
        Told how many fits of how many are done.
    models : mapping of str to mapping
        The parameters of a `textgd.TextClassifier` for each name of the view.

    Returns
    -------
    Opinions, or None where fewer than two classes have documents to hold out
    """
    n = len(codes)
    contents = csr_matrix((np.ones(n), groups, np.arange(n + 1)))
    folds = find_folds(contents, codes, view.n_folds)
    if not folds:
        return None
    done, of = 0, len(view.names) * len(folds)
    scores = {}
    for name in view.names:
        classifier = TextClassifier(**models[name], n_jobs=n_jobs)
        vectorizer = classifier.build_vectorizer()
        X = vectorizer.fit_transform(list(texts))
        groups_of_features = classifier.feature_groups(vectorizer.feature_lengths())
        classifier.set_params(n_jobs=1)
        own = np.zeros((n, int(codes.max()) + 1))

        def hold_out(held: NDArray[np.intp]) -> None:
            nonlocal done
            others = np.setdiff1d(np.arange(n), held)
            model = classifier.build_model().fit(_some(X, others), codes[others], None, **groups_of_features)  # noqa: B023
            own[held] = model.scorer().scores(_some(X, held), 1)  # noqa: B023
            done += 1
            if progress is not None:
                progress(done, of)

        run_in_threads(hold_out, folds, n_jobs)
        scores[name] = own
    rows = np.sort(np.concatenate(folds))
    return Opinions(rows, {name: own[rows] for name, own in scores.items()})


def _some(X: Any, rows: NDArray[np.intp]) -> Any:
    return X.select(rows) if hasattr(X, "select") else X[rows]


def pool_opinions(scores: Sequence[Scores], codes: NDArray[np.intp]) -> Scores:
    """Return probabilities from the scores of several models: Σ_m w_m s_m + b, as the labels make them most probable.

    That is multinomial logistic regression on the scores, with one weight a model and one intercept a class.  With so
    few parameters it makes no difference that the labels are those that are judged.

    Parameters
    ----------
    scores : sequence of float64 arrays of shape (n_documents, n_classes)
        Log-probabilities up to a factor, or log-odds.
    codes : intp array of shape (n_documents,)

    Returns
    -------
    float64 array of shape (n_documents, n_classes)

    Examples
    --------
    >>> odds = np.log([[0.8, 0.2]] * 50 + [[0.2, 0.8]] * 50)
    >>> codes = np.repeat([0, 1, 1, 0], [40, 10, 40, 10])
    >>> pool_opinions([10.0 * odds], codes)[[0, -1]].round(2)
    array([[0.8, 0.2],
           [0.2, 0.8]])
    """
    stacked = np.stack([own - own.mean(axis=1, keepdims=True) for own in scores])
    # Scores of any size: the search takes place where they are about 1.
    scale = np.maximum(np.sqrt((stacked**2).mean(axis=(1, 2))), 1e-12)
    stacked /= scale[:, None, None]
    n_models, n, n_classes = stacked.shape
    truth = np.zeros((n, n_classes))
    truth[np.arange(n), codes] = 1.0

    def log_proba(parameters: Scores) -> Scores:
        mixed = np.tensordot(parameters[:n_models], stacked, 1) + parameters[n_models:]
        return mixed - log_sum_exp(mixed)[:, None]

    def loss(parameters: Scores) -> tuple[float, Scores]:
        log_p = log_proba(parameters)
        error = (np.exp(log_p) - truth) / n
        # A little is taken from weights that do nothing, so that there is one solution.
        penalty = 0.5 / n * float(parameters @ parameters)
        gradient = np.concatenate([np.tensordot(stacked, error, 2), error.sum(axis=0)]) + parameters / n
        return penalty - float(log_p[np.arange(n), codes].mean()), gradient

    start = np.concatenate([np.full(n_models, 1.0 / n_models), np.zeros(n_classes)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-9, "ftol": 1e-14})
    probabilities: Scores = np.exp(log_proba(found.x))
    return probabilities
