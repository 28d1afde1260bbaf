#!/usr/bin/env python
"""Published experiments, done again with textgd: the paper's table beside ours.  And what our own tools are worth.

    .venv/bin/python scripts/reproduce.py wang-manning --data DIR
    .venv/bin/python scripts/reproduce.py ng-jordan --data DIR --registered
    .venv/bin/python scripts/reproduce.py coverage
    .venv/bin/python scripts/reproduce.py label-noise --data DIR
    .venv/bin/python scripts/reproduce.py advice --data DIR --only sms,imdb
    .venv/bin/python scripts/reproduce.py unlabeled --data DIR
    .venv/bin/python scripts/reproduce.py missing-words --data DIR
    .venv/bin/python scripts/reproduce.py prior-shift --data DIR
    .venv/bin/python scripts/reproduce.py novelty --data DIR

DIR holds the corpora as NAME.jsonl.gz: one JSON object a line with text, label and, where there is an official split,
split.  Those that are not there are skipped by name.  The table goes to standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.arguments import positive, writable
from benchmarks.machine import machine
from studies import (
    advice,
    coverage,
    label_noise,
    missing_words,
    ng_jordan,
    novelty,
    prior_shift,
    unlabeled,
    wang_manning,
)

from textgd import Corpus, TextgdError, load_corpus


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    study, stems = STUDIES[options.study]
    results: list[Any] = []
    try:
        for name, corpus in corpora(options, stems) if stems else made_up(study):
            progress(name if corpus is None else f"{name}: {len(corpus):,} documents")
            results.append(study.reproduce(name, corpus, options.repeats, progress, **keeping(options)))
    except TextgdError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if not results:
        print(f"error: none of the corpora is in {options.data}.", file=sys.stderr)
        return 1
    if options.json:
        report = {"machine": machine(), "repeats": options.repeats, "columns": study.to_json(results)}
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if getattr(options, "plot", None):
        study.draw(results, options.plot)
    print(study.markdown(results))
    return 0


# The file of each corpus of a study, by the name that its table has; none for one that makes up its documents.
STUDIES: dict[str, tuple[Any, Mapping[str, str]]] = {
    "wang-manning": (wang_manning, wang_manning.CORPORA),
    "ng-jordan": (ng_jordan, {name: name for name in ng_jordan.CORPORA}),
    "coverage": (coverage, {}),
    "advice": (advice, {name: name for name in advice.CORPORA}),
    "label-noise": (label_noise, {name: name for name in label_noise.CORPORA}),
    "unlabeled": (unlabeled, unlabeled.CORPORA),
    "missing-words": (missing_words, {name: name for name in missing_words.CORPORA}),
    "prior-shift": (prior_shift, {name: name for name in prior_shift.CORPORA}),
    "novelty": (novelty, {name: name for name in novelty.CORPORA}),
}


def made_up(study: Any) -> Iterator[tuple[str, None]]:
    for name in study.POPULATIONS:
        yield name, None


def corpora(options: argparse.Namespace, stems: Mapping[str, str]) -> Iterator[tuple[str, Corpus]]:
    for name, stem in stems.items() if options.data else ():
        if name not in (getattr(options, "only", ()) or stems):
            continue
        path = options.data / f"{stem}.jsonl.gz"
        if path.is_file():
            yield name, load_corpus(path)
        else:
            progress(f"{name}: skipped, there is no {path}")
    for name, path in options.also:
        yield name, load_corpus(path)
    if getattr(options, "registered", False):
        yield from registered()


def registered() -> Iterator[tuple[str, Corpus]]:
    from textgd.corpus.registry import registered_names

    for name in registered_names():
        try:
            yield name, load_corpus(name)
        except TextgdError as error:
            progress(f"{name}: skipped, {error}")


def keeping(options: argparse.Namespace) -> dict[str, Path]:
    if options.study in ("unlabeled", "novelty"):
        return {} if options.data is None else {"folder": options.data}
    folder = getattr(options, "keep", None)
    return {} if folder is None else {"kept": folder}


def progress(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    studies = parser.add_subparsers(dest="study", required=True, metavar="STUDY")
    add_study(studies, "wang-manning", "naive Bayes, SVM and NB-SVM on short and long reviews", 5, "cut anew")
    curves = add_study(studies, "ng-jordan", "the two regimes: who wins at which amount of data", 20, "drawn anew")
    curves.add_argument("--registered", action="store_true", help="the registered corpora too, fetched where need be")
    curves.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep the curves of each corpus in DIR, and take those that are there"
    )
    curves.add_argument("--plot", type=writable, metavar="FILE", help="draw all curves in one picture")
    repeating(
        studies, "coverage", "how often the 95 % intervals of an evaluation hold the true value", 1000, "drawn anew"
    )
    advised = add_study(
        studies, "advice", "whether a minute's advice picks what a full comparison does", 1, "drawn anew"
    )
    advised.add_argument("--only", type=names, default=(), metavar="NAMES", help="these corpora alone, commas between")
    add_study(studies, "label-noise", "what the doctor finds of flipped labels and planted copies", 5, "drawn anew")
    add_study(
        studies, "unlabeled", "what unlabeled text is worth to naive Bayes and logistic regression", 3, "drawn anew"
    )
    add_study(studies, "missing-words", "what missing words cost, by each way to answer", 3, "lost anew")
    add_study(studies, "prior-shift", "what other class frequencies cost, and what is regained", 10, "drawn anew")
    add_study(studies, "novelty", "how well models tell texts of another source from their own", 5, "another fifth")
    options = parser.parse_args(arguments)
    if (
        STUDIES[options.study][1]
        and options.data is None
        and not options.also
        and not getattr(options, "registered", False)
    ):
        studies.choices[options.study].error("--data DIR or --also NAME=PATH is needed")
    return options


def add_study(studies: Any, name: str, what: str, repeats: int, how: str) -> argparse.ArgumentParser:
    study = repeating(studies, name, what, repeats, how)
    study.add_argument("--data", type=Path, metavar="DIR", help="folder of the corpora")
    study.add_argument(
        "--also",
        type=named,
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="another labeled file or registered corpus, by its own split where it has one; may be repeated",
    )
    return study


def repeating(studies: Any, name: str, what: str, repeats: int, how: str) -> argparse.ArgumentParser:
    study: argparse.ArgumentParser = studies.add_parser(name, help=what, description=STUDIES[name][0].__doc__)
    study.add_argument(
        "--repeats", type=positive, default=repeats, metavar="N", help=f"repetitions, each {how} (default {repeats})"
    )
    study.add_argument("--json", type=writable, metavar="FILE", help="write everything that was measured to FILE")
    return study


def names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


def named(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=PATH, such as sms=spam.csv")
    return name, path


if __name__ == "__main__":
    sys.exit(main())
