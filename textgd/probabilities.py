"""From scores to probabilities: what a calibration is, immutable; numpy alone.

A score is linear in the features and tells classes apart; a probability is a share of documents.  All here take scores
of shape (n_rows, n_classes) and return the natural logarithms of probabilities.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NO_PROBABILITIES",
    "Isotonic",
    "OneVsRest",
    "Probabilities",
    "Reweighted",
    "Sigmoid",
    "Softmax",
    "log_odds",
    "log_sum_exp",
    "reweighted",
]

#: What is said where there are none.
NO_PROBABILITIES = (
    "This model has scores and no probabilities: its own scores are none, and it was not calibrated. Train it with "
    "calibrate='auto' (--calibrate auto), and with more than one document of each class."
)

Scores = NDArray[np.float64]

# Of two classes there is one line, that of the second: the first one's log-odds are the same with the other sign.
_SIGNS = np.array([-1.0, 1.0])


def log_sum_exp(scores: Scores) -> Scores:
    """Return ln Σ exp of each row, shape (n_rows,).

    Examples
    --------
    >>> log_sum_exp(np.log([[0.25, 0.25], [0.5, 0.5]])).round(12)
    array([-0.69314718,  0.        ])
    """
    top = scores.max(axis=1)
    # A row of -inf alone stays -inf instead of becoming NaN.
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        total: Scores = shift + np.log(np.exp(scores - shift[:, None]).sum(axis=1))
    return total


def log_odds(scores: Scores) -> Scores:
    """Return how far each class is ahead of the others: s_k - ln Σ_{j≠k} exp s_j.

    Shape (n_rows, n_classes); of two classes the difference of their scores.

    Examples
    --------
    >>> log_odds(np.array([[1.0, 3.0]]))
    array([[-2.,  2.]])
    """
    if scores.shape[1] == 2:
        ahead = scores[:, 1] - scores[:, 0]
        return np.stack([-ahead, ahead], axis=1)
    # Relative to the largest, next to which the logarithm of a sum would get lost.
    rows, best = np.arange(len(scores)), scores.argmax(axis=1)
    top = scores[rows, best][:, None]
    ahead = scores - np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # All but the best one have at most half of the sum, so that what is left without them is known exactly.
        whole = log_sum_exp(ahead)[:, None]
        others = whole + np.log1p(-np.minimum(np.exp(ahead - whole), 0.5))
    without_best = ahead.copy()
    without_best[rows, best] = -np.inf
    others[rows, best] = log_sum_exp(without_best)
    return ahead - others


@dataclass(frozen=True)
class Probabilities:
    """What turns scores into probabilities."""

    kind: ClassVar[str]

    @property
    def is_relative(self) -> bool:
        """Whether a class's share goes by how far its score is ahead of the others, and not by the score alone."""
        return False

    def log_shares(self, lines: Scores) -> Scores:
        """Return the logarithms of what probabilities are proportional to, each from its own class's column alone.

        Parameters
        ----------
        lines : float64 array of shape (n_rows, n_classes)
            Scores; where `is_relative`, their `log_odds`.
        """
        raise NotImplementedError

    def lines(self, scores: Scores) -> Scores:
        """Return what `log_shares` takes."""
        return log_odds(scores) if self.is_relative else scores

    def log_proba(self, scores: Scores) -> Scores:
        """Return ln P(class | document), shape (n_rows, n_classes)."""
        return _normalized(self.log_shares(self.lines(scores)))

    def nats(self, c: int) -> float | None:
        """Return what one unit of class number `c`'s score adds to its log-odds; None where that is not constant."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"kind": self.kind, **asdict(self)}

    @staticmethod
    def from_dict(described: dict[str, Any], n_classes: int) -> Probabilities:
        """Return it from JSON data, checked.

        Raises
        ------
        ValueError, TypeError, LookupError
            Where the data do not describe any.
        """
        values = dict(described)
        cls = _KINDS[values.pop("kind")]
        return cls._checked(n_classes, **values)

    @classmethod
    def _checked(cls, n_classes: int, **values: Any) -> Probabilities:
        return cls(**values)


@dataclass(frozen=True)
class Softmax(Probabilities):
    """P(c) ∝ exp(s_c / temperature): scores that are logarithms of joint probabilities, or log-odds against class 0.

    Parameters
    ----------
    temperature : float
        Above 1 it makes sure models less sure (Guo et al. 2017, section 4.2); no label changes.
    """

    kind = "softmax"
    temperature: float = 1.0

    def log_shares(self, lines: Scores) -> Scores:
        """Return the scores on the scale of nats."""
        return lines / self.temperature

    def nats(self, c: int) -> float | None:
        """Return what one unit of class number `c`'s score adds to its log-odds."""
        return 1.0 / self.temperature

    @classmethod
    def _checked(cls, n_classes: int, **values: Any) -> Probabilities:
        temperature = float(values["temperature"])
        if not 0.0 < temperature < np.inf:
            raise ValueError(f"its temperature is {temperature}")
        return cls(temperature)


