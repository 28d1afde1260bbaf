"""Coordinate descent in the dual of L2-regularized linear models with two classes.

    min_w  ½ |w|² + Σ_i C_i loss(y_i w·x_i)        with y_i = ±1

has one dual variable α_i for each row, and w = Σ_i α_i y_i x_i.  A step takes one row, solves for its α_i alone, and
moves w along x_i: nothing but the row's entries is touched.

- (squared) hinge: C.-J. Hsieh et al. 2008, A dual coordinate descent method for large-scale linear SVM, algorithm 3
  (with shrinking).  0 ≤ α_i ≤ `upper`, and D_ii (`diagonal`) on top of the row's squared length: for the hinge loss
  upper = C_i and D_ii = 0, for the squared one upper = inf and D_ii = 1 / (2 C_i).
- logistic: H.-F. Yu, F.-L. Huang and C.-J. Lin 2011, Dual coordinate descent methods for logistic regression and
  maximum entropy models, algorithm 5.  0 < α_i < C_i.  Rows that are where they should be rest until the others are:
  half of the visits are saved.

Both start from the α and the w = Σ α y x that they are given, which may be those of another C.  A further feature of
the constant value `bias` has its weight in the last place of w.

Positions come as unsigned numbers: with signed ones the compiler has to think of negative ones at each access, and the
loops take 1.6 times as long.
"""

from __future__ import annotations

import numpy as np

from textgd.kernels.compiler import kernel, prefetch

__all__ = ["descend_hinge", "descend_logistic"]

# Knuth's generator (MMIX) and its increment: the order of the rows has to be arbitrary, not random.
_FACTOR = np.uint64(6364136223846793005)
_INCREMENT = np.uint64(1442695040888963407)
_HIGH = np.uint64(33)
# A row rests whose derivative is less than this share of the goal.
_AT_REST = 0.5
# Numbers in a cache line.
_LINE = np.uint64(16)
# The least share of C that a dual variable of the logistic loss takes.
_LEAST = 1e-100


@kernel
def _squared_lengths(indptr, indices, data, rows, bias, lengths):
    for i in rows:
        total = bias * bias
        for k in range(indptr[i], indptr[i + np.uint64(1)]):
            total += data[k] * data[k]
        lengths[i] = total


@kernel
def _prefetch_row(indptr, indices, data, i):
    # Rows come in an arbitrary order, which no processor foresees.
    for k in range(indptr[i], indptr[i + np.uint64(1)], _LINE):
        prefetch(indices, k)
        prefetch(data, k)


@kernel
def _shuffle(rows, n, state):
    for a in range(n):
        state = state * _FACTOR + _INCREMENT
        b = a + np.int64((state >> _HIGH) % np.uint64(n - a))
        rows[a], rows[b] = rows[b], rows[a]
    return state


@kernel
def descend_hinge(
    indptr, indices, data, signs, upper, diagonal, rows, alpha, weights, bias, tol, exact, effort, max_epochs, state
):
    """Improve `alpha` and `weights` in place; return how many epochs it took and the violation that is left.

    Ends where the projected gradients spread by less than `tol`, but not before `effort` entries were visited or the
    spread is below `exact`.
    """
    one = np.uint64(1)
    last = len(weights) - 1
    n = len(rows)
    lengths = np.empty(len(signs))
    _squared_lengths(indptr, indices, data, rows, bias, lengths)
    active = n
    highest, lowest = np.inf, -np.inf
    visited = 0
    spread = np.inf
    epoch = 0
    while epoch < max_epochs:
        epoch += 1
        top, bottom = -np.inf, np.inf
        state = _shuffle(rows, active, state)
        s = 0
        while s < active:
            i = rows[s]
            if s + 1 < active:
                _prefetch_row(indptr, indices, data, rows[s + 1])
            start, end = indptr[i], indptr[i + one]
            visited += end - start
            margin = weights[last] * bias
            for k in range(start, end):
                margin += weights[indices[k]] * data[k]
            gradient = signs[i] * margin - 1.0 + diagonal[i] * alpha[i]
            projected = gradient
            if alpha[i] == 0.0:
                if gradient > highest:
                    # It stays at its bound: out of the way until the rest is solved.
                    active -= 1
                    rows[s], rows[active] = rows[active], rows[s]
                    continue
                projected = min(gradient, 0.0)
            elif alpha[i] == upper[i]:
                if gradient < lowest:
                    active -= 1
                    rows[s], rows[active] = rows[active], rows[s]
                    continue
                projected = max(gradient, 0.0)
            top, bottom = max(top, projected), min(bottom, projected)
            if projected != 0.0:
                before = alpha[i]
                curvature = lengths[i] + diagonal[i]
                # An empty row without an intercept has none: its variable goes all the way.
                best = before - gradient / curvature if curvature > 0.0 else upper[i]
                alpha[i] = min(max(best, 0.0), upper[i])
                step = (alpha[i] - before) * signs[i]
                if step != 0.0:
                    for k in range(start, end):
                        weights[indices[k]] += step * data[k]
                    weights[last] += step * bias
            s += 1
        spread = top - bottom
        if spread <= exact or (spread <= tol and visited >= effort):
            if active == n:
                break
            active, highest, lowest = n, np.inf, -np.inf
        else:
            highest = top if top > 0.0 else np.inf
            lowest = bottom if bottom < 0.0 else -np.inf
    return epoch, spread


