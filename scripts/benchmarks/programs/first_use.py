"""Use every compiled function once: all ways to count, weight and transform, on two sentences."""

from __future__ import annotations

import numpy as np

from textgd.text import CountVectorizer, TfidfVectorizer

DOCUMENTS = ["Win a free prize now, it's 100% free!", "See you at lunch; naïve İstanbul 日本語 🙂 www.example.org"]
SETTINGS = [
    {"tokenizer": "word"},
    {"tokenizer": "sklearn", "ngram_range": (1, 3)},
    {"tokenizer": "whitespace", "ngram_range": (2, 2), "strip_accents": "unicode"},
    {"tokenizer": "nltk:toktok", "ngram_range": (1, 2)},
    {"tokenizer": "word", "mask_urls": True, "mask_numbers": True, "negation": True, "stop_words": "english"},
    {"analyzer": "char", "ngram_range": (1, 4)},
    {"analyzer": "char_wb", "ngram_range": (3, 5)},
    {"ngram_range": (1, 2), "max_features": 5, "binary": True, "dtype": np.float32},
    {"ngram_range": (1, 2), "vocabulary": ["free", "free prize"]},
    {"ngram_range": (1, 2), "hashing": 2**10},
]

for settings in SETTINGS:
    vectorizer = CountVectorizer(**settings)
    vectorizer.fit_transform(DOCUMENTS)
    # Long enough that reading is left to the compiled code.
    vectorizer.transform([" ".join(DOCUMENTS) * 100] * 3)
weighting = TfidfVectorizer(ngram_range=(1, 2))
weighting.fit_transform(DOCUMENTS)
weighting.transform([" ".join(DOCUMENTS) * 100] * 3)