@dataclass(frozen=True)
class OneVsRest(Probabilities):
    """Each class has log-odds against all others; their probabilities are scaled to sum to 1."""

    kind = "one-vs-rest"

    def log_shares(self, lines: Scores) -> Scores:
        """Return the logarithm of each class's probability against all others."""
        shares: Scores = -np.logaddexp(0.0, -lines)
        return shares

    def nats(self, c: int) -> float | None:
        """Return what one unit of class number `c`'s score adds to its log-odds."""
        return 1.0


@dataclass(frozen=True)
class Sigmoid(Probabilities):
    """Each class's probability is a logistic function of its log-odds (Platt 1999); scaled to sum to 1.

    Parameters
    ----------
    slopes, intercepts : tuple of float, one a class
        Of two classes one, that of the second.
    """

    kind = "sigmoid"
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]

    @property
    def is_relative(self) -> bool:
        """True: the logistic functions are of log-odds."""
        return True

    def log_shares(self, lines: Scores) -> Scores:
        """Return the logarithm of each class's logistic function."""
        signs = _SIGNS if lines.shape[1] == 2 else 1.0
        shares: Scores = -np.logaddexp(0.0, -signs * (signs * lines * self.slopes + self.intercepts))
        return shares

    def nats(self, c: int) -> float | None:
        """Return what one unit of class number `c`'s score adds to its log-odds."""
        return self.slopes[min(c, len(self.slopes) - 1)]

    @classmethod
    def _checked(cls, n_classes: int, **values: Any) -> Probabilities:
        slopes, intercepts = (tuple(map(float, values[name])) for name in ("slopes", "intercepts"))
        n_lines = 1 if n_classes == 2 else n_classes
        if not (len(slopes) == len(intercepts) == n_lines and np.isfinite([slopes, intercepts]).all()):
            raise ValueError("its calibration does not fit its classes")
        return cls(slopes, intercepts)


@dataclass(frozen=True)
class Isotonic(Probabilities):
    """Each class's probability rises with its log-odds, in any shape (Zadrozny and Elkan 2002); scaled to sum to 1.

    Parameters
    ----------
    odds, shares : tuple of tuple of float, one a class
        Points between which the probability is interpolated; of two classes one, that of the second.
    """

    kind = "isotonic"
    odds: tuple[tuple[float, ...], ...]
    shares: tuple[tuple[float, ...], ...]

    @property
    def is_relative(self) -> bool:
        """True: the curves are of log-odds."""
        return True

    def log_shares(self, lines: Scores) -> Scores:
        """Return the logarithm of each class's curve."""
        if lines.shape[1] == 2:
            first, second = np.interp((_SIGNS * lines).T, self.odds[0], self.shares[0])
            columns = [1.0 - first, second]
        else:
            curves = zip(lines.T, self.odds, self.shares, strict=True)
            columns = [np.interp(column, x, y) for column, x, y in curves]
        shares: Scores = np.log(np.stack(columns, axis=1))
        return shares

    def nats(self, c: int) -> float | None:
        """Return None: what a unit of the score adds depends on the score."""
        return None

    @classmethod
    def _checked(cls, n_classes: int, **values: Any) -> Probabilities:
        odds, shares = (tuple(tuple(map(float, curve)) for curve in values[name]) for name in ("odds", "shares"))
        n_curves = 1 if n_classes == 2 else n_classes
        if not len(odds) == len(shares) == n_curves:
            raise ValueError("its calibration does not fit its classes")
        for x, y in zip(odds, shares, strict=True):
            is_curve = len(x) == len(y) > 0 and bool(np.isfinite([x, y]).all())
            rises = is_curve and bool((np.diff(x) >= 0).all() and (np.diff(y) >= 0).all())
            if not (rises and y[0] > 0.0 and y[-1] < 1.0):
                raise ValueError("its calibration does not rise from above 0 to below 1")
        return cls(odds, shares)


