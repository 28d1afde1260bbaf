"""One table of parameters: the library, the command line and the docstring say the same."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from textgd import TextClassifier
from textgd.lm.smoothing import SMOOTHINGS
from textgd.models import MODELS
from textgd.parameters import (
    CLASSIFIER,
    FEATURES,
    MODEL,
    NONE,
    PARAMETERS,
    TEXT,
    Parameter,
    parameter_docs,
    parse_choice_or_none,
    parse_class_numbers,
    parse_ngrams,
    parse_number,
    parse_number_or_word,
    parse_stop_words,
    parse_whole_numbers,
)
from textgd.text import CountVectorizer

each_parameter = pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)


def test_signature_of_the_classifier_is_the_table() -> None:
    signature = inspect.signature(TextClassifier)
    assert {p.name: p.default for p in PARAMETERS} == {p.name: p.default for p in signature.parameters.values()}
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in signature.parameters.values())
    for parameter in PARAMETERS:
        default = signature.parameters[parameter.name].default
        assert type(default) is type(parameter.default), parameter.name


def test_names_and_options_are_distinct() -> None:
    flags = [flag for p in PARAMETERS for flag in p.option.split("/")]
    assert len({p.name for p in PARAMETERS}) == len(PARAMETERS)
    assert len(set(flags)) == len(flags)


def test_reading_of_text_takes_the_same_words_as_the_vectorizer() -> None:
    known = CountVectorizer().get_params()
    for parameter in PARAMETERS:
        # The vectorizer knows tf-idf by another class.
        if parameter.part not in (TEXT, FEATURES) or parameter.name == "tfidf":
            assert parameter.name not in known
        else:
            assert parameter.name in known
            # None stands for the model's own choice.
            assert parameter.default in (None, known[parameter.name])


def test_whose_each_parameter_is() -> None:
    of = {part: {p.name for p in PARAMETERS if p.part == part} for part in (TEXT, FEATURES, MODEL, CLASSIFIER)}
    assert of[FEATURES] == {"ngram_range", "binary", "tfidf", "min_df", "max_df", "max_features", "hashing"}
    assert of[MODEL] == {"C", "class_weight", "alpha", "beta", "order", "smoothing", "prune", "background"}
    assert of[CLASSIFIER] == {"model", "word_dropout", "calibrate", "class_prior", "unlabeled_weight"}
    assert sum(map(len, of.values())) == len(PARAMETERS)
    # What a model may leave to its own choice is None.
    assert all(p.default is None for p in PARAMETERS if p.part == MODEL)


@each_parameter
def test_entry_is_well_formed(parameter: Parameter) -> None:
    assert parameter.text.endswith(".")
    assert "\n" not in parameter.text
    assert (parameter.kind is bool) == ("/" in parameter.option)
    if parameter.choices:
        assert parameter.default in (None, *parameter.choices)
    # C is what everyone calls it, and what scikit-learn does.
    flags = parameter.option.split("/")
    assert all(flag.replace("-", "").isalpha() and (flag.islower() or flag == "C") for flag in flags)
    # Where None is to be had though it is not the default, the command line has a word for it.
    assert (NONE in parameter.choices) == (parameter.parse is parse_choice_or_none)


@each_parameter
def test_the_docstring_tells_each_parameter_once(parameter: Parameter) -> None:
    docs = TextClassifier.__doc__ or ""
    assert docs.count(f"\n    {parameter.name} : ") == 1
    assert parameter.text in docs
    assert f"default={parameter.default!r}" in docs
    assert "{parameters}" not in docs


def test_docs_are_numpydoc() -> None:
    lines = parameter_docs().splitlines()
    assert len(lines) == 2 * len(PARAMETERS)
    assert lines[0].startswith("model : ")
    assert all(" : " in line and "default=" in line for line in lines[::2])


@pytest.mark.parametrize(
    ("text", "span"),
    [("1", (1, 1)), ("2", (2, 2)), ("1-2", (1, 2)), ("3-5", (3, 5)), (" 1 - 2 ", (1, 2)), ("10-12", (10, 12))],
)
def test_ngrams(text: str, span: tuple[int, int]) -> None:
    assert parse_ngrams(text) == span


@pytest.mark.parametrize("text", ["", "-", "1-", "-2", "1-2-3", "a", "1,2", "(1, 2)", "1.5", "1–2", "one-two"])
def test_what_is_no_span_of_ngrams(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no span of n-grams; write 1-2") as caught:
        parse_ngrams(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), ("0", 0), ("0.01", 0.01), ("1.0", 1.0), ("1", 1), ("1e-3", 0.001), (".5", 0.5)]
)
def test_numbers_keep_documents_and_shares_apart(text: str, number: float) -> None:
    value = parse_number(text)
    assert value == number
    assert type(value) is type(number)


@pytest.mark.parametrize("text", ["", "two", "1/2", "5%", "1,5"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no number; write 2 .* 0\.01") as caught:
        parse_number(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "prior"),
    [
        ("uniform", "uniform"),
        ("balanced", "balanced"),
        ("spam=2", {"spam": 2.0}),
        ("spam=0.6,ham=0.4", {"spam": 0.6, "ham": 0.4}),
        ("spam=.6, ham=.4", {"spam": 0.6, "ham": 0.4}),
        ("a=b=0.5,c=0.5", {"a=b": 0.5, "c": 0.5}),
        ("not spam=1,spam=0", {"not spam": 1.0, "spam": 0.0}),
        ("0=0.5,1=0.5", {"0": 0.5, "1": 0.5}),
        ("😀=1", {"😀": 1.0}),
    ],
)
def test_numbers_of_classes(text: str, prior: Any) -> None:
    assert parse_class_numbers(text) == prior


@pytest.mark.parametrize(
    ("text", "part"),
    [("spam=", "spam="), ("spam=much,ham=0.4", "spam=much"), ("spam=0.6,ham", "ham"), ("spam=0.6,", "")],
)
def test_what_is_no_number_of_a_class(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=r"is no class with its number; write spam=0\.6,ham=0\.4") as caught:
        parse_class_numbers(text)
    assert repr(part) in str(caught.value)


def test_a_class_is_named_once() -> None:
    with pytest.raises(ValueError, match="'spam' is there twice; name each class once"):
        parse_class_numbers("spam=0.6,ham=0.2, spam=0.2")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("0", (0,)), ("0,0,1", (0, 0, 1)), (" 0, 1 ,2", (0, 1, 2)), ("0,-1", (0, -1)), ("10,200", (10, 200))],
)
def test_whole_numbers(text: str, numbers: tuple[int, ...]) -> None:
    assert parse_whole_numbers(text) == numbers


@pytest.mark.parametrize("text", ["", ",", "0,", "0,,1", "0 1", "0;1", "a", "0.5", "0,1.0", "(0, 1)", "none"])
def test_what_are_no_whole_numbers(text: str) -> None:
    with pytest.raises(ValueError, match=r"are no whole numbers with commas between; write 0,0,1") as caught:
        parse_whole_numbers(text)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"), [("auto", "auto"), ("0.5", 0.5), ("1", 1.0), ("1e-3", 0.001), ("", ""), ("1/2", "1/2")]
)
def test_numbers_and_words_in_their_place(text: str, value: Any) -> None:
    parsed = parse_number_or_word(text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(("text", "value"), [("none", None), ("None", "None"), ("auto", "auto")])
def test_none_has_a_word(text: str, value: str | None) -> None:
    assert parse_choice_or_none(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("english", "english"),
        ("the", ("the",)),
        ("the,a", ("the", "a")),
        ("the, a , 你", ("the", "a", "你")),
        ("the,,a,", ("the", "a")),
        ("", ()),
    ],
)
def test_stop_words(text: str, words: Any) -> None:
    assert parse_stop_words(text) == words


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ngram_range", "1-2"),
        ("min_df", "2"),
        ("max_df", "0.9"),
        ("stop_words", "the,a"),
        ("class_prior", "x=0.5,y=0.5"),
        ("C", "0.5"),
        ("C", "auto"),
        ("class_weight", "x=2"),
        ("class_weight", "balanced"),
        ("beta", "0.5"),
        ("beta", "auto"),
        ("calibrate", "isotonic"),
        ("calibrate", "none"),
        ("prune", "0"),
        ("prune", "0,0,1"),
    ],
)
def test_what_the_command_line_reads_the_classifier_takes(name: str, text: str) -> None:
    parse = next(p.parse for p in PARAMETERS if p.name == name)
    assert parse is not None
    model = "nbsvm" if name in ("C", "class_weight", "beta") else "lm" if name == "prune" else "nb"
    texts = ["so good a film", "good good film", "so bad the film", "so bad bad a film"]
    classifier = TextClassifier(model=model, **{name: parse(text)}).fit(texts, ["x", "x", "y", "y"])
    assert classifier.predict(["good", "bad"]).tolist() == ["x", "y"]


# What may be chosen by name.


def test_every_method_of_smoothing_may_be_chosen() -> None:
    smoothing = next(p for p in PARAMETERS if p.name == "smoothing")
    assert sorted(smoothing.choices) == sorted(SMOOTHINGS)
    for name in smoothing.choices:
        classifier = TextClassifier(model="lm", smoothing=name, calibrate=None).fit(["good film", "bad film"], [1, 0])
        assert {model.smoothing["name"] for model in classifier.model_.models_} == {name}
        assert classifier.predict(["good"]).tolist() == [1]


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if "smoothing" in model.parameters])
def test_the_defaults_that_are_told_are_the_models(model: str) -> None:
    estimator = TextClassifier(model=model).build_model()
    texts = {p.name: p.text for p in PARAMETERS}
    assert texts["smoothing"].endswith(f"Default: {estimator.smoothing}.")
    assert texts["background"].endswith(f"Default: {estimator.background}.")
    # The order is the model's own, and no pruning is none.
    assert estimator.order == MODELS[model].defaults["order"]
    assert estimator.prune is None
