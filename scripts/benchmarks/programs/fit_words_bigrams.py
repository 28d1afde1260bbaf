"""Load the training texts and count their words and bigrams: fit_words_bigrams.py CORPUS textgd|sklearn."""

from __future__ import annotations

import sys

from reading import read

path, library = sys.argv[1:]
texts, _ = read(path, "train")
if library == "textgd":
    from textgd.text import CountVectorizer

    vectorizer = CountVectorizer(tokenizer="sklearn", ngram_range=(1, 2))
else:
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer(ngram_range=(1, 2))
matrix = vectorizer.fit_transform(texts)
