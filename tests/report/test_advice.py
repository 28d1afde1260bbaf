"""The page of advice escapes what comes from documents."""

from __future__ import annotations

from textgd import Corpus, advise
from textgd.report.advice import advice_page


def test_names_are_escaped() -> None:
    texts = tuple(f"{text} {number}" for number in range(12) for text in ("so good", "so bad"))
    corpus = Corpus(texts, ("<b>", "&") * 12, "<script>")
    page = advice_page(advise(corpus, models="nb", budget=None, random_state=0, n_jobs=1), "textgd advise '<i>'")
    assert "<script>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page
    assert "Runner-up" not in page
