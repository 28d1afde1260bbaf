"""Fits of falling forms: prescribed curves are found again, and no slower way finds a better fit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from numpy.testing import assert_allclose
from numpy.typing import NDArray
from scipy.optimize import least_squares

from textgd.evaluation.forms import FORMS, fit_form

Float = NDArray[np.float64]

SIZES = np.geomspace(20.0, 2000.0, 8)
PARAMETERS = {
    "pow3": [(0.05, 0.9, 0.4), (0.0, 1.5, 0.3), (0.2, 8.0, 1.0)],
    "pow4": [(0.05, 5.0, 0.5, 200.0), (0.1, 40.0, 1.0, 60.0)],
    "mmf4": [(0.5, 500.0**1.2, 0.08, 1.2), (0.4, 100.0**2, 0.1, 2.0)],
}
CASES = [(name, parameters) for name, all_parameters in PARAMETERS.items() for parameters in all_parameters]

# The formulas as they are printed.
PRINTED = {
    "pow3": lambda m, a, b, c: a + b * m**-c,
    "pow4": lambda m, a, b, c, d: a + b * (m + d) ** -c,
    "mmf4": lambda m, a, b, c, d: (a * b + c * m**d) / (b + m**d),
}


@pytest.mark.parametrize(("name", "parameters"), CASES)
def test_formula_is_the_printed_one(name: str, parameters: tuple[float, ...]) -> None:
    assert len(parameters) == FORMS[name].n_parameters
    assert_allclose(FORMS[name].value(np.array([parameters]), SIZES)[0], PRINTED[name](SIZES, *parameters))


@pytest.mark.parametrize(("name", "parameters"), CASES)
@pytest.mark.parametrize("n_sizes", [5, 8])
def test_prescribed_curve_is_continued(name: str, parameters: tuple[float, ...], n_sizes: int) -> None:
    form = FORMS[name]
    sizes = np.geomspace(20.0, 2000.0, n_sizes)
    found = fit_form(form, sizes, form.value(np.array([parameters]), sizes), np.ones(n_sizes))
    ahead = np.array([4000.0])
    assert_allclose(form.value(found, ahead)[0], PRINTED[name](ahead, *parameters), rtol=1e-3)


@pytest.mark.parametrize("parameters", PARAMETERS["pow3"])
def test_parameters_are_found(parameters: tuple[float, ...]) -> None:
    curves = FORMS["pow3"].value(np.array([parameters]), SIZES)
    assert_allclose(fit_form(FORMS["pow3"], SIZES, curves, np.ones(8))[0], parameters, rtol=0.01, atol=0.001)


def test_a_size_of_little_weight_hardly_counts() -> None:
    form = FORMS["pow3"]
    curves = form.value(np.array([[0.1, 2.0, 0.5]]), SIZES)
    curves[0, 3] += 0.3
    weights = np.ones(8)
    weights[3] = 1e-6
    assert_allclose(form.value(fit_form(form, SIZES, curves, weights), SIZES[-1:])[0, 0], curves[0, -1], atol=1e-4)


def test_curves_do_not_touch_each_other() -> None:
    rng = np.random.default_rng(0)
    curves = rng.uniform(size=(6, 8))
    for form in FORMS.values():
        together = fit_form(form, SIZES, curves, np.ones(8))
        alone = np.vstack([fit_form(form, SIZES, curve[None], np.ones(8)) for curve in curves])
        assert_allclose(form.value(together, SIZES), form.value(alone, SIZES), rtol=1e-6)


@given(st_numpy.arrays(np.float64, (2, 5), elements=st.floats(0.0, 10.0)), st.sampled_from(sorted(FORMS)))
@settings(max_examples=50)
def test_whatever_the_curve_the_fit_falls_to_a_level(curves: Float, name: str) -> None:
    form = FORMS[name]
    sizes = np.array([10.0, 20.0, 50.0, 200.0, 1000.0])
    found = fit_form(form, sizes, curves, np.ones(5))
    values = form.value(found, np.geomspace(10.0, 1e6, 30))
    assert np.all(np.isfinite(found))
    assert np.all(values >= 0.0)
    assert np.all(np.diff(values, axis=1) <= 1e-9 * values.max())


@given(st.integers(0, 10_000), st.sampled_from(sorted(FORMS)))
@settings(max_examples=15, deadline=None)
def test_no_slow_way_fits_better(seed: int, name: str) -> None:
    form, rng = FORMS[name], np.random.default_rng(seed)
    parameters = PARAMETERS[name][seed % len(PARAMETERS[name])]
    errors = np.abs(PRINTED[name](SIZES, *parameters) + rng.normal(0.0, 0.02, 8))
    weights = rng.uniform(0.5, 2.0, 8)
    limits = np.log(np.array(form.limits(SIZES)))

    def distances(x: Float) -> Float:
        shape = form.shape(SIZES, np.exp(x[2:]))
        return np.asarray(np.sqrt(weights) * (x[0] + x[1] * shape - errors))

    def distance(x: Float) -> float:
        return float((distances(x) ** 2).sum())

    starts = limits.mean(axis=1) + np.linspace(-0.4, 0.4, 4)[:, None] * np.ptp(limits, axis=1)
    bounds = (np.r_[0.0, 0.0, limits[:, 0]], np.r_[np.inf, np.inf, limits[:, 1]])
    slow = min(distance(least_squares(distances, np.r_[0.1, 0.5, start], bounds=bounds).x) for start in starts)
    fitted = form.value(fit_form(form, SIZES, errors[None], weights), SIZES)[0]
    fast = float((weights * (fitted - errors) ** 2).sum())
    assert fast <= slow * 1.01 + 1e-9
