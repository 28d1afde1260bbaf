"""What is checked of labels, weights and parameters before anything is learned, for all families alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from textgd.errors import DataError, InvalidParameterError

__all__ = [
    "ALPHAS",
    "AUTO",
    "MAX_GROUP",
    "ClassPrior",
    "check_choice",
    "check_counts",
    "check_feature_groups",
    "check_label_types",
    "check_labels",
    "check_number",
    "check_sample_weight",
    "encode_classes",
    "resolve_class_prior",
    "resolve_class_weight",
]

ClassPrior = Mapping[Any, float] | ArrayLike

#: The least and the greatest additive smoothing.  Below, probabilities of 0 and of 1 come out by rounding, and a
#: document can be impossible in all classes; scikit-learn takes the same bound.  Above, sums overflow in the end.
ALPHAS = (1e-10, 1e10)

#: The greatest number of a group of features.
MAX_GROUP = 15

#: Stands in the place of a number that is to be chosen on held-out documents.
AUTO = "auto"


def check_number(
    name: str,
    value: Any,
    low: float,
    high: float = np.inf,
    *,
    above: bool = False,
    whole: bool = False,
    words: Iterable[str] = (),
) -> None:
    """Check a parameter that is a number from `low` to `high`, or above `low`.

    Parameters
    ----------
    name : str
    value : object
    low, high : float
    above : bool
        `low` itself is not allowed.
    whole : bool
        Only whole numbers are.
    words : iterable of str
        What the message names as allowed beside numbers; the caller has looked for these before.

    Raises
    ------
    InvalidParameterError

    Examples
    --------
    >>> check_number("beta", 1.5, 0, 1)
    Traceback (most recent call last):
    textgd.errors.InvalidParameterError: beta is 1.5; a number from 0 to 1 is expected.
    """
    kind: Any = Integral if whole else Real
    is_number = not isinstance(value, bool) and isinstance(value, kind) and _is_finite(value)
    if is_number and low <= value <= high and not (above and value == low):
        return
    allowed = f"above {low:g}" if above else f"from {low:g} on"
    if np.isfinite(high):
        allowed = f"{allowed} and up to {high:g}" if above else f"from {low:g} to {high:g}"
    others = "".join(f", or {word!r}," for word in words)
    raise InvalidParameterError(f"{name} is {value!r}; a {'whole ' * whole}number {allowed}{others} is expected.")


def _is_finite(number: Any) -> bool:
    try:
        return bool(np.isfinite(float(number)))
    except OverflowError:  # a whole number with more digits than float has
        return False


def check_choice(name: str, value: Any, allowed: Iterable[Any]) -> None:
    """Check a parameter that is one of a few values.

    Raises
    ------
    InvalidParameterError
    """
    choices = list(allowed)
    if not any(value is choice or value == choice for choice in choices):
        raise InvalidParameterError(f"{name} is {value!r}; allowed are {', '.join(map(repr, choices))}.")


def check_counts(X: Any, model: str) -> None:
    """Check that no feature is negative: a count, or a weighted one.

    Raises
    ------
    DataError
    """
    data = X.data if hasattr(X, "indptr") else X
    if data.size and data.min() < 0:
        raise DataError(
            f"Negative values in data passed to {model}: the least is {data.min():g}; it takes counts, which are 0 or "
            "more. Pass what a CountVectorizer returns, without centering or scaling it."
        )


def check_feature_groups(feature_groups: Any, n_features: int) -> NDArray[np.uint8]:
    """Return the group of each feature, shape (n_features,).

    Raises
    ------
    DataError
        For another number of groups than features, and for what is no whole number from 0 to `MAX_GROUP`.
    """
    groups = np.asarray(feature_groups)
    if groups.shape != (n_features,):
        raise DataError(
            f"feature_groups has the shape {groups.shape}; a group for each of the {n_features} features is expected."
        )
    if groups.dtype.kind not in "iu" or (n_features and not 0 <= groups.min() <= groups.max() <= MAX_GROUP):
        raise DataError(f"feature_groups holds what is no group; whole numbers from 0 to {MAX_GROUP} are expected.")
    return groups.astype(np.uint8)


def encode_classes(y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the classes, sorted, and the class of each row as a number.

    Raises
    ------
    DataError
        Where there is no row that counts, and where there is one class alone.
    """
    if not len(y):
        raise DataError("The weights are zero for all documents, so there is nothing to learn from.")
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise DataError(
            f"All {len(y)} documents have the label {classes.tolist()[0]!r}: one class, and at least two are needed."
        )
    return classes, codes