@dataclass(frozen=True)
class Reweighted(Probabilities):
    """Probabilities under other class priors, by Bayes' rule: P'(c | x) ∝ P(c | x) P'(c) / P(c).

    Parameters
    ----------
    base : Probabilities
    factors : tuple of float, one a class
        P'(c) / P(c).
    """

    kind = "reweighted"
    base: Probabilities
    factors: tuple[float, ...]

    @property
    def is_relative(self) -> bool:
        """As the base."""
        return self.base.is_relative

    def log_shares(self, lines: Scores) -> Scores:
        """Return the base's, each with the logarithm of its class's factor."""
        with np.errstate(divide="ignore"):
            shares: Scores = self.base.log_shares(lines) + np.log(self.factors)
        return shares

    def log_proba(self, scores: Scores) -> Scores:
        """Return ln P(class | document), shape (n_rows, n_classes)."""
        with np.errstate(divide="ignore"):
            # Next to large shares a factor would get lost; next to probabilities it does not.
            return _normalized(self.base.log_proba(scores) + np.log(self.factors))

    def nats(self, c: int) -> float | None:
        """Return what one unit of class number `c`'s score adds to its log-odds."""
        return self.base.nats(c)

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"kind": self.kind, "base": self.base.to_dict(), "factors": self.factors}

    @classmethod
    def _checked(cls, n_classes: int, **values: Any) -> Probabilities:
        factors = tuple(map(float, values["factors"]))
        if not (len(factors) == n_classes and np.isfinite(factors).all() and min(factors) >= 0.0 < max(factors)):
            raise ValueError("its class priors do not fit its classes")
        if values["base"]["kind"] == cls.kind:
            raise ValueError("its class priors are changed twice")
        return cls(Probabilities.from_dict(values["base"], n_classes), factors)


def reweighted(probabilities: Probabilities, factors: NDArray[np.float64]) -> Reweighted:
    """Return probabilities under class priors that are so many times what they were.

    Factors on factors are one: nothing is nested.

    Parameters
    ----------
    probabilities : Probabilities
    factors : float64 array of shape (n_classes,)

    Examples
    --------
    >>> once = reweighted(Softmax(), np.array([2.0, 1.0]))
    >>> reweighted(once, np.array([0.25, 1.0]))
    Reweighted(base=Softmax(temperature=1.0), factors=(0.5, 1.0))
    """
    if isinstance(probabilities, Reweighted):
        factors = factors * np.asarray(probabilities.factors)
        probabilities = probabilities.base
    return Reweighted(probabilities, tuple(factors.tolist()))


_KINDS: dict[str, type[Probabilities]] = {cls.kind: cls for cls in (Softmax, OneVsRest, Sigmoid, Isotonic, Reweighted)}


def _normalized(log_shares: Scores) -> Scores:
    top = log_shares.max(axis=1, keepdims=True)
    # Next to a large number the logarithm of the sum would get lost.
    ahead = log_shares - np.where(np.isfinite(top), top, 0.0)
    normalized: Scores = ahead - log_sum_exp(ahead)[:, None]
    return normalized
