"""Limits of size and of latency."""

from __future__ import annotations

import pytest

from textgd.tuning import limits as module
from textgd.tuning.limits import Limits


@pytest.mark.parametrize(
    ("n_bytes", "seconds", "objection"),
    [(10_000, 0.0005, None), (20_001, 0.0005, "too large"), (10_000, 0.0011, "too slow"), (None, None, None)],
)
def test_objections(n_bytes: int | None, seconds: float | None, objection: str | None) -> None:
    assert Limits(20_000 + module.NOTES_BYTES, 0.001).objection(n_bytes, seconds) == objection
    assert Limits().objection(n_bytes, seconds) is None


def test_what_grows_over_a_limit_for_certain_is_hopeless_and_what_may_is_not() -> None:
    limits = Limits(n_bytes=1_000_000)
    assert not limits.is_hopeless(400_000, None, growth=9.0)
    assert limits.is_hopeless(400_000, None, growth=9.0, likely=True)
    assert limits.is_hopeless(500_000, None, growth=9.0)
    assert not Limits(seconds=0.001).is_hopeless(None, 0.0015, growth=9.0)
    assert Limits(seconds=0.001).is_hopeless(None, 0.0025, growth=9.0)
