"""JSON lines: one object a line."""

from __future__ import annotations

import json
from typing import Any

from textgd.corpus.columns import Columns, choose_columns, split_parts
from textgd.corpus.content import decode_lines
from textgd.corpus.reading import Reading, Rows
from textgd.errors import DataError, UnlabeledError

__all__ = ["read_jsonl"]


def read_jsonl(data: bytes, name: str, reading: Reading, *, labeled: bool = True) -> Rows:
    """Read one JSON object a line; empty lines are passed over."""
    lines = decode_lines(data, name, reading)
    numbers = [number for number, line in enumerate(lines, start=1) if line and not line.isspace()]
    objects = _objects(lines, numbers, name)
    if not objects:
        raise DataError(f"{name} is empty: there is no JSON object to read.")
    keys = list(objects[0])
    columns = choose_columns(keys, reading, name, header=True, labeled=labeled, keys=True)
    if columns.where:
        objects, numbers = _filtered(objects, numbers, keys, columns)
    texts = _values(objects, numbers, keys[columns.text], name)
    if not set(map(type, texts)) <= {str}:
        row = next(row for row, text in enumerate(texts) if not isinstance(text, str))
        raise DataError(
            f"{name}: line {numbers[row]} has {_shown(texts[row])} for {keys[columns.text]!r}, not a string. "
            "Drop or repair that line."
        )
    if columns.label is None:
        return Rows(texts, [])
    labels = _values(objects, numbers, keys[columns.label], name)
    if not set(map(type, labels)) <= {str}:
        labels = [_label(value, number, name) for value, number in zip(labels, numbers, strict=True)]
    if labels and not any(labels):
        raise UnlabeledError(f"{name}: no line has a label; {keys[columns.label]!r} is empty in all of them.")
    if "" in labels:
        raise DataError(f"{name}: line {numbers[labels.index('')]} has no label. Label it, or drop the line.")
    parts = None
    if columns.split is not None:
        key = keys[columns.split]
        values = [row.get(key) for row in objects]
        if set(map(type, values)) <= {str, type(None)}:
            parts = split_parts(values)
    others = {column: [_cell(row.get(keys[position])) for row in objects] for column, position in columns.others}
    return Rows(texts, labels, parts, others)


def _objects(lines: list[str], numbers: list[int], name: str) -> list[dict[str, Any]]:
    loads = json.loads
    objects: list[Any] = []
    number = 0
    try:
        for number in numbers:
            objects.append(loads(lines[number - 1]))
    except json.JSONDecodeError as error:
        array = number == numbers[0] and lines[number - 1].lstrip().startswith("[")
        advice = "Write one object a line, not one array." if array else "Each line must be one JSON object."
        raise DataError(
            f"{name}: line {number} is not valid JSON ({error.msg} at column {error.colno}). {advice}"
        ) from None
    except RecursionError:
        raise DataError(f"{name}: line {number} is nested too deeply. Each line must be a flat JSON object.") from None
    if not set(map(type, objects)) <= {dict}:
        row = next(row for row, value in enumerate(objects) if not isinstance(value, dict))
        raise DataError(
            f"{name}: line {numbers[row]} is {_shown(objects[row])}, not a JSON object like "
            '{"text": ..., "label": ...}.'
        )
    return objects


def _values(objects: list[dict[str, Any]], numbers: list[int], key: str, name: str) -> list[Any]:
    try:
        return [row[key] for row in objects]
    except KeyError:
        row, found = next((row, found) for row, found in enumerate(objects) if key not in found)
        raise DataError(
            f"{name}: line {numbers[row]} has no {key!r}. It has: {', '.join(map(repr, found)) or 'nothing'}."
        ) from None


def _filtered(
    objects: list[dict[str, Any]], numbers: list[int], keys: list[str], columns: Columns
) -> tuple[list[dict[str, Any]], list[int]]:
    kept = [
        (row, number)
        for row, number in zip(objects, numbers, strict=True)
        if all(row.get(keys[position]) == value for position, value in columns.where)
    ]
    return [row for row, _ in kept], [number for _, number in kept]


def _label(value: Any, number: int, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)) and value == value:
        return json.dumps(value)
    raise DataError(f"{name}: line {number} has {_shown(value)} for its label. Allowed: a string or a number.")


def _cell(value: Any) -> str:
    """Return what a further column says, as text; a value that is missing is empty."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _shown(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 40 else shown[:37] + "..."