@kernel
def descend_logistic(
    indptr, indices, data, signs, upper, diagonal, rows, alpha, weights, bias, tol, exact, effort, max_epochs, state
):
    """Improve `alpha` and `weights` in place; return how many epochs it took and the violation that is left.

    Ends where the largest derivative of all rows is less than `tol`, but not before `effort` entries were visited or it
    is below `exact`.  `diagonal` is not used: the logistic loss has none.
    """
    one = np.uint64(1)
    last = len(weights) - 1
    n = len(rows)
    lengths = np.empty(len(signs))
    _squared_lengths(indptr, indices, data, rows, bias, lengths)
    visited = 0
    # How exactly one variable is solved for: better as the whole gets better.
    inner, least = 1e-2, min(1e-8, exact)
    worst = np.inf
    active = n
    epoch = 0
    while epoch < max_epochs:
        epoch += 1
        goal = tol if visited >= effort else exact
        everything = active == n
        worst = 0.0
        n_newton = 0
        state = _shuffle(rows, active, state)
        s = 0
        while s < active:
            i = rows[s]
            if s + 1 < active:
                _prefetch_row(indptr, indices, data, rows[s + 1])
            start, end = indptr[i], indptr[i + one]
            visited += end - start
            margin = weights[last] * bias
            for k in range(start, end):
                margin += weights[indices[k]] * data[k]
            margin *= signs[i]
            length, limit = lengths[i], upper[i]
            # Of α and C - α take the one that ends in the lower half, where Newton's method is safe.
            below = 0.5 * length * (limit - 2.0 * alpha[i]) + margin >= 0.0
            before = alpha[i] if below else limit - alpha[i]
            slope = margin if below else -margin
            z = max(before, _LEAST * limit)
            if limit - z < 0.5 * limit:
                z *= 0.1
            derivative = length * (z - before) + slope + np.log(z / (limit - z))
            worst = max(worst, abs(derivative))
            if abs(derivative) < _AT_REST * goal:
                # It is where it should be, until the others have moved.
                active -= 1
                rows[s], rows[active] = rows[active], rows[s]
            else:
                s += 1
            n_steps = 0
            while n_steps <= 100 and abs(derivative) >= inner:
                step = derivative / (length + limit / ((limit - z) * z))
                z = 0.1 * z if step >= z else z - step
                if z < _LEAST * limit:
                    # Its optimum is nearer to 0 than numbers are: no weight would notice.
                    z = _LEAST * limit
                    n_steps += 1
                    break
                derivative = length * (z - before) + slope + np.log(z / (limit - z))
                n_steps += 1
            n_newton += n_steps
            if n_steps > 0:
                alpha[i] = z if below else limit - z
                step = (z - before) * signs[i] if below else (before - z) * signs[i]
                for k in range(start, end):
                    weights[indices[k]] += step * data[k]
                weights[last] += step * bias
        if worst <= exact or (worst <= tol and visited >= effort):
            if everything:
                break
            active = n
        if n_newton <= n // 10:
            inner = max(least, 0.1 * inner)
    return epoch, worst
