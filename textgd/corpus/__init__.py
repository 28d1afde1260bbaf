"""Labeled text: the corpus, its readers, the registered corpora.

How a registered corpus is fetched stands in :mod:`textgd.corpus.fetch`, which is loaded only when it is needed.
"""

from __future__ import annotations

from textgd.corpus.corpus import Corpus
from textgd.corpus.loading import load_corpus, read_documents
from textgd.corpus.reading import DOCUMENT_FORMATS, LABELED_FORMATS
from textgd.corpus.registry import Manifest, find_manifest, registered
from textgd.corpus.splits import holdout

__all__ = [
    "DOCUMENT_FORMATS",
    "LABELED_FORMATS",
    "Corpus",
    "Manifest",
    "find_manifest",
    "holdout",
    "load_corpus",
    "read_documents",
    "registered",
]
