"""How the probability that counts give to what was seen is shared with what was not.

Every method here mixes each order with the next lower one,

    p(w | h) = own(w | h) + gamma(h) p(w | h'),

where h' is the context h without its first token; below order 1 stands the uniform distribution over all tokens
that can follow, ``<unk>`` and ``</s>`` among them.  A method is what it says of ``own`` and ``gamma``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.errors import InvalidParameterError, UnknownNameError, suggestion
from textgd.lm.counts import NgramCounts, OrderCounts
from textgd.lm.held_out import held_out_weights
from textgd.validation import check_number

__all__ = [
    "SMOOTHINGS",
    "AbsoluteDiscounting",
    "Additive",
    "JelinekMercer",
    "KneserNey",
    "Smoothing",
    "Weights",
    "WittenBell",
    "find_smoothing",
]

Array = NDArray[np.float64]


class Weights(NamedTuple):
    """What a method says of one order.

    Attributes
    ----------
    own : float64 array of shape (n_ngrams,)
        The share of each n-gram after its context.
    gamma : float64 array of shape (n_contexts,)
        The share of each context that the order below distributes; 1 where nothing follows a context.
    """

    own: Array
    gamma: Array


@dataclass(frozen=True)
class Smoothing:
    """A method by its name, with its parameters."""

    name: ClassVar[str]

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order, and JSON-ready notes on how they came about."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return the name and the parameters as JSON-ready data."""
        # What numpy counts with is no JSON.
        return {"name": self.name, **{name: np.asarray(value).tolist() for name, value in asdict(self).items()}}


@dataclass(frozen=True)
class KneserNey(Smoothing):
    """Interpolated modified Kneser-Ney.

    An n-gram that occurs once loses D1 of its count, twice D2, more often D3; below the highest order it counts after
    how many different tokens an n-gram was seen, not how often.  With n_k n-grams of count k, Y = n1 / (n1 + 2 n2):
    D1 = 1 - 2 Y n2 / n1, D2 = 2 - 3 Y n3 / n2, D3 = 3 - 4 Y n4 / n3.  Where a D_k cannot be had, because an n_k is 0
    or D_k is not above 0 and up to k, as it is with little text and with characters, the order takes `fallback`.

    Parameters
    ----------
    fallback : tuple of three floats
        D1, D2 and D3 of an order whose counts do not give them.

    Notes
    -----
    As in KenLM, one n-gram of each lower order, the one that it comes to last, is counted with its raw count where D1,
    D2 and D3 are estimated.  Which one it is depends on the order of the documents, and with few of them the model does
    a little, too.

    References
    ----------
    S. F. Chen and J. Goodman, An Empirical Study of Smoothing Techniques for Language Modeling, 1998, section 3.
    K. Heafield et al., Scalable Modified Kneser-Ney Language Model Estimation, 2013: the estimates agree with KenLM's.
    """

    name: ClassVar[str] = "kneser-ney"
    fallback: tuple[float, float, float] = (0.5, 1.0, 1.5)

    def __post_init__(self) -> None:
        given: tuple[float, ...] = tuple(self.fallback)
        if len(given) != 3 or not all(0.0 < d <= k for k, d in enumerate(given, 1)):
            raise InvalidParameterError(
                f"fallback is {self.fallback!r}; three discounts are expected, each above 0 and at most 1, 2 and 3."
            )

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order, and the discounts."""
        discounts: list[tuple[float, float, float]] = []
        fallback_orders = []
        for order in range(1, len(counts.orders) + 1):
            found = _modified_discounts(counts.counts_of_counts(order, 4))
            if found is None:
                fallback_orders.append(order)
            discounts.append(self.fallback if found is None else found)
        weights = [
            _discounted(order, adjusted, np.array([0.0, *discount]))
            for order, adjusted, discount in zip(counts.orders, counts.adjusted, discounts, strict=True)
        ]
        return weights, {"discounts": [list(d) for d in discounts], "fallback_orders": fallback_orders}


@dataclass(frozen=True)
class AbsoluteDiscounting(Smoothing):
    """One discount an order, off raw counts: D = n1 / (n1 + 2 n2).

    Parameters
    ----------
    fallback : float
        The discount of an order with no n-gram that occurs once, or none that occurs twice.

    References
    ----------
    H. Ney, U. Essen and R. Kneser, On Structuring Probabilistic Dependences in Stochastic Language Modelling, 1994.
    """

    name: ClassVar[str] = "absolute"
    fallback: float = 0.5

    def __post_init__(self) -> None:
        check_number("fallback", self.fallback, 0.0, 1.0, above=True)

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order, and the discounts."""
        weights, discounts, fallback_orders = [], [], []
        for number, order in enumerate(counts.orders, 1):
            once, twice = int((order.counts == 1).sum()), int((order.counts == 2).sum())
            if not once or not twice:
                fallback_orders.append(number)
            discount = once / (once + 2 * twice) if once and twice else self.fallback
            discounts.append(discount)
            weights.append(_discounted(order, order.counts, np.array([0.0, discount])))
        return weights, {"discounts": discounts, "fallback_orders": fallback_orders}


