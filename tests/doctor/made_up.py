"""A corpus with nothing wrong in it, and what is planted into one."""

from __future__ import annotations

import random

from textgd.corpus import Corpus

_CONSONANTS, _VOWELS = "bcdfghklmnprstvw", "aeiou"


def vocabulary(n: int, seed: int = 1) -> list[str]:
    """Return so many different words that can be pronounced."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < n:
        words["".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(rng.randint(2, 4)))] = None
    return list(words)


def sound(n: int = 300, seed: int = 0, length: tuple[int, int] = (9, 24)) -> Corpus:
    """Return documents of two classes, which differ in how frequent their words are, and in nothing else."""
    rng = random.Random(seed)
    words = vocabulary(900)
    common, own = words[:700], {"a": words[700:800], "b": words[800:]}
    texts, labels = [], []
    for number in range(n):
        label = "ab"[number % 2]
        other = "ba"[number % 2]
        size = rng.randint(*length)
        parts = rng.choices((common, own[label], own[other]), (6, 3, 1), k=size)
        texts.append(" ".join(rng.choice(part) for part in parts))
        labels.append(label)
    return Corpus(tuple(texts), tuple(labels), "sound")


def edited(text: str, rng: random.Random, words: list[str]) -> str:
    """Return a text with 5 to 10 % of its words changed, dropped or added, one at the least."""
    tokens = text.split()
    for _ in range(max(1, round(rng.uniform(0.05, 0.1) * len(tokens)))):
        place = rng.randrange(len(tokens))
        how = rng.choice("cda")
        if how == "c":
            tokens[place] = rng.choice(words)
        elif how == "d":
            del tokens[place]
        else:
            tokens.insert(place, rng.choice(words))
    return " ".join(tokens)
