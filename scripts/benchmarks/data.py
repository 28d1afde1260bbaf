"""The corpus that the benchmarks read, whole or cut down."""

from __future__ import annotations

import gzip
import json
from functools import cached_property
from pathlib import Path

from .measure import BenchmarkError
from .process import run, textgd
from .programs.reading import read_records

CORPUS = "imdb.jsonl.gz"
SENTENCES = "rt-polarity.jsonl.gz"


class Data:
    """One corpus with its official split, as texts and as files.

    Parameters
    ----------
    folder : Path
        Where the corpus lies.
    scratch : Path
        An empty folder for what the benchmarks write.
    limit : int, optional
        So many documents of each split, for a trial.
    """

    def __init__(self, folder: Path, scratch: Path, limit: int | None = None) -> None:
        self.source = folder / CORPUS
        self.scratch = scratch
        self.limit = limit

    @property
    def is_there(self) -> bool:
        return self.source.is_file()

    @cached_property
    def train(self) -> list[str]:
        return [record["text"] for record in self._records("train", self.limit)]

    @cached_property
    def test(self) -> list[str]:
        return [record["text"] for record in self._records("test", self.limit)]

    @cached_property
    def train_labels(self) -> list[str]:
        return [record["label"] for record in self._records("train", self.limit)]

    @cached_property
    def test_labels(self) -> list[str]:
        return [record["label"] for record in self._records("test", self.limit)]

    @cached_property
    def sentences(self) -> list[str]:
        """Single sentences, of another corpus."""
        return [record["text"] for record in self._sentence_records]

    @cached_property
    def sentence_labels(self) -> list[str]:
        return [record["label"] for record in self._sentence_records]

    @cached_property
    def _sentence_records(self) -> list[dict[str, str]]:
        path = self.source.parent / SENTENCES
        if not path.is_file():
            raise BenchmarkError(f"there is no {path}")
        records = list(read_records(path, None))
        return records if self.limit is None else records[:: max(1, len(records) // self.limit)][: self.limit]

    @cached_property
    def corpus(self) -> Path:
        """The corpus file."""
        return self.source if self.limit is None else self._write("limited", self.limit)

    @cached_property
    def few(self) -> Path:
        """A small corpus file, for warming up."""
        return self._write("few", 200)

    @cached_property
    def text(self) -> Path:
        """The training texts in one file."""
        path = self.scratch / "train.txt"
        path.write_text("\n".join(self.train), encoding="utf-8")
        return path

    @cached_property
    def model(self) -> Path:
        """A naive Bayes model of the corpus."""
        path = self.scratch / "model.textgd"
        run(textgd("train", self.corpus, "--model", "nb", "-o", path))
        return path

    def _write(self, name: str, limit: int) -> Path:
        path = self.scratch / f"{name}.jsonl.gz"
        with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
            for split in ("train", "test"):
                file.writelines(json.dumps(record) + "\n" for record in self._records(split, limit))
        return path

    def _records(self, split: str, limit: int | None) -> list[dict[str, str]]:
        records = list(read_records(self.source, split))
        if not records:
            raise BenchmarkError(f"{self.source} has no document of the split {split!r}")
        # Spread over the whole, because a corpus may be sorted by label.
        return records if limit is None else records[:: max(1, len(records) // limit)][:limit]
