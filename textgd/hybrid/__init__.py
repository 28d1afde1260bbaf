"""Models that join a generative and a discriminative one."""

from textgd.hybrid.nbsvm import NBSVM

__all__ = ["NBSVM"]
