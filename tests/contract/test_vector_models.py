"""What every vector-level model keeps: scikit-learn's own list of checks, without a silent skip."""

from __future__ import annotations

import pytest
from sklearn.utils.estimator_checks import check_estimator

from textgd.models import MODELS, Model

# Needs SCIPY_ARRAY_API to be set before scipy is imported, and says nothing about models on numpy.
SKIPPED = {"check_array_api_input"}


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_scikit_learns_checks(model: Model) -> None:
    results = check_estimator(model.create(), on_skip=None, on_fail=None)
    assert len(results) > 50
    assert {r["check_name"]: r["exception"] for r in results if r["status"] not in ("passed", "skipped")} == {}
    assert {r["check_name"] for r in results if r["status"] == "skipped"} <= SKIPPED
    assert not any(r["expected_to_fail"] for r in results)
