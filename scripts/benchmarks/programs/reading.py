"""What the peers' programs share: how they read the corpus, and what a token is to those that want tokens."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TOKEN = re.compile(r"\w+|[^\w\s]")


def read_records(path: str | Path, split: str | None) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            if record["split"] == split:
                yield record


def read(path: str | Path, split: str) -> tuple[list[str], list[str]]:
    """Return the texts and the labels of a split."""
    texts, labels = [], []
    for record in read_records(path, split):
        texts.append(record["text"])
        labels.append(record["label"])
    return texts, labels


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())
