"""The ways in which texts are written; apart from what writes them, so that the command line can tell them at once."""

from __future__ import annotations

from dataclasses import dataclass

from textgd.lm.limits import MAX_TOKENS

__all__ = ["Writing"]


@dataclass(frozen=True)
class Writing:
    """How texts are written.

    Parameters
    ----------
    temperature, top_k, top_p
        As in `textgd.lm.sampler.Sampler`.
    prompt : str
        What each text begins with.
    max_tokens, min_tokens : int
        Least and greatest length, without the prompt.  Naive Bayes knows of no length: its texts are as long as they
        may be.
    max_copy : int, optional
        A text that has a longer run of tokens in common with the training text is drawn again.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    prompt: str = ""
    max_tokens: int = MAX_TOKENS
    min_tokens: int = 0
    max_copy: int | None = None
