"""What ``textgd train CORPUS --model nb -o MODEL`` does, with scikit-learn: train_sklearn.py CORPUS MODEL."""

from __future__ import annotations

import json
import sys

import joblib
from reading import read
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

corpus, model = sys.argv[1:]
texts, labels = read(corpus, "train")
pipeline = make_pipeline(CountVectorizer(ngram_range=(1, 2), binary=True), MultinomialNB()).fit(texts, labels)
texts, labels = read(corpus, "test")
predicted = pipeline.predict(texts)
print(classification_report(labels, predicted))
print(confusion_matrix(labels, predicted))
joblib.dump(pipeline, model)
print(json.dumps({"accuracy": float(accuracy_score(labels, predicted))}))
