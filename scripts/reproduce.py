#!/usr/bin/env python
"""Published experiments, done again with textgd: the paper's table beside ours.

    .venv/bin/python scripts/reproduce.py wang-manning --data DIR

DIR holds the corpora as NAME.jsonl.gz: one JSON object a line with text, label and, where there is an official split,
split.  Those that are not there are skipped by name.  The table goes to standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.arguments import positive, writable
from benchmarks.machine import machine
from studies import wang_manning

from textgd import Corpus, TextgdError, load_corpus


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    columns = []
    try:
        for name, corpus in corpora(options):
            columns.append(wang_manning.reproduce(name, corpus, options.repeats, progress))
    except TextgdError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if not columns:
        print(f"error: none of the corpora is in {options.data}.", file=sys.stderr)
        return 1
    if options.json:
        report = {"machine": machine(), "repeats": options.repeats, "columns": wang_manning.to_json(columns)}
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(wang_manning.markdown(columns))
    return 0


def corpora(options: argparse.Namespace) -> list[tuple[str, Corpus]]:
    found = []
    for name, stem in wang_manning.CORPORA.items() if options.data else ():
        path = options.data / f"{stem}.jsonl.gz"
        if path.is_file():
            found.append((name, load_corpus(path)))
        else:
            progress(f"{name}: skipped, there is no {path}")
    return found + [(name, load_corpus(path)) for name, path in options.also]


def progress(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    studies = parser.add_subparsers(dest="study", required=True, metavar="STUDY")
    study = studies.add_parser(
        "wang-manning", help="naive Bayes, SVM and NB-SVM on short and long reviews", description=wang_manning.__doc__
    )
    study.add_argument("--data", type=Path, metavar="DIR", help="folder of the corpora")
    study.add_argument(
        "--also",
        type=named,
        action="append",
        default=[],
        metavar="NAME=PATH",
        help="another labeled file or registered corpus; 10-fold, or its own split; may be repeated",
    )
    study.add_argument(
        "--repeats", type=positive, default=5, metavar="N", help="cross-validations, each cut anew (default 5)"
    )
    study.add_argument("--json", type=writable, metavar="FILE", help="write everything that was measured to FILE")
    options = parser.parse_args(arguments)
    if options.data is None and not options.also:
        study.error("--data DIR or --also NAME=PATH is needed: the corpora")
    return options


def named(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (name and equals and path):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=PATH, such as sms=spam.csv")
    return name, path


if __name__ == "__main__":
    sys.exit(main())
