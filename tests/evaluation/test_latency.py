"""How long a document takes."""

from __future__ import annotations

import pytest

from textgd.classifier import TextClassifier
from textgd.evaluation import latency as module
from textgd.evaluation.latency import measure_latency


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
