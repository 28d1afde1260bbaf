"""Work of many parts, several of them side by side, until all are done, the time is up, or somebody interrupts."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic
from typing import Generic, TypeVar

from threadpoolctl import threadpool_limits

__all__ = ["Done", "run_side_by_side"]

# How often the time is looked at, in seconds.
_TICK = 0.2

Part = TypeVar("Part")


@dataclass(frozen=True, eq=False)
class Done(Generic[Part]):
    """What was done.

    Attributes
    ----------
    parts : mapping of int -> what the work gave
        The parts that were done to their end, in their order.
    notes : tuple of str
        Warnings that the work gave, each once.
    is_interrupted : bool
    """

    parts: Mapping[int, Part]
    notes: tuple[str, ...]
    is_interrupted: bool


def run_side_by_side(
    work: Callable[[int, threading.Event], Part | None],
    n_parts: int,
    n_workers: int,
    deadline: float | None = None,
) -> Done[Part]:
    """Do parts of some work in threads.

    Parameters
    ----------
    work : callable
        Given the number of a part, and an event: once that is set, what it gives is not waited for, and None may be
        returned at once.
    n_parts : int
    n_workers : int
        Parts at a time.
    deadline : float, optional
        When to stop, by `time.monotonic`: no part is started that is not likely to end before.

    Examples
    --------
    >>> dict(run_side_by_side(lambda number, stop: 10 * number, 3, 2).parts)
    {0: 0, 1: 10, 2: 20}
    """
    stop = threading.Event()

    def has_time(seconds: float) -> bool:
        return deadline is None or monotonic() + seconds < deadline

    done: dict[int, Part] = {}
    running: dict[Future[Part | None], tuple[int, float]] = {}
    longest, following, is_interrupted = 0.0, 0, False
    # One thread of linear algebra for each of ours: more would be in each other's way, and might add up otherwise.
    with warnings.catch_warnings(record=True) as caught, threadpool_limits(1), ThreadPoolExecutor(n_workers) as pool:
        warnings.simplefilter("always")
        try:
            while running or following < n_parts:
                while len(running) < n_workers and following < n_parts and has_time(longest if done else 0.0):
                    running[pool.submit(work, following, stop)] = following, monotonic()
                    following += 1
                if not running:
                    break
                finished, _ = wait(running, _TICK, FIRST_COMPLETED)
                for future in finished:
                    number, started = running.pop(future)
                    longest = max(longest, monotonic() - started)
                    part = future.result()
                    if part is not None:
                        done[number] = part
                if not has_time(0.0):
                    stop.set()
        except KeyboardInterrupt:
            is_interrupted = True
        finally:
            stop.set()
    notes = tuple(sorted({str(warning.message) for warning in caught}))
    return Done({number: done[number] for number in sorted(done)}, notes, is_interrupted)
