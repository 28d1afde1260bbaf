"""Tokens to text that reads well."""

from __future__ import annotations

from collections.abc import Sequence

from textgd.text.analysis import Analysis
from textgd.text.tokenizer import NEGATED

__all__ = ["detokenize"]


def detokenize(tokens: Sequence[str], analysis: Analysis) -> str:
    r"""Return tokens as text: words and punctuation put together by nltk's detokenizer, characters as they are.

    Examples
    --------
    >>> detokenize(["so", '"', "good", '"', ",", "isn't", "it", "?"], Analysis())
    'so "good", isn\'t it?'
    >>> detokenize(list(" ok then "), Analysis(analyzer="char"))
    'ok then'
    """
    if analysis.analyzer != "word":
        return " ".join("".join(tokens).split())
    from nltk.tokenize.treebank import TreebankWordDetokenizer

    if analysis.tokenizer.negation:
        tokens = [token.removeprefix(NEGATED) for token in tokens]
    # The detokenizer tells opening quotes from closing ones by how the Penn Treebank spells them.
    spelled = []
    is_open = False
    for token in tokens:
        if token == '"':
            token, is_open = ("''" if is_open else "``"), not is_open
        spelled.append(token)
    return str(TreebankWordDetokenizer().detokenize(spelled))
