"""Help, completion, and how messages are worded."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import click
import pytest

import textgd.kernels
from textgd.cli.commands import textgd as group
from textgd.cli.console import Stages
from textgd.cli.wording import in_options
from textgd.corpus import DOCUMENT_FORMATS, LABELED_FORMATS
from textgd.evaluation.measures import MEASURES
from textgd.models import MODELS
from textgd.parameters import PARAMETERS


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    paths = [path]
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            paths += commands(child, (*path, name))
    return paths


@pytest.mark.parametrize("path", commands(group), ids=" ".join)
def test_every_command_explains_itself_in_whole_sentences(run: Any, path: tuple[str, ...]) -> None:
    done = run(*path, "--help")
    assert done.err == ""
    assert done.out == run(*path, "-h").out
    assert "..." not in done.out.replace("]...", "").replace("TEXT...", "")
    assert max(map(len, done.lines)) <= 80


def test_help_lists_what_can_be_chosen(run: Any) -> None:
    words = " ".join(run("train", "--help").out.split())
    assert f"One of {', '.join(MODELS)}." in words
    assert f"One of {', '.join(LABELED_FORMATS)}." in words
    assert f"One of {', '.join(DOCUMENT_FORMATS)}." in " ".join(run("predict", "--help").out.split())
    for parameter in PARAMETERS:
        for flag in parameter.option.split("/"):
            assert f"--{flag}" in words


def test_without_a_command_the_help_is_shown(run: Any) -> None:
    assert "textgd train --model nb" in run(code=2).err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "textgd ",
            {
                *("train", "curve", "compare", "tune", "advise", "predict", "evaluate", "explain", "inspect", "doctor"),
                *("generate", "fill", "perplexity", "export", "corpora"),
            },
        ),
        ("textgd tr", {"train"}),
        ("textgd train --model ", set(MODELS)),
        ("textgd train --model c", {"cnb", "charlm"}),
        ("textgd train --model nbs", {"nbsvm"}),
        ("textgd train --calibrate i", {"isotonic"}),
        ("textgd train --format j", {"jsonl"}),
        ("textgd train starter-sp", {"starter-spam"}),
        ("textgd train --test sms", {"sms-spam"}),
        ("textgd evaluate m.textgd tw", {"tweets"}),
        ("textgd corpora show imdb", {"imdb-reviews"}),
        ("textgd curve --metric ", set(MEASURES)),
        ("textgd predict --input ", set()),
    ],
)
def test_completion(shell: Callable[..., subprocess.CompletedProcess[str]], words: str, expected: set[str]) -> None:
    position = len(words.split(" ")) - 1
    done = shell(f"COMP_WORDS='{words}' COMP_CWORD={position} _TEXTGD_COMPLETE=bash_complete textgd")
    assert (done.returncode, done.stderr) == (0, "")
    kinds = [line.partition(",")[::2] for line in done.stdout.splitlines()]
    assert {value for kind, value in kinds if kind == "plain"} == expected


@pytest.mark.parametrize("kind", ["bash", "zsh", "fish"])
def test_completion_script(shell: Callable[..., subprocess.CompletedProcess[str]], kind: str) -> None:
    done = shell(f"_TEXTGD_COMPLETE={kind}_source textgd")
    # click looks for bash's version, and says so where it is too old
    assert done.returncode == 0
    assert "_textgd_completion" in done.stdout


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Say encoding='my own' (--encoding my own).", "Say --encoding my own."),
        ("Say text_column= (--text-column), header=False (--no-header).", "Say --text-column, --no-header."),
        ("x.csv: no column 'min_df' (text_column).", "x.csv: no column 'min_df' (--text-column)."),
        ("format= says how a file is read.", "--format says how a file is read."),
        ("The model of 3 (--model nb) is no sentence.", "The model of 3 (--model nb) is no sentence."),
        ("the format of x is unknown", "the format of x is unknown"),
        ("binary is 3.", "--binary is 3."),
        ("n_jobs is 0; allowed are 1, and None for all cores.", "--jobs is 0; allowed are 1."),
        ("alpha is 0; above 0 is expected (--alpha).", "--alpha is 0; above 0 is expected."),
        ("hashing is 3; such as 2**20, or None, is expected.", "--hashing is 3; such as 1048576 is expected."),
        ("train_sizes (--sizes) is '9,8': 9 is followed by 8.", "--sizes is '9,8': 9 is followed by 8."),
        ("metric is 'auc', for two classes. Choose f1 (--metric).", "--metric is 'auc', for two classes. Choose f1."),
        (
            "budget is 3 seconds. Give more (--budget), or fewer (--sizes).",
            "--budget is 3 seconds. Give more, or fewer (--sizes).",
        ),
        ("families=True (--families) chooses models.", "--families chooses models."),
        ("random_state is -1; from 0 is expected.", "--seed is -1; from 0 is expected."),
        ("repeats is 0; from 1 is expected.", "--repeats is 0; from 1 is expected."),
        ("The models of 3 repeats, by the metric f1.", "The models of 3 repeats, by the metric f1."),
        ("models is what is compared by a metric", "--models is what is compared by a metric"),
    ],
)
def test_messages_name_options(message: str, expected: str) -> None:
    assert in_options(message) == expected


def test_the_first_compilation_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textgd.kernels, "on_compile", None)
    stages = Stages("scan")
    announce = textgd.kernels.on_compile
    assert announce is not None
    with stages("scan", "scanning"):
        announce()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("compiling the counting kernels")
    assert told.err.count("\n") == 1
    assert stages.summary().startswith("scan ")


def test_the_choices_of_curve_are_those_of_the_library() -> None:
    from textgd.cli.curve import curve
    from textgd.corpus.duplicates import DUPLICATE_METHODS

    choices = {parameter.name: getattr(parameter.type, "choices", ()) for parameter in curve.params}
    assert list(choices["duplicates"]) == [*DUPLICATE_METHODS, "none"]
