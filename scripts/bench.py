#!/usr/bin/env python
"""The permanent benchmarks: textgd against its peers, in pairs, on one machine, in one run.

    scripts/venv bench
    .venv/bin/python scripts/bench.py --data DIR

DIR holds the corpus imdb.jsonl.gz: one JSON object a line with text, label and split (train or test); and for one
benchmark rt-polarity.jsonl.gz.
Peers that are not installed are skipped, and so is all that needs a corpus that is not there.
The ratio is the peer's time by ours where the target is "≥", ours by the peer's where it is "≤".
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import commands, comparison, curves, language_models, models, vectorizers
from benchmarks.arguments import positive, writable
from benchmarks.data import CORPUS, Data
from benchmarks.machine import machine
from benchmarks.measure import Benchmark, BenchmarkError, Result, measure
from benchmarks.process import find_command
from benchmarks.table import line, markdown, target_text, to_json

BENCHMARKS: list[Benchmark] = [
    *vectorizers.BENCHMARKS,
    *models.BENCHMARKS,
    *language_models.BENCHMARKS,
    *curves.BENCHMARKS,
    *comparison.BENCHMARKS,
    *commands.BENCHMARKS,
]


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if options.list:
        for benchmark in BENCHMARKS:
            print(f"{benchmark.title}: {benchmark.what}; {target_text(benchmark) or 'no target'}")
        return 0
    if find_spec("textgd") is None:
        print(f"error: textgd is not installed for {sys.executable}; scripts/venv bench makes .venv.", file=sys.stderr)
        return 1
    results: list[Result] = []
    skipped: dict[str, str] = {}
    failed: dict[str, str] = {}
    with TemporaryDirectory(prefix="textgd-bench-") as scratch:
        data = Data(options.data, Path(scratch), options.limit)
        for benchmark in BENCHMARKS:
            if options.only and benchmark.name not in options.only:
                continue
            reason = missing(benchmark, data)
            if reason:
                skipped[benchmark.title] = reason
                print(f"{benchmark.title}: skipped, {reason}", flush=True)
                continue
            try:
                results.append(measure(benchmark, data, options.repeats))
                print(line(results[-1]), flush=True)
            except Exception as error:
                # Whatever it is: the benchmarks before and after it still count.
                text = str(error) if isinstance(error, BenchmarkError) else f"{type(error).__name__}: {error}"
                failed[benchmark.title] = text
                print(f"{benchmark.title}: failed, {text}", flush=True)
    where = machine()
    note = f"Only {options.limit} documents of each part: the ratios say nothing." if options.limit else ""
    if options.json:
        report = {"machine": where, "repeats": options.repeats, "limit": options.limit}
        report |= {"results": [to_json(result) for result in results], "skipped": skipped, "failed": failed}
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\n{markdown(results, where, note)}")
    return 1 if failed else 0


def missing(benchmark: Benchmark, data: Data) -> str | None:
    """Return what a benchmark needs and does not find."""
    for module in benchmark.modules:
        if find_spec(module) is None:
            return f"{module} is not installed; scripts/venv bench installs the peers"
    for command in benchmark.commands:
        if find_command(command) is None:
            return f"there is no command {command} on the path"
    if benchmark.reads_corpus and not data.is_there:
        return f"there is no {CORPUS} in {data.source.parent}"
    return None


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = list(dict.fromkeys(benchmark.name for benchmark in BENCHMARKS))
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the corpora")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help="run these alone; --list shows them")
    parser.add_argument("--repeats", type=positive, default=3, metavar="N", help="pairs of each (default 3)")
    parser.add_argument("--limit", type=positive, metavar="N", help="only N documents of each part, for a quick trial")
    parser.add_argument("--json", type=writable, metavar="FILE", help="write every measurement to FILE")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and their targets, and stop")
    options = parser.parse_args(arguments)
    if options.data is None and not options.list:
        parser.error("--data DIR is needed: the folder of the corpora")
    return options


if __name__ == "__main__":
    sys.exit(main())
