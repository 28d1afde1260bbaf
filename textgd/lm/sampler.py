"""Writing text: documents drawn from a language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.kernels.sampling import SamplerArrays, add_up, draw_tokens, follow, link_contexts
from textgd.lm.limits import MAX_TOKENS
from textgd.lm.model import NgramModel
from textgd.validation import check_number

__all__ = ["LEAST_TEMPERATURE", "Sampler", "check_choices", "check_lengths"]

# Below it, the weights of rare tokens are smaller than any number; 0 asks for the most probable token.
LEAST_TEMPERATURE = 0.05


class Sampler:
    """Draw documents from a model, exactly: every token with the probability that the model gives it.

    Parameters
    ----------
    model : NgramModel
    temperature : float
        Tokens are drawn with p to the power of 1 / temperature: 1 is the model, less is more of the same, 0 is
        always the most probable token.
    top_k : int, optional
        Draw from so many tokens, the most probable ones.
    top_p : float, optional
        Draw from the most probable tokens that together have this probability (of those that `top_k` leaves).

    Raises
    ------
    InvalidParameterError
    DataError
        Where the model knows no term.

    Notes
    -----
    ``<unk>`` is never drawn.  The nucleus is that of A. Holtzman et al., The Curious Case of Neural Text
    Degeneration, 2020.

    Examples
    --------
    >>> model = NgramModel.fit([["to", "be", "or", "not", "to", "be"]] * 3, order=3)
    >>> sampler = Sampler(model, temperature=0)
    >>> [sampler.term(number) for number in sampler.draw(max_tokens=6)]
    ['to', 'be', 'or', 'not', 'to', 'be']
    """

    def __init__(
        self,
        model: NgramModel,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
    ) -> None:
        check_choices(temperature, top_k, top_p)
        if len(model.vocabulary) == 0:
            raise DataError("There is nothing to write: the language model knows no token.")
        self.model = model
        self._power = 1.0 / temperature if temperature else 1.0
        self._k = 1 if temperature == 0 else int(top_k or 0)
        self._nucleus = 1.0 if top_p is None else float(top_p)
        self._arrays = _arrange(model, self._power)
        self._seen = np.zeros(len(model.vocabulary), np.int64)

    def draw(
        self,
        prompt: Sequence[int] = (),
        max_tokens: int = MAX_TOKENS,
        min_tokens: int = 0,
        seed: int | Sequence[int] | np.random.Generator | None = None,
    ) -> list[int]:
        """Return the numbers of the tokens of one document, after those of the prompt.

        Parameters
        ----------
        prompt : sequence of int
            The tokens that the document begins with; they count for no length.
        max_tokens, min_tokens : int
            It does not end before it has so many tokens, and stops at so many even if it could go on.
        seed : int, sequence of int, Generator or None
            The same seed gives the same document.
        """
        check_lengths(max_tokens, min_tokens)
        model = self.model
        context = np.int32(-1)
        for token in [model.start, *prompt]:
            context = follow(context, np.int32(token), model.order, self._arrays)
        tokens: NDArray[np.int32] = draw_tokens(
            context,
            np.random.default_rng(seed),
            min_tokens,
            max_tokens,
            min(self._k, model.end),  # all terms and the end
            self._nucleus,
            np.int32(model.end),
            model.order,
            len(model.vocabulary),
            model.start + 1,
            self._power,
            self._arrays,
            self._seen,
        )
        drawn: list[int] = tokens.tolist()
        return drawn

    def term(self, number: int) -> str:
        """Return the term of a token."""
        return self.model.vocabulary[number]


def check_choices(temperature: Any, top_k: Any, top_p: Any) -> None:
    """Raise InvalidParameterError for a way to draw tokens that there is not."""
    check_number("temperature", temperature, 0.0, 100.0)
    if 0.0 < temperature < LEAST_TEMPERATURE:
        raise InvalidParameterError(
            f"temperature is {temperature:g}; 0 (always the most probable token) or a number from "
            f"{LEAST_TEMPERATURE:g} on is expected."
        )
    if top_k is not None:
        check_number("top_k", top_k, 1, whole=True)
    if top_p is not None:
        check_number("top_p", top_p, 0.0, 1.0, above=True)


def check_lengths(max_tokens: Any, min_tokens: Any) -> None:
    """Raise InvalidParameterError for lengths that no document can have."""
    check_number("max_tokens", max_tokens, 1, whole=True)
    check_number("min_tokens", min_tokens, 0, whole=True)
    if min_tokens > max_tokens:
        raise InvalidParameterError(
            f"min_tokens is {min_tokens} and max_tokens is {max_tokens}; no text is as long as the one and as short "
            "as the other. Lower min_tokens, or raise max_tokens."
        )


def _arrange(model: NgramModel, power: float) -> SamplerArrays:
    index = model.index
    n_types = model.start + 1
    sizes = [len(level.tokens) for level in model.levels]
    above = np.cumsum([0, *sizes])
    n_contexts = int(above[-2])
    children = np.zeros(n_contexts + 1, np.int32)
    for n, level in enumerate(model.levels[1:]):
        children[above[n] : above[n + 1] + 1] = level.starts + above[n + 1]
    tokens = np.concatenate([level.tokens for level in model.levels])
    linked = (children, tokens, index.keys, index.slots, index.log_prob, index.log_backoff)
    shorter, log_lower = link_contexts(n_types, *linked)
    n_terms = len(model.vocabulary)
    alone = model.levels[0].log_prob[:n_terms].astype(np.float64)
    ranked = np.argsort(-alone, kind="stable").astype(np.int32)
    added = add_up(n_terms, n_types, power, children, tokens, index.log_prob, index.log_backoff, log_lower)
    return SamplerArrays(
        index.keys,
        index.slots,
        children,
        tokens,
        index.log_prob,
        index.log_backoff,
        shorter,
        np.repeat(np.arange(1, model.order, dtype=np.uint8), sizes[:-1]),
        added,
        ranked,
        np.cumsum(np.exp(power * alone[ranked])),
    )