@dataclass(frozen=True)
class WittenBell(Smoothing):
    """The order below gets a share of T / (c + T) after a context that occurs c times with T different followers.

    References
    ----------
    I. H. Witten and T. C. Bell, The Zero-Frequency Problem, 1991, method C.
    """

    name: ClassVar[str] = "witten-bell"

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order."""
        weights = []
        for order in counts.orders:
            total = _sums(order.counts, order.starts)
            followers = _sums(order.counts > 0, order.starts)
            both = np.maximum(total + followers, 1.0)
            weights.append(Weights(order.counts / _spread(both, order), np.where(total > 0, followers / both, 1.0)))
        return weights, {}


@dataclass(frozen=True)
class JelinekMercer(Smoothing):
    """Each order has a fixed share, learned from tokens held out one at a time by expectation maximization.

    Contexts that are about as frequent (by powers of two) have the same weight.

    References
    ----------
    F. Jelinek and R. L. Mercer, Interpolated Estimation of Markov Source Parameters from Sparse Data, 1980.
    """

    name: ClassVar[str] = "jelinek-mercer"

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order, and the share of each order by the frequency of its contexts."""
        shares = held_out_weights(counts)
        weights = []
        for order, share in zip(counts.orders, shares, strict=True):
            total = _sums(order.counts, order.starts)
            bucket = np.log2(np.maximum(total, 1.0)).astype(np.intp)
            of_context = np.where(total > 0, share[np.minimum(bucket, len(share) - 1)], 0.0)
            own = _spread(of_context / np.maximum(total, 1.0), order) * order.counts
            weights.append(Weights(own, 1.0 - of_context))
        return weights, {"weights": [share.tolist() for share in shares]}


@dataclass(frozen=True)
class Additive(Smoothing):
    """Every token that can follow counts `alpha` times more than it was seen, after any context; no order is mixed.

    Parameters
    ----------
    alpha : float
        1 is Laplace's rule, less is Lidstone's.
    """

    name: ClassVar[str] = "additive"
    alpha: float = 1.0

    def __post_init__(self) -> None:
        check_number("alpha", self.alpha, 0.0, above=True)

    def weigh(self, counts: NgramCounts) -> tuple[list[Weights], dict[str, Any]]:
        """Return the weights of every order: of those that are no full context, the uniform distribution."""
        weights = []
        highest = len(counts.orders)
        pseudo = self.alpha * counts.n_predicted
        for number, order in enumerate(counts.orders, 1):
            total = _sums(order.counts, order.starts)
            gamma = np.where(total > 0, pseudo / (total + pseudo), 1.0)
            own = order.counts / _spread(total + pseudo, order)
            if number < highest:
                # What does not begin with <s> is a context cut short, from which no token is predicted.
                first_context = counts.orders[number - 2].first_at_start if number > 1 else 1
                gamma[:first_context] = 1.0
                own[: order.first_at_start] = 0.0
            weights.append(Weights(own, gamma))
        return weights, {}


SMOOTHINGS: Mapping[str, type[Smoothing]] = MappingProxyType(
    {cls.name: cls for cls in (KneserNey, WittenBell, AbsoluteDiscounting, JelinekMercer, Additive)}
)


def find_smoothing(smoothing: str | Smoothing) -> Smoothing:
    """Return the method of that name, or the one given.

    Raises
    ------
    UnknownNameError
        With the nearest names.
    """
    if isinstance(smoothing, Smoothing):
        return smoothing
    try:
        return SMOOTHINGS[smoothing]()
    except (KeyError, TypeError):
        raise UnknownNameError(
            f"smoothing is {smoothing!r}; there is no such method. {suggestion(str(smoothing), SMOOTHINGS)}"
        ) from None


def _modified_discounts(n: list[int]) -> tuple[float, float, float] | None:
    """Return D1, D2 and D3 from the counts of counts, None where they are undefined or outside what makes sense."""
    if not all(n[:3]):
        return None
    y = n[0] / (n[0] + 2 * n[1])
    found = (1 - 2 * y * n[1] / n[0], 2 - 3 * y * n[2] / n[1], 3 - 4 * y * n[3] / n[2])
    return found if all(0.0 < d <= k for k, d in enumerate(found, 1)) else None


def _discounted(order: OrderCounts, counts: NDArray[np.integer], discounts: Array) -> Weights:
    """Take a discount off each count, the k-th off a count of k, and the last off all that are larger."""
    off = discounts[np.minimum(counts, len(discounts) - 1)]
    total = _sums(counts, order.starts)
    own = (counts - off) / _spread(np.maximum(total, 1.0), order)
    gamma = np.where(total > 0, _sums(off, order.starts) / np.maximum(total, 1.0), 1.0)
    return Weights(own, gamma)


def _sums(values: NDArray[Any], starts: NDArray[np.int32]) -> Array:
    """Return the sum over what follows each context."""
    before = np.zeros(len(values) + 1)
    np.cumsum(values, out=before[1:])
    return before[starts[1:]] - before[starts[:-1]]


def _spread(values: Array, order: OrderCounts) -> Array:
    """Return the value of its context for each n-gram."""
    return np.repeat(values, np.diff(order.starts))
