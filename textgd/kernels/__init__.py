"""Compiled functions: arrays in, arrays out.

Everything here is numba code without classes, input, output or randomness of its own, and releases the GIL, so
that callers run it in threads.  Each kernel has a slow reference elsewhere that the tests hold it against.
"""

from __future__ import annotations

from collections.abc import Callable

# Called once when a kernel has to be compiled because no earlier process has cached it; a program may set it to
# tell its user what takes so long.
on_compile: Callable[[], None] | None = None
