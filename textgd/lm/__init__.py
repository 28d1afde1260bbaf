"""N-gram language models: counts, smoothing, scoring, sampling, and the ARPA format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.lm.arpa import read_arpa as read_arpa
    from textgd.lm.arpa import write_arpa as write_arpa
    from textgd.lm.model import NgramModel as NgramModel
    from textgd.lm.smoothing import AbsoluteDiscounting as AbsoluteDiscounting
    from textgd.lm.smoothing import Additive as Additive
    from textgd.lm.smoothing import JelinekMercer as JelinekMercer
    from textgd.lm.smoothing import KneserNey as KneserNey
    from textgd.lm.smoothing import WittenBell as WittenBell

# Handed on lazily: scoring a document needs no estimation, and no compiled code.
_HOMES = {
    "AbsoluteDiscounting": "smoothing",
    "Additive": "smoothing",
    "JelinekMercer": "smoothing",
    "KneserNey": "smoothing",
    "NgramModel": "model",
    "WittenBell": "smoothing",
    "read_arpa": "arpa",
    "write_arpa": "arpa",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
