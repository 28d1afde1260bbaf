"""How advice is spelled: one answer for terminals and pages."""

from __future__ import annotations

from textgd.advice.result import Advice, Candidate
from textgd.advice.wording import Words
from textgd.evaluation.comparison_display import bytes_label, time_label
from textgd.evaluation.measures import find_measure
from textgd.wording import counted

__all__ = ["cells", "header", "how_studied"]


def header(advice: Advice) -> list[str]:
    """Return what heads the table of models."""
    unit = " %" if find_measure(advice.metric).is_share else ""
    metric = f"{advice.metric.replace('_', ' ')}{unit} [95 % interval]"
    return ["model", "family", "outcome", metric, "learned from", "training", "a document", "file"]


def cells(candidate: Candidate, advice: Advice) -> list[str]:
    """Return a model's row of that table."""
    words = _words(advice)
    score = "-" if candidate.score is None else words.written(candidate.score)
    about = "" if candidate.is_measured or candidate.train_seconds is None else "about "
    # A file grows with the documents.
    of_part = "" if candidate.is_measured or candidate.n_bytes is None else f" from {candidate.n_costed:,}"
    latency = candidate.seconds_per_document
    return [
        candidate.model,
        candidate.family,
        candidate.outcome,
        score,
        f"{candidate.n_train:,}" if candidate.n_train else "-",
        f"{about}{time_label(candidate.train_seconds)}",
        time_label(None if latency is None else latency.value),
        f"{bytes_label(candidate.n_bytes)}{of_part}",
    ]


def how_studied(advice: Advice) -> list[str]:
    """Return how the figures came about, in clauses."""
    settings = advice.settings
    read, n = settings["n_read"], settings["n_documents"]
    part = f"{read:,} of {n:,} documents, for there was no time for more" if read < n else "all documents"
    drawn = f", drawn {settings['rounds']} times" if settings["rounds"] > 1 else ""
    left_out = settings["n_left_out"]
    lines = [f"{settings['folds']} folds{drawn}, on {part}; parameters: each model's own"]
    if left_out:
        lines.append(f"{counted(left_out, 'document')} of the other parts of the corpus stay unseen")
    lines.append(
        "training: as textgd train does it, probabilities calibrated; a document: the median of predictions one by "
        "one, with one thread, once the model is loaded"
    )
    lines.append(f"{advice.seconds:.0f} s in all")
    return lines


def _words(advice: Advice) -> Words:
    scores = [candidate.score for candidate in advice.models if candidate.score is not None]
    return Words.of(find_measure(advice.metric), [(score.low, score.high) for score in scores])
