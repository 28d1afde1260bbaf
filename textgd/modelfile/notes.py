"""What a model's file says of its training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["has_seen"]


def has_seen(info: Mapping[str, Any], corpus: str, is_test_part: bool) -> bool:
    """Whether the notes in a model's file say that it was trained on a corpus of this name.

    Parameters
    ----------
    info : mapping
        Of `textgd.modelfile.SavedModel`.
    corpus : str
        Its name.
    is_test_part : bool
        Whether its official test part alone is meant: only a model that was fitted on everything in the end knows that.

    Examples
    --------
    >>> notes = {"training": {"corpus": "mails", "n_train": 80, "n_saved_on": 80}}
    >>> has_seen(notes, "mails", is_test_part=False), has_seen(notes, "mails", is_test_part=True)
    (True, False)
    """
    training = info.get("training")
    if not isinstance(training, dict) or training.get("corpus") != corpus:
        return False
    return not is_test_part or training.get("n_saved_on") != training.get("n_train")
