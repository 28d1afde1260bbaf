"""Forms that learning curves are continued with, and their fit to many curves at once.

Each form is a level that the error falls to, plus a drop times a shape between 1 and 0.  For given parameters of the
shape, level and drop have the least squares in closed form; so a grid over the one or two parameters of the shape,
refined around its best place, finds the best fit of hundreds of curves together, and needs no starting values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

__all__ = ["FORMS", "Form", "fit_form"]

Float = NDArray[np.float64]

# How often the grid around the best place is drawn closer, and how much: slowly enough to follow the narrow valley in
# which two parameters of a shape make up for each other.
_N_REFINEMENTS = 24
_CLOSER = 0.8
# A shape that varies less than this over the sizes is a constant: it has no drop.
_LEAST_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Form:
    """A family of falling curves.

    Parameters
    ----------
    name : str
    formula : str
        Of the error with m documents.
    n_parameters : int
    shape : callable
        From sizes, shape (n,), and the shape's parameters, shape (..., 1 or 2), to values of shape (..., n): 1 or less
        at the first size, and falling toward 0.
    limits : callable
        From sizes to the least and the greatest value of each of the shape's parameters.
    n_grid : int
        Places of the first grid, for each of the shape's parameters.
    parameters : callable
        From the first size, level, drop and the shape's parameters to those of the formula, shape (n_curves, n).
    value : callable
        From the formula's parameters, shape (n_curves, n), and sizes to values of shape (n_curves, n_sizes).
    """

    name: str
    formula: str
    n_parameters: int
    shape: Callable[[Float, Float], Float]
    limits: Callable[[Float], list[tuple[float, float]]]
    n_grid: int
    parameters: Callable[[float, Float, Float, Float], Float]
    value: Callable[[Float, Float], Float]


def _pow3_parameters(first: float, level: Float, drop: Float, shapes: Float) -> Float:
    c = shapes[:, 0]
    return np.stack([level, drop * first**c, c], axis=1)


def _pow3_value(parameters: Float, sizes: Float) -> Float:
    a, b, c = parameters.T[:, :, None]
    value: Float = a + b * sizes**-c
    return value


def _pow4_shape(sizes: Float, shapes: Float) -> Float:
    c, d = shapes[..., :1], shapes[..., 1:]
    shape: Float = ((sizes + d) / (sizes[0] + d)) ** -c
    return shape


def _pow4_parameters(first: float, level: Float, drop: Float, shapes: Float) -> Float:
    c, d = shapes.T
    return np.stack([level, drop * (first + d) ** c, c, d], axis=1)


def _pow4_value(parameters: Float, sizes: Float) -> Float:
    a, b, c, d = parameters.T[:, :, None]
    value: Float = a + b * (sizes + d) ** -c
    return value


def _mmf4_shape(sizes: Float, shapes: Float) -> Float:
    # The second is the size at which half of the drop is done: b of the formula is its d-th power.
    d, half = shapes[..., :1], shapes[..., 1:]
    shape: Float = 1.0 / (1.0 + (sizes / half) ** d)
    return shape


def _mmf4_parameters(first: float, level: Float, drop: Float, shapes: Float) -> Float:
    d, half = shapes.T
    return np.stack([level + drop, half**d, level, d], axis=1)


def _mmf4_value(parameters: Float, sizes: Float) -> Float:
    a, b, c, d = parameters.T[:, :, None]
    power = sizes**d
    value: Float = (a * b + c * power) / (b + power)
    return value


# From the simplest: where two do equally well, the first of them is taken.
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        form.name: form
        for form in (
            Form(
                name="pow3",
                formula="a + b m^-c",
                n_parameters=3,
                shape=lambda sizes, shapes: (sizes / sizes[0]) ** -shapes,
                limits=lambda sizes: [(0.03, 5.0)],
                n_grid=40,
                parameters=_pow3_parameters,
                value=_pow3_value,
            ),
            Form(
                name="pow4",
                formula="a + b (m + d)^-c",
                n_parameters=4,
                shape=_pow4_shape,
                limits=lambda sizes: [(0.03, 5.0), (sizes[0] / 10.0, sizes[-1])],
                n_grid=16,
                parameters=_pow4_parameters,
                value=_pow4_value,
            ),
            Form(
                name="mmf4",
                formula="(a b + c m^d) / (b + m^d)",
                n_parameters=4,
                shape=_mmf4_shape,
                limits=lambda sizes: [(0.1, 5.0), (sizes[0] / 10.0, sizes[-1] * 10.0)],
                n_grid=16,
                parameters=_mmf4_parameters,
                value=_mmf4_value,
            ),
        )
    }
)


def fit_form(form: Form, sizes: Float, curves: Float, weights: Float) -> Float:
    """Return the parameters that fit each curve best, with a level and a drop of at least 0.

    Parameters
    ----------
    form : Form
    sizes : float64 array of shape (n_sizes,)
        Ascending.
    curves : float64 array of shape (n_curves, n_sizes)
        At least 0.
    weights : float64 array of shape (n_sizes,)
        Of the squared distances.

    Returns
    -------
    float64 array of shape (n_curves, n_parameters)

    Examples
    --------
    >>> sizes = np.array([20.0, 50.0, 100.0, 200.0, 500.0])
    >>> fit_form(FORMS["pow3"], sizes, np.array([0.1 + 2.0 * sizes**-0.5]), np.ones(5)).round(2)
    array([[0.1, 2. , 0.5]])
    """
    weights = weights / weights.sum()
    # The shape's parameters are searched as logarithms.
    low, high = np.log(np.array(form.limits(sizes))).T
    grid = _lattice([np.linspace(*ends, form.n_grid) for ends in zip(low, high, strict=True)])
    level, drop, distance = _level_and_drop(form.shape(sizes, np.exp(grid)), curves, weights)
    best = grid[distance.argmin(axis=1)]
    step = (high - low) / (form.n_grid - 1)
    around = _lattice([np.linspace(-1.0, 1.0, 3)] * len(low))
    each = np.arange(len(curves))
    for _ in range(_N_REFINEMENTS):
        places = np.clip(best[:, None] + around * step, low, high)
        level, drop, distance = _level_and_drop(form.shape(sizes, np.exp(places)), curves, weights)
        nearest = distance.argmin(axis=1)
        best, step = places[each, nearest], step * _CLOSER
    return form.parameters(float(sizes[0]), level[each, nearest], drop[each, nearest], np.exp(best))


def _lattice(axes: list[Float]) -> Float:
    """Return all places of a grid, shape (n_places, n_axes)."""
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))


def _level_and_drop(shapes: Float, curves: Float, weights: Float) -> tuple[Float, Float, Float]:
    """Return the best level and drop of each curve with each shape, and the weighted mean of the squared distances.

    Parameters
    ----------
    shapes : float64 array of shape (n_shapes, n_sizes) or (n_curves, n_shapes, n_sizes)
    curves : float64 array of shape (n_curves, n_sizes)
    weights : float64 array of shape (n_sizes,)
        Their sum is 1.

    Returns
    -------
    level, drop, distance : float64 arrays of shape (n_curves, n_shapes)
    """
    weighted = shapes * weights
    mean_shape, square_shape = weighted.sum(axis=-1), (weighted * shapes).sum(axis=-1)
    product = curves @ weighted.T if shapes.ndim == 2 else (weighted @ curves[:, :, None])[:, :, 0]
    mean_curve, square_curve = (curves @ weights)[:, None], (curves**2 @ weights)[:, None]
    spread = ((curves - mean_curve) ** 2 @ weights)[:, None]
    variance, covariance = square_shape - mean_shape**2, product - mean_shape * mean_curve
    is_shape = variance > _LEAST_VARIANCE
    drop = np.where(is_shape, covariance / np.where(is_shape, variance, 1.0), 0.0)
    level = mean_curve - drop * mean_shape
    distance = spread - drop * covariance
    # Two bounds in two dimensions: where the best place is outside of one, the best of those on it.
    is_below = level < 0.0
    drop = np.where(is_below, np.maximum(product / square_shape, 0.0), drop)
    distance = np.where(is_below, square_curve - drop * product, distance)
    level = np.where(is_below, 0.0, level)
    is_rising = drop < 0.0
    return (
        np.where(is_rising, mean_curve, level),
        np.where(is_rising, 0.0, drop),
        np.where(is_rising, spread, distance),
    )
