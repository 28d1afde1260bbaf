"""Unlabeled documents that a model may learn from beside the labeled ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textgd.corpus.duplicates import normalized
from textgd.errors import DataError
from textgd.wording import counted

__all__ = ["unseen_documents"]


def unseen_documents(unlabeled: Sequence[str], known: Iterable[str], what: str = "labeled") -> tuple[list[str], str]:
    """Return the unlabeled documents that are no copies of known ones, and a sentence on those left out, or "".

    A labeled document that is there once more without its label would count twice; and to learn from what is tested on
    afterwards would be to test on what was learned.  Copies are equal but for case, white space and punctuation.

    Parameters
    ----------
    unlabeled : sequence of str
    known : iterable of str
    what : str
        What the known documents are.

    Raises
    ------
    DataError
        Where no document is left.

    Examples
    --------
    >>> unseen_documents(["Win a prize!", "see you"], ["win a prize"])
    (['see you'], '1 of the 2 unlabeled documents is a labeled one as well, and left out.')
    """
    if not any(document.strip() for document in unlabeled):
        raise DataError(
            "There is no text in the unlabeled documents. Give some that have, or leave out unlabeled= (--unlabeled)."
        )
    seen = set(map(normalized, known))
    kept = [document for document in unlabeled if normalized(document) not in seen]
    left_out = len(unlabeled) - len(kept)
    if not any(document.strip() for document in kept):
        raise DataError(
            f"All {counted(len(unlabeled), 'unlabeled document')} are {what} ones as well, so there is nothing to "
            "learn from them. Give documents that are not among those, or leave out unlabeled= (--unlabeled)."
        )
    if not left_out:
        return kept, ""
    verb = f"is a {what} one" if left_out == 1 else f"are {what} ones"
    return kept, f"{left_out:,} of the {counted(len(unlabeled), 'unlabeled document')} {verb} as well, and left out."