def resolve_class_weight(class_weight: Any, classes: NDArray[Any], totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight of each class, shape (n_classes,).

    Parameters
    ----------
    class_weight : None, "balanced", or mapping of label -> weight
        Classes that a mapping leaves out have the weight 1; balanced ones the same sum of weights each.
    classes : array of shape (n_classes,)
    totals : array of shape (n_classes,)
        The documents of each class, or the sum of their weights.

    Raises
    ------
    InvalidParameterError
        For a class that is not there, and a weight that is no positive number.

    Examples
    --------
    >>> resolve_class_weight("balanced", np.array(["ham", "spam"]), np.array([9.0, 1.0])).round(3)
    array([0.556, 5.   ])
    """
    if class_weight is None:
        return np.ones(len(classes))
    if isinstance(class_weight, str) and class_weight == "balanced":
        # As scikit-learn does: the weights of all documents still sum to what they were.
        balanced: NDArray[np.float64] = totals.sum() / (len(classes) * totals)
        return balanced
    if not isinstance(class_weight, Mapping):
        raise InvalidParameterError(
            f"class_weight is {class_weight!r}; allowed are 'balanced' and a weight for each class, or None."
        )
    names = classes.tolist()
    for label, weight in class_weight.items():
        if label not in names:
            raise InvalidParameterError(
                f"class_weight names no class: {label!r}. The classes are {', '.join(map(repr, names))}."
            )
        check_number(f"class_weight of {label!r}", weight, 0, above=True)
    return np.array([float(class_weight.get(label, 1.0)) for label in names])


def resolve_class_prior(prior: ClassPrior, classes: NDArray[Any], *, words: Iterable[str] = ()) -> NDArray[np.float64]:
    """Return class probabilities in the order of `classes`, checked.

    Parameters
    ----------
    prior : "uniform", mapping of label -> probability, or array of shape (n_classes,)
    classes : array of shape (n_classes,)
    words : iterable of str
        What the message names as allowed beside these; the caller has looked for them before.

    Raises
    ------
    InvalidParameterError
        Where a class is missing or unknown, a probability is not one, or they do not sum to 1.

    Examples
    --------
    >>> resolve_class_prior({"spam": 0.25, "ham": 0.75}, np.array(["ham", "spam"]))
    array([0.75, 0.25])
    """
    names = list(classes.tolist())
    if isinstance(prior, str):
        if prior != "uniform":
            raise InvalidParameterError(
                f"class_prior is {prior!r}; allowed are {', '.join(map(repr, ('uniform', *words)))}, a probability for "
                "each class, and None."
            )
        return np.full(len(names), 1.0 / len(names))
    if isinstance(prior, Mapping):
        unknown = [label for label in prior if label not in names]
        missing = [label for label in names if label not in prior]
        if unknown or missing:
            what = f"names no class: {unknown[0]!r}" if unknown else f"lacks the class {missing[0]!r}"
            raise InvalidParameterError(f"class_prior {what}. The classes are {', '.join(map(repr, names))}.")
        prior = [prior[label] for label in names]
    try:
        probabilities = np.asarray(prior, np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidParameterError(f"class_prior is {prior!r}; its probabilities have to be numbers.") from error
    if probabilities.shape != (len(names),):
        raise InvalidParameterError(
            f"class_prior has the shape {probabilities.shape}; one probability for each of the {len(names)} classes "
            "is expected."
        )
    if not (np.isfinite(probabilities).all() and (probabilities >= 0).all() and abs(probabilities.sum() - 1) < 1e-6):
        raise InvalidParameterError(
            f"class_prior is {probabilities.tolist()}; the probabilities have to be at least 0 and sum to 1 "
            f"(they sum to {probabilities.sum():g})."
        )
    return probabilities


def check_labels(y: Any, n_documents: int) -> NDArray[Any]:
    """Return labels as an array of shape (n_documents,).

    Raises
    ------
    DataError
        For another number of labels than documents, missing ones, and labels of mixed types.
    """
    if y is None:
        raise DataError("y is None; a label for each document is expected (requires y to be passed).")
    shape = getattr(y, "shape", None)
    if shape is not None and len(shape) != 1:
        raise DataError(f"y has the shape {tuple(shape)}; one column is expected: pass the one that holds the labels.")
    if isinstance(y, str | bytes | Mapping | set | frozenset) or not isinstance(y, Iterable):
        raise DataError(f"y is {type(y).__name__}; a sequence with one label a document is expected.")
    cells = y.to_list() if hasattr(y, "to_list") else y.to_pylist() if hasattr(y, "to_pylist") else y
    labels = [label.item() if isinstance(label, np.generic) else label for label in cells]
    if len(labels) != n_documents:
        raise DataError(f"There are {n_documents} documents and {len(labels)} labels; they have to be as many.")
    if not labels:
        raise DataError("There are no documents to learn from.")
    for row, label in enumerate(labels):
        if label is None or type(label).__name__ in ("NAType", "NaTType") or label != label:
            raise DataError(f"y: the label of row {row} is missing (None or NaN); drop such rows.")
        if not isinstance(label, str | int | float | bool):
            raise DataError(
                f"y: the label of row {row} is {type(label).__name__}; str, int, float or bool is expected."
            )
        if isinstance(label, float) and not label.is_integer():
            raise DataError(
                f"y: the label of row {row} is {label!r}; labels that are float have to be whole numbers. "
                "Convert them to str."
            )
        if isinstance(label, str) and label.endswith("\0"):
            # numpy's arrays of text would drop it, and might make two classes one.
            raise DataError(f"y: the label of row {row}, {label!r}, ends with a NUL character; take it off.")
    # Subclasses of str, enums for one, become what they hold.
    labels = [str.__str__(label) if isinstance(label, str) else label for label in labels]
    check_label_types(labels)
    column = np.array(labels)
    if {*map(type, labels)} == {int} and column.dtype.kind != "i":
        raise DataError(f"y: the label {max(labels, key=abs)} does not fit 64 bits; convert the labels to str.")
    return column


def check_label_types(labels: Any) -> None:
    """Check that labels in a list, or in an array of objects, are of one type.

    Raises
    ------
    DataError
    """
    if isinstance(labels, list | tuple) or getattr(labels, "dtype", np.dtype(int)).hasobject:
        kinds = {type(label.item() if isinstance(label, np.generic) else label).__name__ for label in labels}
        if len(kinds) > 1:
            raise DataError(
                f"y holds labels of mixed types ({', '.join(sorted(kinds))}); convert them to one type first."
            )


def check_sample_weight(sample_weight: Any, n_documents: int) -> NDArray[np.float64] | None:
    """Return the weights of documents, shape (n_documents,), or None.

    Raises
    ------
    DataError
        For another number of weights than documents, and for weights that are negative or no numbers.
    """
    if sample_weight is None:
        return None
    try:
        weights = np.asarray(sample_weight, np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"sample_weight holds what is no number: {error}.") from error
    if weights.shape != (n_documents,):
        raise DataError(f"sample_weight has the shape {weights.shape}; one weight for each of {n_documents} documents.")
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        row = int(np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))[0])
        raise DataError(f"sample_weight: the weight of row {row} is {weights[row]}; 0 or more is expected.")
    return weights
