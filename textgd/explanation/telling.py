"""Which words of a document tell its class, to somebody who knows the model and wants them gone."""

from __future__ import annotations

import numpy as np

from textgd.explanation.explainer import read_pieces
from textgd.scoring import TextScorer
from textgd.text.gaps import find_words
from textgd.text.spans import place_tokens

__all__ = ["rank_words"]


def rank_words(scorer: TextScorer, document: str, column: int) -> list[tuple[int, int]]:
    """Return where the words of a document start and end, those first that speak most for a class.

    A word speaks for the class as much as all the pieces do that would go with it, n-grams of several words among
    them: what they add to the score of the class less what they add to that of the best scored other one.

    Parameters
    ----------
    scorer : TextScorer
    document : str
    column : int
        The class, as its number.

    Notes
    -----
    That is what a model that is linear in its features loses with the word alone, but for the weighting of the rest of
    the document; of language models it is what the word itself adds, not what the words after it lose.  An adversary
    who tried all combinations of words could do a little more harm, at a price that grows exponentially.

    Examples
    --------
    >>> from textgd import TextClassifier
    >>> texts = ["win a free prize now", "free entry: win cash", "see you at lunch", "are you home now"]
    >>> classifier = TextClassifier(model="nb", ngram_range=(1, 1)).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> document = "you win a free lunch"
    >>> [document[start:end] for start, end in rank_words(classifier.text_scorer_, document, 1)]
    ['win', 'free', 'a', 'lunch', 'you']
    """
    words = find_words(document)
    if not words:
        return []
    pieces = read_pieces(scorer, place_tokens(scorer.extractor.analysis, document), len(document))
    others = pieces.scores.copy()
    others[column] = -np.inf
    gains = (pieces.parts[:, column] - pieces.parts[:, int(others.argmax())])[pieces.which]
    starts, ends = np.array(words).T
    # Of each piece the first word that it touches, and the first after it that it does not.
    first, behind = np.searchsorted(ends, pieces.starts, "right"), np.searchsorted(starts, pieces.ends, "left")
    steps = np.zeros(len(words) + 1)
    np.add.at(steps, first, gains)
    np.add.at(steps, np.maximum(behind, first), -gains)
    order = np.argsort(-np.cumsum(steps)[:-1], kind="stable")
    return [words[k] for k in order.tolist()]
