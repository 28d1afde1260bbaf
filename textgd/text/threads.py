"""Running kernels side by side: they release the GIL, so plain threads do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral
from typing import Any, TypeVar

from textgd.errors import InvalidParameterError

__all__ = ["effective_jobs", "run_in_threads"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def effective_jobs(n_jobs: int | None) -> int:
    """Return how many threads `n_jobs` means: None and -1 are all cores this process may use, -2 all but one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if n_jobs is None:
        return cores
    given: Any = n_jobs
    if isinstance(given, bool) or not isinstance(given, Integral) or given == 0:
        raise InvalidParameterError(
            f"n_jobs is {n_jobs!r}; it has to be a whole number other than 0 (-1: all cores), or None for all cores."
        )
    return n_jobs if n_jobs > 0 else max(1, cores + 1 + n_jobs)


def run_in_threads(function: Callable[[Item], Result], items: Iterable[Item], n_jobs: int | None) -> list[Result]:
    """Return ``[function(item) for item in items]``, computed by up to `n_jobs` threads."""
    items = list(items)
    workers = min(effective_jobs(n_jobs), len(items))
    if workers <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(function, items))
