"""Whole processes, as a user starts them: the command line against what does the same, or as little as can be."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from .data import Data
from .measure import Benchmark, Pair, Sample, Target
from .process import Command, processes, program, python, run, textgd

_REVIEW = "What a waste of two hours: not one good scene, and an ending that anybody could see coming."
_TEXTGD = ("textgd",)


def _train(data: Data, peer: str) -> Pair:
    def ours(corpus: Path) -> Command:
        return textgd("train", corpus, "--model", "nb", "-o", data.scratch / "ours.textgd", "--json")

    def theirs(corpus: Path) -> Command:
        return program(peer, corpus, data.scratch / f"{peer}.model")

    return processes(ours(data.corpus), theirs(data.corpus), warm_up=[ours(data.few), theirs(data.few)])


def _predict(data: Data) -> Pair:
    return processes(textgd("predict", data.model, _REVIEW), python("-c", "import sklearn.linear_model"))


def _help(data: Data) -> Pair:
    return processes(textgd("--help"), python("-c", "import click"))


def _compile(data: Data) -> Pair:
    def ours() -> Sample:
        cache = mkdtemp(dir=data.scratch)
        first, second = (run(program("first_use"), NUMBA_CACHE_DIR=cache) for _ in range(2))
        return Sample(first.seconds - second.seconds)

    return Pair(ours, None, warm_up=lambda: run(program("first_use")))


_TRAINERS: dict[str, tuple[str, tuple[str, ...], Target | None, str]] = {
    "scikit-learn": ("train_sklearn", (), Target(10, at_least=True), "the same in one script"),
    "Vowpal Wabbit": ("train_vw", ("vowpalwabbit",), None, "bigrams, 1 pass"),
    "fastText": ("train_fasttext", ("fasttext",), None, "bigrams, 5 epochs"),
}

BENCHMARKS = [
    *(
        Benchmark(
            "train-imdb",
            peer,
            f"textgd train imdb.jsonl.gz --model nb, whole process, file to saved model; the peer: {how}",
            partial(_train, peer=name),
            target,
            modules=modules,
            commands=_TEXTGD,
        )
        for peer, (name, modules, target, how) in _TRAINERS.items()
    ),
    Benchmark(
        "predict-one",
        "import sklearn.linear_model",
        "textgd predict MODEL TEXT, whole process, with the model of train-imdb",
        _predict,
        Target(0.5),
        pairs_per_repeat=5,
        commands=_TEXTGD,
    ),
    Benchmark(
        "help",
        "import click",
        "textgd --help, whole process",
        _help,
        Target(3),
        pairs_per_repeat=5,
        commands=_TEXTGD,
        reads_corpus=False,
    ),
    Benchmark(
        "compile-kernels",
        None,
        "every compiled function used for the first time, less the same from the cache",
        _compile,
        Target(20),
        reads_corpus=False,
    ),
]
