"""What is worth trying: changes to the parameters of a model, alone and together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from types import MappingProxyType
from typing import Any

from textgd.models import TOKENS, Model
from textgd.parameters import PARAMETERS, TEXT, spell_parameters

__all__ = ["Candidate", "combine", "single_changes"]

Change = Mapping[str, Any]


def _changes(*changes: dict[str, Any]) -> tuple[Change, ...]:
    return tuple(map(MappingProxyType, changes))


# How text is read, for all models alike; what a short search tries stands in front.
_READING = _changes(
    {"ngram_range": (1, 3)},
    {"ngram_range": (1, 2)},
    {"ngram_range": (1, 1)},
    {"min_df": 2},
    {"analyzer": "char_wb"},
    {"lowercase": False},
    {"negation": True},
    {"punctuation": False},
    {"mask_numbers": True},
    {"min_df": 3},
    {"analyzer": "char_wb", "ngram_range": (2, 6)},
    {"stop_words": "english"},
)
# With a limit to the size: fewer features.
_SMALLER = _changes({"min_df": 5}, {"hashing": 2**18}, {"min_df": 10}, {"hashing": 2**16})
# What these say is about words.
_OF_WORDS = frozenset({"negation", "punctuation", "mask_numbers", "stop_words"})
_TEXT = frozenset(p.name for p in PARAMETERS if p.part == TEXT)
# Each more makes a model that is harder to explain, and its gain more likely a matter of chance.
_MOST_CHANGES = 4


@dataclass(frozen=True)
class Candidate:
    """A model with changes to its parameters.

    Parameters
    ----------
    model : str
        Its name in the registry.
    changes : tuple of (name, value)
        In the order of the names; none: the model as it is.
    """

    model: str
    changes: tuple[tuple[str, Any], ...] = ()

    @property
    def parameters(self) -> dict[str, Any]:
        """What a `textgd.TextClassifier` takes."""
        return {"model": self.model, **dict(self.changes)}

    @property
    def is_default(self) -> bool:
        """Whether nothing is changed."""
        return not self.changes

    @property
    def is_bounded(self) -> bool:
        """Whether more documents give it no more features than some."""
        return not {"max_features", "hashing"}.isdisjoint(name for name, _ in self.changes)

    @property
    def name(self) -> str:
        """The options that give it."""
        return spell_parameters(self.parameters)

    def changed(self, *changes: Change) -> Candidate | None:
        """Return the candidate with more changes; None where they do not go together.

        Examples
        --------
        >>> Candidate("svm").changed({"C": 1.0}, {"min_df": 2}).name
        '--model svm --min-df 2 --C 1.0'
        >>> Candidate("svm").changed({"C": 1.0}, {"C": 10.0}) is None
        True
        """
        joined = dict(self.changes)
        for change in changes:
            if not joined.keys().isdisjoint(change):
                return None
            joined |= change
        if joined.get("analyzer", "word") != "word" and not _OF_WORDS.isdisjoint(joined):
            return None
        if "hashing" in joined and not {"min_df", "max_features"}.isdisjoint(joined):
            return None  # neither has an effect on hashed features
        return Candidate(self.model, tuple(sorted(joined.items())))


def single_changes(model: Model, is_limited: bool = False) -> list[Change]:
    """Return the changes to a model that are worth trying one by one.

    Parameters
    ----------
    model : Model
    is_limited : bool
        Whether its file has to be small.

    Examples
    --------
    >>> from textgd.models import find_model
    >>> [dict(change) for change in single_changes(find_model("svm"))][:3]
    [{'ngram_range': (1, 3)}, {'C': 1.0}, {'ngram_range': (1, 1)}]
    """
    reading = [change for change in _READING if _is_for(model, change)]
    mixed = [change for pair in zip_longest(reading, model.search) for change in pair if change is not None]
    if not is_limited:
        return mixed
    return [*model.smaller, *(change for change in _SMALLER if _is_for(model, change)), *mixed]


def _is_for(model: Model, change: Change) -> bool:
    """Whether a change to how text is read is one for a model."""
    if all(model.defaults.get(name) == value for name, value in change.items()):
        return False
    if model.reads != TOKENS:
        return True
    is_of_words = not _OF_WORDS.isdisjoint(change)
    return "analyzer" not in change and change.keys() <= _TEXT and (model.analyzer == "word" or not is_of_words)


def combine(model: str, gains: Sequence[tuple[Change, float]], base: Change | None = None) -> Iterator[Candidate]:
    """Return combinations of changes that did no harm alone, those with the greatest sum of gains first.

    Parameters
    ----------
    model : str
    gains : sequence of (change, float)
        By how much each made the error less.
    base : mapping, optional
        What all of them have.

    Examples
    --------
    >>> gains = [({"C": 1.0}, 0.02), ({"C": 10.0}, 0.01), ({"min_df": 2}, -0.01), ({"lowercase": False}, 0.005)]
    >>> [candidate.name for candidate in combine("svm", gains)]
    ['--model svm --no-lowercase --C 1.0', '--model svm --no-lowercase --C 10.0']
    """
    # So many of the best that their combinations can be counted.
    useful = sorted((pair for pair in gains if pair[1] > 0.0), key=lambda pair: -pair[1])[:10]
    sums = []
    for n in range(2, _MOST_CHANGES + 1):
        for chosen in combinations(useful, n):
            candidate = Candidate(model, tuple(sorted((base or {}).items()))).changed(*(change for change, _ in chosen))
            if candidate is not None:
                sums.append((-sum(gain for _, gain in chosen), n, candidate))
    for _, _, candidate in sorted(sums, key=lambda entry: entry[:2]):
        yield candidate
