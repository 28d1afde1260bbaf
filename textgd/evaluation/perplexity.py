"""How typical labeled documents are of each class, by one language model a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgd.errors import DataError, InvalidParameterError
from textgd.lm.query import score
from textgd.scoring import LanguageScorer, TextScorer
from textgd.text.sequences import SequenceReader

__all__ = ["PerplexityPart", "PerplexityTable", "evaluate_perplexity"]


@dataclass(frozen=True)
class PerplexityPart:
    """What the models say of some documents.

    Attributes
    ----------
    n_documents, n_tokens : int
        The ends of documents are not among the tokens here.
    unknown_rate : float
        The share of tokens that are not in the vocabulary; NaN where there are none.
    perplexities : list of float
        By the model of each class.
    """

    n_documents: int
    n_tokens: int
    unknown_rate: float
    perplexities: list[float]


@dataclass(frozen=True, eq=False)
class PerplexityTable:
    """Perplexities of labeled documents.

    Attributes
    ----------
    classes : list of str
        Whose models they are.
    parts : dict of label -> PerplexityPart
        The documents of each label.
    documents : float64 array of shape (n_documents, n_classes)
        Of each document alone.
    labels : list
    n_tokens, n_unknown : int64 arrays of shape (n_documents,)
    """

    classes: list[str]
    parts: dict[str, PerplexityPart]
    documents: NDArray[np.float64]
    labels: list[Any]
    n_tokens: NDArray[np.int64]
    n_unknown: NDArray[np.int64]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON-ready data, each document on its own too."""
        parts = {label: asdict(part) for label, part in self.parts.items()}
        for part in parts.values():
            part["unknown_rate"] = None if np.isnan(part["unknown_rate"]) else part["unknown_rate"]
            part["perplexities"] = dict(zip(self.classes, part["perplexities"], strict=True))
        documents = [
            {
                "id": row,
                "label": label,
                "n_tokens": n_tokens,
                "n_unknown": n_unknown,
                "perplexities": dict(zip(self.classes, values, strict=True)),
            }
            for row, (label, n_tokens, n_unknown, values) in enumerate(
                zip(self.labels, self.n_tokens.tolist(), self.n_unknown.tolist(), self.documents.tolist(), strict=True)
            )
        ]
        return {"classes": self.classes, "parts": parts, "documents": documents}


def evaluate_perplexity(scorer: TextScorer, documents: Sequence[str], labels: Sequence[Any]) -> PerplexityTable:
    """Return the perplexity of labeled documents by the language model of each class.

    Raises
    ------
    InvalidParameterError
        Where the model has no language models.
    DataError
        Where there is no document.
    """
    reader, inner = scorer.extractor, scorer.scorer
    if not isinstance(inner, LanguageScorer) or not isinstance(reader, SequenceReader):
        raise InvalidParameterError(
            "This model has no language models, which perplexity is about. Train some: textgd train CORPUS --model lm."
        )
    if not documents:
        raise DataError("There is no document to score.")
    tokens, known = reader.read(list(documents))
    scores = np.stack([score(model, tokens) for model in inner.models], axis=1)
    lengths = np.diff(tokens.indptr)
    unknown = lengths - known
    parts = {}
    names = np.array([str(label) for label in labels])
    for name in sorted(set(names.tolist())):
        rows = names == name
        n_tokens = int(lengths[rows].sum())
        parts[name] = PerplexityPart(
            int(rows.sum()),
            n_tokens,
            float(unknown[rows].sum() / n_tokens) if n_tokens else float("nan"),
            np.exp(-scores[rows].sum(axis=0) / (n_tokens + rows.sum())).tolist(),
        )
    of_documents = np.exp(-scores / (lengths + 1)[:, None])
    classes = [str(label) for label in scorer.classes.tolist()]
    return PerplexityTable(classes, parts, of_documents, list(labels), lengths, unknown)
