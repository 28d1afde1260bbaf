"""Limits of size and of latency."""

from __future__ import annotations

import pytest

from textgd.classifier import TextClassifier
from textgd.tuning import limits as module
from textgd.tuning.limits import Limits, measure_latency


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


def test_latency_is_the_median_after_the_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{text} {letter}" for letter in "abcdefghij" for text in ("so good", "so bad")]
    scorer = TextClassifier(model="nb").fit(texts, ["pos", "neg"] * 10).text_scorer_
    now, told = 0.0, []

    class Slow:
        def predict(self, documents: list[str], n_jobs: int) -> None:
            nonlocal now
            told.append(documents)
            # What is loaded takes 100 times as long the first times; of the others a few are slow.
            now += 1.0 if len(told) <= 10 else 0.02 if len(told) % 5 == 0 else 0.01
            scorer.predict(documents, n_jobs)

    monkeypatch.setattr(module, "perf_counter", lambda: now)
    assert measure_latency(Slow(), texts) == pytest.approx(0.01)  # type: ignore[arg-type]
    assert all(len(documents) == 1 for documents in told)
