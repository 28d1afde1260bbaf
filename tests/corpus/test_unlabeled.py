"""Unlabeled documents that are known already are left out."""

from __future__ import annotations

import pytest

from textgd.corpus.unlabeled import unseen_documents
from textgd.errors import DataError


def test_copies_are_left_out_and_counted() -> None:
    documents = ["Win a PRIZE!", "see you", "win a prize", "lunch?"]
    kept, left_out = unseen_documents(documents, ["win  a prize"], "training")
    assert kept == ["see you", "lunch?"]
    assert left_out == "2 of the 4 unlabeled documents are training ones as well, and left out."
    assert unseen_documents(documents, []) == (documents, "")


@pytest.mark.parametrize("documents", [[], ["", " \n"]], ids=["none", "blank"])
def test_no_text(documents: list[str]) -> None:
    with pytest.raises(DataError, match="There is no text in the unlabeled documents"):
        unseen_documents(documents, ["see you"])


def test_nothing_left() -> None:
    with pytest.raises(DataError, match=r"All 2 unlabeled documents are test ones as well.*\(--unlabeled\)"):
        unseen_documents(["See you!", "see you"], ["see you"], "test")
