"""The tries of several models side by side hold what each of them holds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.lm.test_filling import fit
from textgd.lm import NgramModel
from textgd.lm.forest import plant

CORPORA: list[list[list[str]]] = [[list("abcab"), list("abd")], [list("dcba")], [[]]]


@pytest.fixture(scope="module", params=[1, 2, 3, 4])
def models(request: pytest.FixtureRequest) -> list[NgramModel]:
    return fit(CORPORA, request.param)


def test_children_are_those_of_each_model(models: list[NgramModel]) -> None:
    forest = plant(models, 2)
    roots = models[0].unknown + 3
    for j, model in enumerate(models):
        # From the tokens down, nodes of the model beside nodes of the forest.
        nodes = [(token, j * roots + token) for token in range(roots)]
        for depth, level in enumerate(model.levels):
            below = []
            for node, planted in nodes:
                assert forest.tokens[planted] == level.tokens[node]
                assert forest.log_prob[planted] == level.log_prob[node]
                if depth + 1 < model.order:
                    assert forest.log_backoff[planted] == level.log_backoff[node]
                    start, end = model.levels[depth + 1].starts[node : node + 2].tolist()
                    assert forest.first[planted + 1] - forest.first[planted] == end - start
                    below += list(
                        zip(range(start, end), range(forest.first[planted], forest.first[planted + 1]), strict=True)
                    )
            nodes = below
        assert nodes == []
    assert forest.first[-1] == len(forest.tokens)


def test_predecessors_are_all_bigrams_that_may_stand_in_a_gap(models: list[NgramModel]) -> None:
    forest = plant(models, 2)
    roots = models[0].unknown + 3
    found = set()
    for last in range(len(models) * roots if models[0].order > 1 else 0):
        places = slice(forest.before_first[last], forest.before_first[last + 1])
        before = forest.before_tokens[places].tolist()
        assert before == sorted(before)
        for token, node in zip(before, forest.before_nodes[places].tolist(), strict=True):
            assert forest.tokens[node] == last % roots
            found.add((last // roots, token, node))
    expected = {
        (j, token, node)
        for j in range(len(models))
        for token in range(models[0].unknown + 1)
        if models[0].order > 1
        for node in range(forest.first[j * roots + token], forest.first[j * roots + token + 1])
    }
    assert found == expected


def test_crowded_contexts_know_their_most_probable_children(models: list[NgramModel]) -> None:
    forest = plant(models, 2)
    sizes = np.diff(forest.first)
    assert_array_equal(forest.crowded, np.flatnonzero(sizes > 2))
    for node, foremost in zip(forest.crowded, forest.foremost, strict=True):
        children = np.arange(forest.first[node], forest.first[node + 1])
        others = np.setdiff1d(children, foremost)
        assert len(others) == len(children) - 2
        assert forest.log_prob[foremost].min() >= forest.log_prob[others].max()
        assert foremost[0] < foremost[1]


def test_sums_over_all_that_may_stand_in_a_gap(models: list[NgramModel]) -> None:
    forest = plant(models, 2)
    n_inside = models[0].unknown + 1
    for j, model in enumerate(models):
        alone = model.next_probabilities(from_start=False)[:n_inside]
        assert_allclose(forest.alone[:, j], alone, rtol=1e-12)
        assert_allclose(forest.mass[j], alone.sum(), rtol=1e-12)
    expected = np.einsum("wj,wk->jk", forest.alone, forest.backoff)
    assert_allclose(forest.sums, expected, rtol=1e-12)
    assert (np.diff(forest.alone.mean(axis=1)[forest.frequent]) <= 0.0).all()
