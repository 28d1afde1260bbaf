"""How kernels are compiled: once for each machine, kept on disk, free of the GIL."""

from __future__ import annotations

from typing import Any

from numba import njit
from numba.core import event

import textgd.kernels

__all__ = ["kernel"]

kernel = njit(cache=True, nogil=True)


class _Announcer(event.Listener):
    """Pass on the first compilation; loading a kernel from the cache is none."""

    def on_start(self, event: Any) -> None:
        if textgd.kernels.on_compile is not None:
            announce, textgd.kernels.on_compile = textgd.kernels.on_compile, None
            announce()

    def on_end(self, event: Any) -> None:
        pass


event.register("numba:compile", _Announcer())
