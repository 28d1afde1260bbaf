"""A small version of scripts/reproduce.py coverage: the intervals hold the truth about as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.studies.coverage import POPULATIONS, PROMISE, markdown, reproduce, to_json

_DRAWS = 80


@pytest.mark.parametrize("name", ["reviews, 200", "four topics, 1,000"])
def test_intervals_hold_the_truth(name: str) -> None:
    said: list[str] = []
    coverage = reproduce(name, None, _DRAWS, said.append, n_population=100_000)
    figures = [figure for figure in coverage.outcomes if figure != PROMISE]
    shares = np.array([coverage.share(figure) for figure in figures])
    # Of 80 draws at 95 %, fewer than 85 % come once in 5,000 times; the mean is over figures of the same draws.
    assert shares.min() >= 0.85, dict(zip(figures, shares, strict=True))
    assert 0.91 <= shares.mean() <= 0.985
    assert all(sum(outcome) == _DRAWS for outcome in coverage.outcomes.values())
    assert len(figures) >= 33
    n_classes = 2 if "reviews" in name else 4
    assert (PROMISE in coverage.outcomes) == (n_classes == 2)
    assert len(said) == 1
    table = markdown([coverage]).splitlines()
    assert table[0] == f"| figure | {name} |"
    assert f"| accuracy | {100 * coverage.share('accuracy'):.1f} |" in table
    assert to_json([coverage])[0]["truth"]["accuracy"] == coverage.truth["accuracy"]


def test_every_population_can_be_drawn_from() -> None:
    rng = np.random.default_rng(0)
    for make, n in POPULATIONS.values():
        truth, probabilities = make(rng, n)
        assert len(truth) == len(probabilities) == n
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
        assert set(truth.tolist()) == set(range(probabilities.shape[1]))
