"""Vowpal Wabbit on words and bigrams, from the corpus to a saved model: train_vw.py CORPUS MODEL [PASSES]."""

from __future__ import annotations

import json
import random
import sys

from reading import read, tokens
from vowpalwabbit import Workspace


def prepare(path: str, texts: list[str], signs: list[int]) -> None:
    # "|" and ":" have a meaning in its format.
    lines = [
        f"{sign} | {' '.join(tokens(text)).replace('|', '_').replace(':', '_')}\n"
        for sign, text in zip(signs, texts, strict=True)
    ]
    # It learns one line after the other, so they must not come sorted by label.
    random.Random(0).shuffle(lines)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(lines)


corpus, model, *rest = sys.argv[1:]
passes = int(rest[0]) if rest else 1
again = f" --passes {passes} --cache_file {model}.cache --kill_cache" if passes > 1 else ""
train, test, predictions = f"{model}.train", f"{model}.test", f"{model}.predictions"
texts, labels = read(corpus, "train")
positive = max(labels)
prepare(train, texts, [1 if label == positive else -1 for label in labels])
# A workspace with data runs through it at once.
learning = f"--data {train} --loss_function logistic --ngram 2 --bit_precision 24 --final_regressor {model} --quiet"
Workspace(learning + again)
texts, labels = read(corpus, "test")
prepare(test, texts, [1 if label == positive else -1 for label in labels])
Workspace(f"--testonly --initial_regressor {model} --data {test} --predictions {predictions} --quiet")
with open(test, encoding="utf-8") as truth, open(predictions, encoding="utf-8") as scores:
    hits = [line.startswith("1 ") == (float(score) > 0) for line, score in zip(truth, scores, strict=True)]
print(json.dumps({"accuracy": sum(hits) / len(hits)}))
