"""fastText on words and bigrams, five epochs, from the corpus to a saved model: train_fasttext.py CORPUS MODEL."""

from __future__ import annotations

import json
import os
import random
import sys

import fasttext
from reading import read, tokens

corpus, model = sys.argv[1:]
texts, labels = read(corpus, "train")
lines = [f"__label__{label} {' '.join(tokens(text))}\n" for text, label in zip(texts, labels, strict=True)]
# It learns one line after the other, so they must not come sorted by label.
random.Random(0).shuffle(lines)
prepared = f"{model}.txt"
with open(prepared, "w", encoding="utf-8") as file:
    file.writelines(lines)
trained = fasttext.train_supervised(prepared, epoch=5, wordNgrams=2, thread=os.cpu_count(), verbose=0)
texts, labels = read(corpus, "test")
predicted, _ = trained.predict([" ".join(tokens(text)) for text in texts])
hits = [names[0] == f"__label__{label}" for names, label in zip(predicted, labels, strict=True)]
trained.save_model(model)
print(json.dumps({"accuracy": sum(hits) / len(hits)}))
