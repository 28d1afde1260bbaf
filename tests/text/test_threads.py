"""How many threads, and that they change no result."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from textgd.errors import InvalidParameterError
from textgd.text import threads
from textgd.text.threads import effective_jobs, run_in_threads


@pytest.mark.parametrize(
    ("n_jobs", "jobs"), [(None, 4), (-1, 4), (-2, 3), (-4, 1), (-5, 1), (-100, 1), (1, 1), (3, 3), (9, 9)]
)
def test_effective_jobs(n_jobs: int | None, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda _: {0, 1, 2, 3}, raising=False)
    assert effective_jobs(n_jobs) == jobs


def test_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(threads.os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(threads.os, "cpu_count", lambda: None)
    assert effective_jobs(None) == 1
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 6)
    assert effective_jobs(-1) == 6


@pytest.mark.parametrize("n_jobs", [0, True, 2.0, "2"])
def test_a_wrong_number(n_jobs: Any) -> None:
    with pytest.raises(InvalidParameterError, match=r"n_jobs is .*; it has to be a whole number other than 0"):
        effective_jobs(n_jobs)
    with pytest.raises(InvalidParameterError):
        run_in_threads(str, [1, 2], n_jobs)


@pytest.mark.parametrize("n_jobs", [1, 2, 5, None])
def test_results_keep_their_order(n_jobs: int | None) -> None:
    assert run_in_threads(lambda i: i * i, iter(range(50)), n_jobs) == [i * i for i in range(50)]
    assert run_in_threads(str, [], n_jobs) == []


def test_work_is_done_side_by_side() -> None:
    # Each waits for the other: neither would come back if one had to finish first.
    barrier = threading.Barrier(2, timeout=30)
    assert sorted(run_in_threads(lambda _: barrier.wait(), range(2), 2)) == [0, 1]


def test_one_thread_is_the_caller() -> None:
    assert set(run_in_threads(lambda _: threading.get_ident(), range(3), 1)) == {threading.get_ident()}


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_error_comes_through(n_jobs: int) -> None:
    with pytest.raises(ZeroDivisionError):
        run_in_threads(lambda i: 1 // i, [1, 0, 2], n_jobs)
