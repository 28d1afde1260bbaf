"""The model file: what comes back is what was saved, nothing else is ever loaded, and nothing is lost on the way."""

from __future__ import annotations

import errno
import json
import os
import pickletools
import random
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import textgd
from textgd import TextClassifier, container
from textgd.container import check_destination
from textgd.errors import ModelFileError
from textgd.generative import ClassLanguageModel, MultinomialNB
from textgd.lm import Additive, NgramModel
from textgd.lm.storage import pack_levels
from textgd.modelfile import load_model, save_model
from textgd.models import COUNTS, MODELS, TOKENS
from textgd.scoring import LanguageScorer, TextScorer
from textgd.text import CountVectorizer, TfidfVectorizer

TEXTS = [
    "WIN a free prize now! Text WIN to 80086",
    "free entry: you don't want to miss it, win cash 💰💰",
    "gratis Prämie, jetzt café https://win.example/now",
    "see you at lunch, I did not like the naïve film",
    "are you home? I am not, the train is late :-(",
    "明日は雨です 你好 мир",
    "",
    "the the the a a",
]
LABELS = ["spam", "spam", "spam", "ham", "ham", "ham", "ham", "spam"]
NEW = [*TEXTS, "nothing that it knows: xylophone", "a free lunch 明日", " \n\t ", "\ud800 free"]

REPRESENTATIONS: dict[str, dict[str, Any]] = {
    "default": {},
    "words": {"ngram_range": (1, 1), "binary": False},
    "bigrams alone": {"ngram_range": (2, 2)},
    "trigrams": {"ngram_range": (1, 3), "min_df": 2},
    "char_wb": {"analyzer": "char_wb", "ngram_range": (2, 4)},
    "short words": {"analyzer": "char_wb", "ngram_range": (5, 6)},
    "char": {"analyzer": "char", "ngram_range": (1, 3), "max_features": 60},
    "tfidf": {"tfidf": True},
    "hashing": {"hashing": 256},
    "one hashed column": {"hashing": 1},
    "hashed tfidf": {"hashing": 1 << 10, "tfidf": True, "binary": False},
    "sklearn": {"tokenizer": "sklearn", "max_df": 0.9},
    "whitespace": {"tokenizer": "whitespace", "lowercase": False},
    "nltk:tweet": {"tokenizer": "nltk:tweet"},
    "pattern": {"tokenizer": r"pattern:[^\W\d_]{3,}"},
    "stop words": {"stop_words": "english", "punctuation": False},
    "own stop words": {"stop_words": ["the", "你", "💰"]},
    "negation": {"negation": True, "mask_numbers": True, "mask_urls": True},
    "accents": {"strip_accents": "unicode", "stem": "english"},
    "ascii": {"strip_accents": "ascii"},
}
OF_COUNTS = [name for name, model in MODELS.items() if model.reads == COUNTS]
OF_TOKENS = [name for name, model in MODELS.items() if model.reads == TOKENS]

# Of the models that read tokens in their order.
LANGUAGES: dict[str, dict[str, Any]] = {
    "default": {},
    "order 1": {"order": 1},
    "order 2": {"order": 2},
    "order 12": {"order": 12},
    "witten-bell": {"smoothing": "witten-bell"},
    "absolute": {"smoothing": "absolute"},
    "jelinek-mercer": {"smoothing": "jelinek-mercer"},
    "additive": {"smoothing": "additive", "order": 2},
    "alpha": {"smoothing": "additive", "alpha": 0.25},
    "pruned": {"prune": (0, 0, 1)},
    "pruned to nothing": {"prune": [0, 99]},
    "pruned witten-bell": {"prune": (0, 1), "smoothing": "witten-bell", "order": 4},
    "no background": {"background": 0.0},
    "much background": {"background": 0.99},
    "sklearn": {"tokenizer": "sklearn"},
    "whitespace": {"tokenizer": "whitespace", "lowercase": False},
    "nltk:tweet": {"tokenizer": "nltk:tweet"},
    "nltk:treebank": {"tokenizer": "nltk:treebank"},
    "pattern": {"tokenizer": r"pattern:[^\W\d_]{3,}"},
    "stop words": {"stop_words": "english", "punctuation": False},
    "own stop words": {"stop_words": ["the", "你", "💰"]},
    "negation": {"negation": True, "mask_numbers": True, "mask_urls": True},
    "accents": {"strip_accents": "unicode", "stem": "english"},
    "ascii": {"strip_accents": "ascii"},
}


@pytest.fixture(scope="module")
def tiny() -> TextClassifier:
    return TextClassifier(ngram_range=(1, 2), calibrate=None).fit(
        ["win a prize", "see you", "win cash"], ["spam", "ham", "spam"]
    )


@pytest.fixture
def saved(tiny: TextClassifier, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.textgd"
    tiny.save(path)
    return path


def refuse(path: Path, *pieces: str) -> str:
    """Load a file that is no good, hold the error to its pieces and return its message."""
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    for piece in [str(path), *pieces]:
        assert piece in str(caught.value)
    return str(caught.value)


def is_refused(path: Path) -> bool:
    try:
        load_model(path)
    except ModelFileError:
        return True
    return False


# There and back.


@pytest.mark.parametrize("representation", REPRESENTATIONS.values(), ids=list(REPRESENTATIONS))
@pytest.mark.parametrize("model", OF_COUNTS)
def test_a_loaded_model_scores_bit_by_bit_the_same(model: str, representation: dict[str, Any], tmp_path: Path) -> None:
    # One column holds too little to tell the documents of a class apart.
    calibrate = None if representation.get("hashing") == 1 else "auto"
    classifier = TextClassifier(model=model, calibrate=calibrate, **representation).fit(TEXTS, LABELS)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    predictions = [c.text_scorer_.predict(NEW) for c in (loaded, classifier)]
    assert_array_equal(predictions[0].scores, predictions[1].scores)
    assert calibrate is None or predictions[0].log_proba is not None
    if predictions[0].log_proba is not None:
        assert_array_equal(loaded.predict_log_proba(NEW), classifier.predict_log_proba(NEW))
    assert_array_equal(loaded.predict(NEW), classifier.predict(NEW))
    ours, theirs = (c.text_scorer_.predict(NEW).n_known_tokens for c in (loaded, classifier))
    assert_array_equal(ours, theirs)
    columns = range(min(5, loaded.text_scorer_.extractor.features.n_columns))
    names = [c.text_scorer_.extractor.feature_names(list(columns)) for c in (loaded, classifier)]
    assert names[0] == names[1]


@pytest.mark.parametrize("parameters", LANGUAGES.values(), ids=list(LANGUAGES))
@pytest.mark.parametrize("model", OF_TOKENS)
@pytest.mark.parametrize("labels", [LABELS, [int(label == "ham") for label in LABELS]], ids=["str", "int"])
def test_a_loaded_language_model_scores_bit_by_bit_the_same(
    labels: list[Any], model: str, parameters: dict[str, Any], tmp_path: Path
) -> None:
    classifier = TextClassifier(model=model, **parameters).fit(TEXTS, labels)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    ours, theirs = (c.text_scorer_.predict(NEW) for c in (loaded, classifier))
    assert_array_equal(ours.scores, theirs.scores)
    assert_array_equal(ours.n_known_tokens, theirs.n_known_tokens)
    assert_array_equal(loaded.predict_log_proba(NEW), classifier.predict_log_proba(NEW))
    assert_array_equal(loaded.predict(NEW), classifier.predict(NEW))
    assert loaded.classes_.tolist() == sorted(set(labels))
    # The reference reads and scores the same from the file.
    ours, theirs = (c.text_scorer_.predict_slowly(NEW) for c in (loaded, classifier))
    assert_array_equal(ours.scores, theirs.scores)
    # Each class's model is there to the bit, and so is the filter of copies.
    mine, other = loaded.text_scorer_.scorer, classifier.text_scorer_.scorer
    assert isinstance(mine, LanguageScorer)
    assert isinstance(other, LanguageScorer)
    assert mine.background == other.background
    for one, two in zip(mine.models, other.models, strict=True):
        assert one.vocabulary is mine.models[0].vocabulary
        assert one.smoothing == json.loads(json.dumps(two.smoothing))
        for name, array in pack_levels(two).items():
            assert array.dtype == pack_levels(one)[name].dtype
            assert_array_equal(array, pack_levels(one)[name])
    assert list(mine.models[0].vocabulary) == list(other.models[0].vocabulary)
    assert (mine.copies.window, mine.copies.bits.tolist()) == (other.copies.window, other.copies.bits.tolist())
    # What came back is saved as it was.
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "m").read_bytes()


@pytest.mark.parametrize("parameters", LANGUAGES.values(), ids=list(LANGUAGES))
def test_the_parameters_of_a_language_model_come_back(parameters: dict[str, Any], tmp_path: Path) -> None:
    classifier = TextClassifier(model="lm", **parameters).fit(TEXTS, LABELS)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    expected = classifier.get_params()
    for name in ("stop_words", "prune"):
        if isinstance(expected[name], list):
            expected[name] = tuple(expected[name])
    assert loaded.get_params() == expected
    # Fitted again, it is the same model again.
    assert_array_equal(loaded.fit(TEXTS, LABELS).predict_log_proba(NEW), classifier.predict_log_proba(NEW))


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_a_class_language_model_comes_back_as_a_text_classifier(analyzer: str, tmp_path: Path) -> None:
    model = ClassLanguageModel(analyzer=analyzer, order=2, smoothing="witten-bell", prune=(0, 1), background=0.25)
    model.fit(TEXTS, LABELS).save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    assert_array_equal(loaded.predict_log_proba(NEW), model.predict_log_proba(NEW))
    assert (loaded.model, loaded.order, loaded.prune) == ({"word": "lm", "char": "charlm"}[analyzer], 2, (0, 1))
    same = TextClassifier(
        model=loaded.model, order=2, smoothing="witten-bell", prune=(0, 1), background=0.25, calibrate="auto"
    ).fit(TEXTS, LABELS)
    for again in (loaded.fit(TEXTS, LABELS), same):
        assert_array_equal(again.predict_log_proba(NEW), model.predict_log_proba(NEW))


@pytest.mark.parametrize("representation", REPRESENTATIONS.values(), ids=list(REPRESENTATIONS))
def test_the_parameters_come_back(representation: dict[str, Any], tmp_path: Path) -> None:
    calibrate = None if representation.get("hashing") == 1 else "auto"
    classifier = TextClassifier(calibrate=calibrate, **representation).fit(TEXTS, LABELS)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    expected = classifier.get_params()
    if isinstance(expected["stop_words"], list):
        expected["stop_words"] = tuple(expected["stop_words"])
    assert loaded.get_params() == expected
    # Fitted again, it is the same model again.
    assert_array_equal(loaded.fit(TEXTS, LABELS).predict_log_proba(NEW), classifier.predict_log_proba(NEW))


@pytest.mark.parametrize(
    ("representation", "model"),
    [
        ("default", "nb"),
        ("char_wb", "nblr"),
        ("tfidf", "bnb"),
        ("hashed tfidf", "lr"),
        ("negation", "nb"),
        ("default", "svm"),
        ("default", "nbsvm"),
        ("default", "lm"),
        ("default", "charlm"),
        ("order 1", "lm"),
        ("jelinek-mercer", "lm"),
        ("pruned witten-bell", "charlm"),
        ("stop words", "lm"),
        ("negation", "lm"),
        ("pattern", "lm"),
    ],
)
def test_another_process_scores_the_same_without_what_learns(representation: str, model: str, tmp_path: Path) -> None:
    parameters = (LANGUAGES if model in OF_TOKENS else REPRESENTATIONS)[representation]
    classifier = TextClassifier(model=model, **parameters).fit(TEXTS, LABELS)
    classifier.save(tmp_path / "m")
    script = (
        "import json, sys; from textgd.modelfile import load_model\n"
        "prediction = load_model(sys.argv[1]).scorer.predict(json.loads(sys.argv[2]))\n"
        "print(json.dumps(prediction.log_proba.tolist()))\n"
        "print(*{'sklearn', 'scipy', 'nltk', 'numba', 'matplotlib'}.intersection(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "m"), json.dumps(NEW)],
        cwd=Path(container.__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    scores, imported = done.stdout.splitlines()
    if model in OF_TOKENS:
        # The reference scored there, and the compiled code sums here.
        assert_array_equal(np.array(json.loads(scores)), classifier.text_scorer_.predict_slowly(NEW).log_proba)
        assert_allclose(np.array(json.loads(scores)), classifier.predict_log_proba(NEW), rtol=1e-9, atol=1e-12)
    else:
        assert_array_equal(np.array(json.loads(scores)), classifier.predict_log_proba(NEW))
    assert imported == ""


@pytest.mark.parametrize(
    "labels",
    [
        ["two words", "tab\tbetween"],
        ["line\nbreak", "\r\n"],
        ["😀👍🏽", "naïve \u0301"],
        ["", " "],
        ["__metadata__", '{"format": 2} \\'],
        ["\ud800", "\x00 first"],
        [0, 1],
        [-(2**40), 2**62],
        [False, True],
        [1.0, -3.0],
        ["a", "b", "c", "d", "e"],
    ],
    ids=ascii,
)
@pytest.mark.parametrize("model", ["nb", *OF_TOKENS])
def test_labels_come_back_with_their_type(model: str, labels: list[Any], tmp_path: Path) -> None:
    texts = [f"word{i} common" for i in range(len(labels))]
    classifier = TextClassifier(model=model, calibrate=None).fit(texts, labels)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    assert loaded.classes_.tolist() == sorted(labels)
    assert loaded.classes_.dtype == classifier.classes_.dtype
    predicted = loaded.predict(texts).tolist()
    assert predicted == labels
    assert [type(label) for label in predicted] == [type(label) for label in labels]


@pytest.mark.parametrize(
    "prior",
    ["uniform", {1: 0.3, 2: 0.7}, [0.3, 0.7], (0.3, 0.7), np.array([0.3, 0.7]), {np.int64(1): np.float32(0.5), 2: 0.5}],
)
@pytest.mark.parametrize("model", ["nb", "lm"])
def test_a_class_prior_comes_back(model: str, prior: Any, tmp_path: Path) -> None:
    for calibrate in ("auto", None):
        texts, labels = ["a b", "c d", "a d", "b"], [1, 2, 2, 1]
        classifier = TextClassifier(model=model, class_prior=prior, calibrate=calibrate).fit(texts, labels)
        classifier.save(tmp_path / "m")
        loaded = textgd.load(tmp_path / "m")
        assert_array_equal(loaded.predict_log_proba(["a", ""]), classifier.predict_log_proba(["a", ""]))
        again = loaded.fit(texts, labels)
        assert_array_equal(again.predict_log_proba(["a", ""]), classifier.predict_log_proba(["a", ""]))


@pytest.mark.parametrize(
    "weight", ["balanced", {1: 0.3}, {1: 3, 2: 0.7}, {np.int64(1): np.float32(0.5), 2: 0.5}], ids=str
)
def test_a_class_weight_comes_back(weight: Any, tmp_path: Path) -> None:
    texts, labels = ["a b", "c d", "a d", "b"], [1, 2, 2, 1]
    classifier = TextClassifier(model="lr", class_weight=weight, C="auto").fit(texts, labels)
    classifier.save(tmp_path / "m")
    loaded = textgd.load(tmp_path / "m")
    assert loaded.get_params() == classifier.get_params()
    assert_array_equal(loaded.predict_log_proba(["a", ""]), classifier.predict_log_proba(["a", ""]))
    again = loaded.fit(texts, labels)
    assert_array_equal(again.predict_log_proba(["a", ""]), classifier.predict_log_proba(["a", ""]))


@pytest.mark.parametrize("model", ["nb", *OF_TOKENS])
def test_a_class_of_probability_zero_can_be_saved(model: str, tmp_path: Path) -> None:
    prior = {"a": 1.0, "b": 0.0}
    classifier = TextClassifier(model=model, class_prior=prior, calibrate=None).fit(["x y", "z y"], ["a", "b"])
    classifier.save(tmp_path / "m")
    assert textgd.load(tmp_path / "m").predict_proba(["z", ""]).tolist() == [[1.0, 0.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    "vectorizer",
    [
        CountVectorizer(vocabulary={"prize": 1, "win a": 0, "lunch": 2}, ngram_range=(1, 2)),
        CountVectorizer(dtype=np.float32),
        TfidfVectorizer(dtype=np.float32, sublinear_tf=True, norm="l1"),
        TfidfVectorizer(use_idf=False, norm=None),
    ],
    ids=["fixed vocabulary", "float32", "l1", "without idf"],
)
def test_scorers_from_any_vectorizer(vectorizer: Any, tmp_path: Path) -> None:
    model = MultinomialNB().fit(vectorizer.fit_transform(TEXTS), LABELS)
    for probabilities in (model.probabilities(), None):
        scorer = TextScorer(vectorizer.extractor_, model.scorer(), model.classes_, probabilities)
        save_model(tmp_path / "m", scorer, {"note": "by hand"})
        loaded = load_model(tmp_path / "m")
        assert loaded.info == {"note": "by hand"}
        assert loaded.scorer.probabilities == probabilities
        assert_array_equal(loaded.scorer.predict(NEW).scores, scorer.predict(NEW).scores)
    assert loaded.scorer.predict(NEW).log_proba is None
    assert_array_equal(loaded.scorer.extractor.rows(NEW).data, scorer.extractor.rows(NEW).data)
    with pytest.raises(ModelFileError, match=r"not saved by a TextClassifier.*load_model"):
        textgd.load(tmp_path / "m")


def test_the_notes_on_the_training_come_back(tiny: TextClassifier, tmp_path: Path) -> None:
    notes = {"corpus": "mails\udcff.csv", "accuracy": 0.1 + 0.2, "counts": {"ham": 1, "spam": 2}, "empty": None}
    tiny.save(tmp_path / "m", notes)
    info = load_model(tmp_path / "m").info
    assert info["training"] == notes
    assert info["model"] == "nb"


def test_a_single_token_a_document_leaves_no_bigrams_and_can_be_saved(tmp_path: Path) -> None:
    classifier = TextClassifier(ngram_range=(1, 2), calibrate=None).fit(["a", "b"], [0, 1])
    classifier.save(tmp_path / "m")
    assert textgd.load(tmp_path / "m").predict(["b", "a"]).tolist() == [1, 0]


@pytest.mark.parametrize("model", OF_TOKENS)
def test_arrays_of_language_models_stay_on_disk(model: str, tmp_path: Path) -> None:
    TextClassifier(model=model).fit(TEXTS, LABELS).save(tmp_path / "m")
    scorer = load_model(tmp_path / "m").scorer
    models: Any = scorer.scorer
    arrays = [models.copies.bits, models.log_prior, models.models[0].vocabulary.blob]
    for one in models.models:
        arrays += [one.levels[0].log_prob, one.levels[1].tokens, one.levels[1].starts, one.levels[1].log_backoff]
    for array in arrays:
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable


def test_arrays_stay_on_disk(saved: Path) -> None:
    scorer = load_model(saved).scorer
    features: Any = scorer.extractor.features
    arrays = [scorer.scorer.weights, features.vocabulary.blob, features.levels[1].tokens]
    for array in arrays:
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable


# The container.


def test_the_file_is_a_safetensors_container(saved: Path, tiny: TextClassifier) -> None:
    from safetensors import safe_open

    with safe_open(saved, "numpy") as file:
        names = set(file.keys())
        weights = file.get_tensor("weights")
        assert list(file.metadata()) == ["textgd"]
    assert {"weights", "intercept", "terms", "term_offsets", "starts1", "tokens1", "columns1"} <= names
    assert_array_equal(weights, tiny.text_scorer_.scorer.weights)


def test_no_pickle_is_in_the_file(saved: Path) -> None:
    content = saved.read_bytes()
    # A pickle opens with PROTO (0x80) and its version, and names what it calls by GLOBAL or by a module's name.
    assert not any(bytes([0x80, protocol]) + b"\x95" in content for protocol in range(2, 6))
    with pytest.raises(ValueError, match="opcode"):
        list(pickletools.genops(content))
    assert b"numpy" not in content
    assert b"sklearn" not in content


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        ("nb", {}),
        ("lm", {}),
        ("charlm", {}),
        ("lm", {"smoothing": "jelinek-mercer", "prune": (0, 1)}),
        ("charlm", {"smoothing": "additive", "order": 2}),
    ],
    ids=str,
)
def test_same_data_gives_same_bytes(model: str, parameters: dict[str, Any], tmp_path: Path) -> None:
    contents = set()
    for n_jobs in (1, 2, None):
        for _ in range(4):
            # The number of threads is a parameter, and is kept; the rest must not depend on it.
            classifier = TextClassifier(model=model, n_jobs=n_jobs, **parameters).fit(TEXTS, LABELS)
            classifier.set_params(n_jobs=None)
            classifier.save(tmp_path / "m")
            contents.add((tmp_path / "m").read_bytes())
    assert len(contents) == 1


def test_a_word_that_is_no_feature_is_nowhere_in_the_file(tmp_path: Path) -> None:
    texts = ["my password is hunter2zz ok", "is my password ok", "free prize", "free prize qqsecretqq"]
    classifier = TextClassifier(min_df=2, ngram_range=(1, 2), calibrate=None).fit(texts, [0, 0, 1, 1])
    classifier.save(tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    for private in ("hunter2zz", "qqsecretqq"):
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert private.encode(encoding) not in content
    assert b"password" in content


def test_the_file_of_a_language_model_is_a_safetensors_container(tmp_path: Path) -> None:
    from safetensors import safe_open

    classifier = TextClassifier(model="lm").fit(TEXTS, LABELS)
    classifier.save(tmp_path / "m")
    with safe_open(tmp_path / "m", "numpy") as file:
        names = set(file.keys())
        log_prob = file.get_tensor("1.log_prob3")
        assert list(file.metadata()) == ["textgd"]
    of_class = {"log_prob1", "log_backoff1", "starts2", "tokens2", "log_prob2", "log_backoff2", "starts3", "tokens3"}
    of_class |= {"log_prob3"}
    prefixed = {f"{c}.{name}" for c in (0, 1) for name in of_class}
    assert names == {"terms", "term_offsets", "log_prior", "copies"} | prefixed
    assert_array_equal(log_prob, classifier.text_scorer_.scorer.models[1].levels[2].log_prob)


# Damage.


@pytest.mark.parametrize("model", ["nb", "bnb", "svm"])
def test_every_bit_of_a_tiny_model_is_guarded(model: str, tmp_path: Path) -> None:
    check_every_bit(TextClassifier(model=model, ngram_range=(1, 1), calibrate=None), tmp_path / "m")


@pytest.mark.parametrize("model", OF_TOKENS)
def test_every_bit_of_a_tiny_language_model_is_guarded(model: str, tmp_path: Path) -> None:
    check_every_bit(TextClassifier(model=model, order=2, calibrate=None), tmp_path / "m")


def check_every_bit(classifier: TextClassifier, path: Path) -> None:
    classifier.fit(["a", "b"], [0, 1]).save(path)
    whole = path.read_bytes()
    # The header is filled up with spaces, in whose place other white space says the same.
    length = 8 + int.from_bytes(whole[:8], "little")
    filling = range(len(whole[:length].rstrip(b" ")), length)
    rng = random.Random(0)
    accepted = []
    with path.open("r+b") as file:
        for place, byte in enumerate(whole):
            for changed in {*(byte ^ (1 << bit) for bit in range(8)), rng.randrange(256)} - {byte}:
                file.seek(place)
                file.write(bytes([changed]))
                file.flush()
                if not is_refused(path) and not (place in filling and chr(changed).isspace()):
                    accepted.append((place, byte, changed))
            file.seek(place)
            file.write(bytes([byte]))
    assert accepted == []
    assert path.read_bytes() == whole
    assert not is_refused(path)


@pytest.mark.parametrize(
    "parameters", [{"tfidf": True, "stop_words": "english"}, {"model": "lm"}, {"model": "charlm"}], ids=str
)
def test_flipped_bits_of_a_large_model_are_found(parameters: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "m"
    TextClassifier(**parameters).fit(TEXTS, LABELS).save(path)
    whole = path.read_bytes()
    rng = random.Random(1)
    for place in sorted(rng.sample(range(len(whole)), 200)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        assert is_refused(path), place


def test_a_file_that_is_cut_off_is_refused(saved: Path) -> None:
    whole = saved.read_bytes()
    for length in sorted({*range(12), *range(12, len(whole), len(whole) // 50), len(whole) - 1}):
        saved.write_bytes(whole[:length])
        refuse(saved)


def test_a_file_that_goes_on_is_refused(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes() + b"\0" * 8)
    refuse(saved, "damaged", "8 bytes follow")


def test_flipped_weights_are_called_damaged_with_the_remedy(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[-1] ^= 1
    saved.write_bytes(content)
    refuse(saved, "damaged", "checksum", "Train the model again")


# Other files.


def write_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "some text" * 100)


def write_foreign(path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"weights": np.zeros((2, 3))}, path, {"format": "pt"})


FOREIGN: dict[str, Callable[[Path], Any]] = {
    "empty": lambda path: path.write_bytes(b""),
    "seven bytes": lambda path: path.write_bytes(b"1234567"),
    "eight bytes": lambda path: path.write_bytes(b"\0" * 8),
    "text": lambda path: path.write_text("spam\twin a prize\n" * 50),
    "json": lambda path: path.write_text('{"__metadata__": {"textgd": "1"}}'),
    "pickle": lambda path: path.write_bytes(b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00cos\nsystem\n(S'x'\ntR."),
    "zip": write_zip,
    "safetensors": write_foreign,
    "long header": lambda path: path.write_bytes((2**63).to_bytes(8, "little") + b"{" * 100),
    "empty header": lambda path: path.write_bytes((2).to_bytes(8, "little") + b"{}"),
}


@pytest.mark.parametrize("write", FOREIGN.values(), ids=list(FOREIGN))
def test_another_file_is_called_no_model(write: Callable[[Path], Any], tmp_path: Path) -> None:
    path = tmp_path / "other.bin"
    write(path)
    refuse(path, "not a textgd model")


def test_a_folder_and_a_missing_file_are_named(tmp_path: Path) -> None:
    refuse(tmp_path, "is a folder")
    refuse(tmp_path / "missing.textgd", "No such file")
    assert "missing.textgd" in refuse(tmp_path / "missing.textgd" / "below")


def raw(path: Path, header: bytes, body: bytes = b"") -> None:
    path.write_bytes(len(header).to_bytes(8, "little") + header + body)


@pytest.mark.parametrize(
    "header",
    [
        b'{"a":' * 50_000,
        b'{"__metadata__": null}',
        b'{"__metadata__": 5}',
        b'{"__metadata__": "textgd"}',
        b'{"__metadata__": ["textgd"]}',
        b'{"__metadata__": {"textgd": null}}',
        b'{"__metadata__": {"textgd": ""}}',
        b'{"__metadata__": {"textgd": "{}"}, "x": 1}',
        b'{"\xff": 1}',
        b'{"__metadata__": {"textgd": "\\ud800"}}',
    ],
)
def test_headers_of_any_kind_are_refused(header: bytes, tmp_path: Path) -> None:
    path = tmp_path / "m"
    raw(path, header)
    refuse(path)


@pytest.mark.parametrize(
    "header", [b'{"a":' * 50_000, b'{"__metadata__": null}', b'{"__metadata__": "textgd"}', b"[1]"]
)
def test_headers_of_any_kind_are_not_overwritten(header: bytes, tmp_path: Path) -> None:
    raw(tmp_path / "m", header)
    with pytest.raises(ModelFileError, match="is no textgd model"):
        check_destination(tmp_path / "m")


@pytest.mark.parametrize(
    "entry",
    [
        {"shape": [1 << 40, 1 << 20]},
        {"shape": [0, 1 << 80]},
        {"shape": [1 << 62, 1 << 62]},
        {"shape": [-1, -8]},
        {"shape": [1.5, 2]},
        {"shape": [float("nan")]},
        {"shape": 3},
        {"shape": None},
        {"dtype": "F16"},
        {"dtype": "O"},
        {"dtype": None},
        {"data_offsets": [0, 1 << 62]},
        {"data_offsets": [1 << 62, 0]},
        {"data_offsets": [0]},
        {"data_offsets": ["0", "8"]},
        {"data_offsets": None},
    ],
    ids=str,
)
def test_headers_that_lie_about_arrays_take_no_memory(entry: dict[str, Any], saved: Path) -> None:
    content = saved.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header["weights"] |= entry
    raw(saved, json.dumps(header).encode(), content[8 + length :])
    tracemalloc.start()
    try:
        refuse(saved, "damaged")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


# Files with a right checksum that nobody saved.

Change = Callable[[dict[str, NDArray[Any]], dict[str, Any]], Any]


def craft(path: Path, change: Change) -> None:
    """Change a saved model and seal it again, by the module's own means."""
    arrays, manifest = container.read_container(path)
    arrays = {name: np.array(array) for name, array in arrays.items()}
    change(arrays, manifest)
    container.write_container(path, arrays, manifest)


def setting(name: str, place: Any, value: Any) -> Change:
    return lambda arrays, _: arrays[name].__setitem__(place, value)


def replacing(name: str, make: Callable[[NDArray[Any]], NDArray[Any]]) -> Change:
    return lambda arrays, _: arrays.__setitem__(name, make(arrays[name]))


def describing(*keys: str, value: Any) -> Change:
    def change(_: Any, manifest: dict[str, Any]) -> None:
        for key in keys[:-1]:
            manifest = manifest[key]
        manifest[keys[-1]] = value

    return change


def lacking(key: str) -> Change:
    return lambda arrays, manifest: (arrays if key in arrays else manifest).pop(key)


REWEIGHTED = {"kind": "reweighted", "base": {"kind": "softmax", "temperature": 1.0}, "factors": [1.0, 1.0]}

CRAFTED: dict[str, Change] = {
    "token too large": setting("tokens1", 0, 10_000),
    "token negative": setting("tokens2", 0, -1),
    "column too large": setting("columns1", 1, 10_000),
    "column negative": setting("columns2", 0, -2),
    "starts fall": setting("starts2", 1, 3),
    "starts too large": setting("starts2", -1, 10_000),
    "starts negative": setting("starts1", 0, -1),
    "starts late": setting("starts1", 0, 1),
    "offsets fall": setting("term_offsets", 2, 0),
    "offsets too large": setting("term_offsets", -1, 10_000),
    "offsets empty": replacing("term_offsets", lambda a: a[:0]),
    "starts short": replacing("starts2", lambda a: a[:-1]),
    "columns short": replacing("columns1", lambda a: a[:-1]),
    "no tokens": replacing("tokens1", lambda a: a[:0]),
    "tokens of floats": replacing("tokens1", lambda a: np.full(a.shape, np.nan)),
    "columns of floats": replacing("columns1", lambda a: a.astype(np.float64)),
    "starts of floats": replacing("starts1", lambda a: a.astype(np.float64)),
    "tokens in a table": replacing("tokens1", lambda a: a[:, None]),
    "terms in a table": replacing("terms", lambda a: a[:, None]),
    "terms of floats": replacing("terms", lambda a: a.astype(np.float32)),
    "terms no UTF-8": setting("terms", 0, 0xFF),
    "term in halves": replacing("terms", lambda a: np.frombuffer("é".encode() + a[2:].tobytes(), np.uint8)),
    "weights short": replacing("weights", lambda a: a[:, :-1]),
    "weights of one class": replacing("weights", lambda a: a[:1]),
    "weights in a line": replacing("weights", np.ravel),
    "weights of whole numbers": replacing("weights", lambda a: a.astype(np.int32)),
    "weights NaN": replacing("weights", lambda a: a * np.nan),
    "weights infinite": replacing("weights", lambda a: a * -np.inf),
    "intercept short": replacing("intercept", lambda a: a[:-1]),
    "no weights": lacking("weights"),
    "no terms": lacking("terms"),
    "no starts": lacking("starts2"),
    "no kind": lacking("kind"),
    "no info": lacking("info"),
    "no probes": lacking("probes"),
    "no analysis": lacking("analysis"),
    "other kind": describing("kind", value="code"),
    "no classes": describing("classes", value=[]),
    "classes nested": describing("classes", value=[["ham"], ["spam"]]),
    "classes of objects": describing("classes", value=[{}, None]),
    "too many classes": describing("classes", value=["a", "b", "c"]),
    "infinite columns": describing("n_columns", value=10**400),
    "columns by name": describing("n_columns", value="all"),
    "no levels": describing("n_levels", value=0),
    "negative levels": describing("n_levels", value=-1),
    "a million levels": describing("n_levels", value=10**6),
    "levels by hashing": describing("n_levels", value=None),
    "object type": describing("dtype", value="O"),
    "huge type": describing("dtype", value="V2000000000"),
    "no type": describing("dtype", value="number"),
    "unknown tokenizer": describing("analysis", "tokenizer", "name", value="wrd"),
    "tokenizer of code": describing("analysis", "tokenizer", "function", value="os.system"),
    "unknown field": describing("analysis", "tokenizer", "speed", value=1),
    "bad pattern": describing("analysis", "tokenizer", "name", value="pattern:("),
    "unknown stemmer": describing("analysis", "tokenizer", "stem", value="klingon"),
    "unknown analyzer": describing("analysis", "analyzer", value="sentence"),
    "huge n-grams": describing("analysis", "ngram_range", value=[1, 10**9]),
    "n-grams of text": describing("analysis", "ngram_range", value="12"),
    "tfidf without norm": describing("tfidf", value={}),
    "unknown norm": describing("tfidf", value={"norm": "l9", "sublinear_tf": False, "dtype": "<f8"}),
    "binarize by name": describing("binarize", value="yes"),
    "format by name": describing("format", value="new"),
    "no probe": describing("probes", value=[]),
    "probes by number": describing("probes", value=3),
    "probe without text": describing("probes", value=[{"scores": [0.0] * 4}]),
    "probe of a number": describing("probes", value=[{"text": 5, "scores": [0.0] * 4}]),
    "probe of another shape": describing("probes", value=[{"text": "", "scores": [0.0]}]),
    "probe without scores": describing("probes", value=[{"text": "", "log_proba": [0.0] * 4}]),
    "info by name": describing("info", value=5),
    "contrast of two rows": describing("is_contrast", value=True),
    "no contrast": lacking("is_contrast"),
    "no probabilities": lacking("probabilities"),
    "probabilities forgotten": describing("probabilities", value=None),
    "probabilities by name": describing("probabilities", value="softmax"),
    "unknown probabilities": describing("probabilities", "kind", value="guess"),
    "probabilities of code": describing("probabilities", "kind", value="os.system"),
    "probabilities without kind": describing("probabilities", value={"temperature": 1.0}),
    "no temperature": describing("probabilities", value={"kind": "softmax"}),
    "temperature zero": describing("probabilities", "temperature", value=0.0),
    "temperature negative": describing("probabilities", "temperature", value=-1.0),
    "temperature by name": describing("probabilities", "temperature", value="hot"),
    "temperature changed": describing("probabilities", "temperature", value=2.0),
    "other probabilities": describing("probabilities", value={"kind": "one-vs-rest"}),
    "sigmoid without slopes": describing("probabilities", value={"kind": "sigmoid", "intercepts": [0.0]}),
    "sigmoid too long": describing(
        "probabilities", value={"kind": "sigmoid", "slopes": [1.0, 1.0], "intercepts": [0.0, 0.0]}
    ),
    "sigmoid uneven": describing("probabilities", value={"kind": "sigmoid", "slopes": [1.0], "intercepts": []}),
    "isotonic empty": describing("probabilities", value={"kind": "isotonic", "odds": [[]], "shares": [[]]}),
    "isotonic falls": describing(
        "probabilities", value={"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.6, 0.4]]}
    ),
    "isotonic turns": describing(
        "probabilities", value={"kind": "isotonic", "odds": [[1.0, 0.0]], "shares": [[0.4, 0.6]]}
    ),
    "isotonic certain": describing(
        "probabilities", value={"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.4, 1.0]]}
    ),
    "isotonic uneven": describing("probabilities", value={"kind": "isotonic", "odds": [[0.0, 1.0]], "shares": [[0.4]]}),
    "isotonic of a number": describing("probabilities", value={"kind": "isotonic", "odds": 1.0, "shares": 0.5}),
    "factors negative": describing("probabilities", value=REWEIGHTED | {"factors": [1.0, -1.0]}),
    "factors zero": describing("probabilities", value=REWEIGHTED | {"factors": [0.0, 0.0]}),
    "factors short": describing("probabilities", value=REWEIGHTED | {"factors": [1.0]}),
    "factors without base": describing("probabilities", value={"kind": "reweighted", "factors": [1.0, 1.0]}),
    "factors on factors": describing("probabilities", value=REWEIGHTED | {"base": REWEIGHTED}),
    "class prior short": describing("class_prior", value=[1.0]),
    "class prior too large": describing("class_prior", value=[0.5, 0.6]),
    "novelty of nothing": describing("novelty", value={}),
    "novelty by name": describing("novelty", value="none"),
}


@pytest.mark.parametrize("change", CRAFTED.values(), ids=list(CRAFTED))
def test_crafted_files_are_refused(change: Change, saved: Path) -> None:
    craft(saved, change)
    message = refuse(saved)
    # Numbers that are used as indices are refused before anything is scored with them.
    by_probes = {
        CRAFTED[name]
        for name in (
            "weights NaN",
            "weights infinite",
            "no probe",
            "probe of another shape",
            "probabilities forgotten",
            "temperature changed",
            "other probabilities",
        )
    }
    assert ("does not score" in message) == (change in by_probes)


def test_crafted_columns_of_idf_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m"
    for change in (replacing("idf", lambda a: a[:-1]), replacing("idf", lambda a: a.astype(np.int32))):
        TextClassifier(tfidf=True).fit(TEXTS, LABELS).save(path)
        craft(path, change)
        refuse(path, "idf")


def test_crafted_contrasts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m"
    changes = {
        describing("is_contrast", value=False): "weights do not fit",
        describing("classes", value=["a", "b", "c"]): "tells 3 classes apart by the weights of one",
        describing("classes", value=["a"]): "tells 1 classes apart by the weights of one",
        replacing("weights", lambda a: np.repeat(a, 2, axis=0)): "weights do not fit",
        replacing("intercept", lambda a: np.repeat(a, 2)): "weights do not fit",
        replacing("intercept", lambda a: a.astype(np.float32)): "its intercept are float32",
        replacing("weights", lambda a: a.astype(np.int32)): "its weights are int32",
        replacing("weights", lambda a: -a): "does not score as it did",
    }
    for change, words in changes.items():
        TextClassifier(model="svm").fit(TEXTS, LABELS).save(path)
        craft(path, change)
        refuse(path, words)


# The same of language models.


@pytest.fixture(scope="module")
def tiny_lm() -> TextClassifier:
    texts = ["win a prize", "see you at home", "win cash now", "see a prize", "é home"]
    return TextClassifier(model="lm", calibrate=None).fit(texts, ["spam", "ham", "spam", "ham", "ham"])


@pytest.fixture
def saved_lm(tiny_lm: TextClassifier, tmp_path: Path) -> Path:
    path = tmp_path / "tiny.textgd"
    tiny_lm.save(path)
    return path


START = 12  # After the terms <unk>, </s>, <s>.

CRAFTED_LANGUAGE: dict[str, Change] = {
    "token too large": setting("0.tokens2", 0, 10_000),
    "token negative": setting("1.tokens3", 0, -1),
    "token is the start": setting("1.tokens2", 0, START),
    "tokens fall": replacing("0.tokens2", lambda a: a[::-1]),
    "tokens repeat": replacing("1.tokens2", np.zeros_like),
    "starts fall": setting("0.starts2", 1, 9),
    "starts too large": setting("1.starts3", -1, 10_000),
    "starts negative": setting("0.starts3", 0, -1),
    "starts late": setting("1.starts2", 0, 1),
    "starts short": replacing("0.starts3", lambda a: a[:-1]),
    "starts long": replacing("0.starts3", lambda a: np.append(a, a[-1])),
    "starts empty": replacing("1.starts2", lambda a: a[:0]),
    "tokens short": replacing("0.tokens2", lambda a: a[:-1]),
    "no tokens at all": replacing("1.tokens3", lambda a: a[:0]),
    "tokens of floats": replacing("0.tokens3", lambda a: np.full(a.shape, np.nan)),
    "tokens of 64 bits": replacing("0.tokens3", lambda a: a.astype(np.int64)),
    "starts of floats": replacing("1.starts3", lambda a: a.astype(np.float64)),
    "starts of 64 bits": replacing("1.starts3", lambda a: a.astype(np.int64)),
    "tokens in a table": replacing("1.tokens2", lambda a: a[:, None]),
    "probabilities short": replacing("0.log_prob2", lambda a: a[:-1]),
    "probabilities of fewer terms": replacing("0.log_prob1", lambda a: a[:-1]),
    "probabilities of more terms": replacing("1.log_prob1", lambda a: np.append(a, a[:1])),
    "probabilities in a table": replacing("1.log_prob3", lambda a: a[None]),
    "probabilities of 64 bits": replacing("1.log_prob2", lambda a: a.astype(np.float64)),
    "probabilities of whole numbers": replacing("1.log_prob2", lambda a: a.astype(np.int32)),
    "probabilities NaN": replacing("1.log_prob1", lambda a: a * np.nan),
    "probabilities above one": replacing("0.log_prob2", lambda a: -a),
    "probabilities zero": replacing("0.log_prob1", lambda a: np.full_like(a, -np.inf)),
    "probabilities of one": replacing("0.log_prob1", np.zeros_like),
    "backoffs short": replacing("0.log_backoff2", lambda a: a[:-1]),
    "backoffs long": replacing("1.log_backoff1", lambda a: np.append(a, a[:1])),
    "backoffs of 64 bits": replacing("0.log_backoff1", lambda a: a.astype(np.float64)),
    "backoffs NaN": replacing("0.log_backoff1", lambda a: a * np.nan),
    "backoffs infinite": setting("0.log_backoff2", 0, np.inf),
    "backoffs changed": replacing("1.log_backoff1", lambda a: a - 1),
    "models exchanged": lambda arrays, _: arrays.update(
        {name: arrays[("1" if name[0] == "0" else "0") + name[1:]] for name in list(arrays) if name[1] == "."}
    ),
    "prior short": replacing("log_prior", lambda a: a[:-1]),
    "prior long": replacing("log_prior", lambda a: np.append(a, a[:1])),
    "prior in a table": replacing("log_prior", lambda a: a[None]),
    "prior of half the size": replacing("log_prior", lambda a: a.astype(np.float32)),
    "prior NaN": replacing("log_prior", lambda a: a * np.nan),
    "prior turned": replacing("log_prior", lambda a: a[::-1]),
    "copies of whole numbers": replacing("copies", lambda a: a.astype(np.int64)),
    "copies in a table": replacing("copies", lambda a: a[None]),
    "copies empty": replacing("copies", lambda a: a[:0]),
    "offsets fall": setting("term_offsets", 2, 0),
    "offsets too large": setting("term_offsets", -1, 10_000),
    "offsets empty": replacing("term_offsets", lambda a: a[:0]),
    "a term less": replacing("term_offsets", lambda a: np.delete(a, 1)),
    "terms no UTF-8": setting("terms", 0, 0xFF),
    "terms of floats": replacing("terms", lambda a: a.astype(np.float32)),
    "no terms": lacking("terms"),
    "no offsets": lacking("term_offsets"),
    "no prior": lacking("log_prior"),
    "no copies": lacking("copies"),
    "no probabilities of a class": lacking("1.log_prob2"),
    "no backoffs of a class": lacking("0.log_backoff2"),
    "no tokens of a class": lacking("0.tokens3"),
    "no starts of a class": lacking("1.starts2"),
    "no kind": lacking("kind"),
    "no info": lacking("info"),
    "no probes": lacking("probes"),
    "no analysis": lacking("analysis"),
    "no models": lacking("models"),
    "no background": lacking("background"),
    "no window": lacking("copy_window"),
    "no calibration": lacking("probabilities"),
    "other kind": describing("kind", value="code"),
    "kind of another model": describing("kind", value="linear"),
    "kind of a list": describing("kind", value=["language"]),
    "no classes": describing("classes", value=[]),
    "one class": describing("classes", value=["ham"]),
    "too many classes": describing("classes", value=["a", "b", "c"]),
    "classes nested": describing("classes", value=[["ham"], ["spam"]]),
    "models none": describing("models", value=[]),
    "models by number": describing("models", value=2),
    "a model less": lambda _, manifest: manifest["models"].pop(),
    "a model more": lambda _, manifest: manifest["models"].append(manifest["models"][0]),
    "order more": describing("models", 1, "order", value=4),
    "order zero": describing("models", 0, "order", value=0),
    "order negative": describing("models", 0, "order", value=-1),
    "order huge": describing("models", 0, "order", value=10**9),
    "order infinite": describing("models", 0, "order", value=10**400),
    "order by name": describing("models", 0, "order", value="high"),
    "no order": describing("models", 0, value={"smoothing": {}}),
    "no smoothing": describing("models", 0, value={"order": 3}),
    "smoothing by name": describing("models", 0, "smoothing", value="kneser-ney"),
    "smoothing of nothing": describing("models", 1, "smoothing", value=None),
    "background too large": describing("background", value=1.0),
    "background negative": describing("background", value=-0.1),
    "background by name": describing("background", value="half"),
    "background none": describing("background", value=None),
    "background changed": describing("background", value=0.25),
    "window zero": describing("copy_window", value=0),
    "window negative": describing("copy_window", value=-8),
    "window by name": describing("copy_window", value="wide"),
    "window infinite": describing("copy_window", value=10**400),
    "unknown tokenizer": describing("analysis", "tokenizer", "name", value="wrd"),
    "tokenizer of code": describing("analysis", "tokenizer", "function", value="os.system"),
    "unknown analyzer": describing("analysis", "analyzer", value="sentence"),
    "other analyzer": describing("analysis", "analyzer", value="char"),
    "other case": describing("analysis", "tokenizer", "lowercase", value=False),
    "no probe": describing("probes", value=[]),
    "probe of another shape": describing("probes", value=[{"text": "", "scores": [0.0]}]),
    "probe of a number": describing("probes", value=[{"text": 5, "scores": [0.0] * 4}]),
    "probabilities forgotten": describing("probabilities", value=None),
    "temperature changed": describing("probabilities", "temperature", value=2.0),
    "info by name": describing("info", value=5),
}
# What is sound by itself, and not what was saved.
BY_PROBES = {
    "probabilities zero",
    "probabilities of one",
    "backoffs changed",
    "models exchanged",
    "prior NaN",
    "prior turned",
    "background changed",
    "other analyzer",
    "other case",
    "no probe",
    "probe of another shape",
    "probabilities forgotten",
    "temperature changed",
}


@pytest.mark.parametrize("crafted", CRAFTED_LANGUAGE)
def test_crafted_files_of_language_models_are_refused(crafted: str, saved_lm: Path, tiny_lm: TextClassifier) -> None:
    assert tiny_lm.text_scorer_.scorer.models[0].start == START
    craft(saved_lm, CRAFTED_LANGUAGE[crafted])
    message = refuse(saved_lm)
    assert ("does not score" in message) == (crafted in BY_PROBES)
    assert ("is damaged: its manifest is not as it should be" in message) != (crafted in BY_PROBES)
    with pytest.raises(ModelFileError):
        textgd.load(saved_lm)


def test_headers_that_lie_about_arrays_of_language_models_take_no_memory(saved_lm: Path) -> None:
    content = saved_lm.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    for name in ("0.tokens2", "copies", "terms"):
        lying = {**header, name: {**header[name], "shape": [1 << 40]}}
        raw(saved_lm, json.dumps(lying).encode(), content[8 + length :])
        tracemalloc.start()
        try:
            refuse(saved_lm, "damaged")
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()


def test_crafting_a_language_model_alone_is_not_what_is_refused(saved_lm: Path, tiny_lm: TextClassifier) -> None:
    before = saved_lm.read_bytes()
    craft(saved_lm, lambda arrays, manifest: None)
    assert saved_lm.read_bytes() == before
    # A model without a filter of copies is one, too.
    craft(saved_lm, lambda arrays, manifest: (arrays.pop("copies"), manifest.update(copy_window=None)))
    loaded = load_model(saved_lm).scorer
    assert loaded.scorer.copies is None
    assert_array_equal(loaded.predict(NEW).scores, tiny_lm.text_scorer_.predict(NEW).scores)


def test_a_single_language_model_is_no_classifier(tmp_path: Path) -> None:
    NgramModel.fit([["a", "b"], ["b"]], order=2).save(tmp_path / "m")
    message = refuse(tmp_path / "m", "holds a single language model", "read it by textgd.lm.NgramModel.load")
    assert "damaged" not in message


def test_crafting_alone_is_not_what_is_refused(saved: Path) -> None:
    before = saved.read_bytes()
    craft(saved, lambda arrays, manifest: None)
    assert saved.read_bytes() == before
    load_model(saved)


def test_a_newer_format_is_told_apart_from_damage(saved: Path) -> None:
    craft(saved, describing("format", value=container.FORMAT + 1))
    message = refuse(saved, f"format {container.FORMAT + 1}", textgd.__version__, "pip install -U textgd")
    assert "damaged" not in message


def test_an_older_format_is_told_apart_from_damage(saved: Path) -> None:
    craft(saved, describing("format", value=1))
    message = refuse(saved, "has the format 1", "reads the format 2", "Train the model again.")
    assert "damaged" not in message
    assert "pip" not in message


def test_a_newer_format_may_hold_arrays_of_another_type(saved: Path) -> None:
    def change(arrays: dict[str, NDArray[Any]], manifest: dict[str, Any]) -> None:
        manifest["format"] = container.FORMAT + 1
        arrays["weights"] = arrays["weights"].astype(np.float16)

    craft(saved, change)
    assert "damaged" not in refuse(saved, "pip install -U textgd")


def test_probes_that_score_otherwise_are_refused(saved: Path) -> None:
    craft(saved, lambda _, manifest: manifest["probes"][1]["scores"].reverse())
    refuse(saved, "does not score as it did", "train the model again")


def test_a_tokenizer_that_changed_is_found_by_the_probes(saved: Path) -> None:
    craft(saved, describing("analysis", "tokenizer", "lowercase", value=False))
    refuse(saved, "does not score as it did")


def test_unknown_parameters_ask_for_a_newer_version(saved: Path) -> None:
    craft(saved, lambda _, manifest: manifest["info"]["parameters"].update(speed=1))
    with pytest.raises(ModelFileError, match=r"does not know: speed\. Update textgd"):
        textgd.load(saved)


def test_a_file_with_fewer_parameters_is_loaded(saved: Path) -> None:
    craft(saved, lambda _, manifest: manifest["info"].update(parameters={"model": "nb"}))
    assert textgd.load(saved).predict(["win"]).tolist() == ["spam"]


# Writing.


def listing(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    "write", [w for name, w in FOREIGN.items() if name != "empty"], ids=[n for n in FOREIGN if n != "empty"]
)
def test_another_file_is_never_overwritten(write: Callable[[Path], Any], tiny: TextClassifier, tmp_path: Path) -> None:
    path = tmp_path / "thesis.txt"
    write(path)
    before = listing(tmp_path)
    with pytest.raises(ModelFileError, match=r"thesis\.txt is there and is no textgd model.*choose another name"):
        tiny.save(path)
    assert listing(tmp_path) == before


def test_a_model_is_replaced(saved: Path, tiny: TextClassifier) -> None:
    other = TextClassifier(model="bnb").fit(TEXTS, LABELS)
    other.save(saved)
    assert_array_equal(textgd.load(saved).predict_log_proba(NEW), other.predict_log_proba(NEW))
    assert list(listing(saved.parent)) == [saved.name]


def test_a_model_that_is_in_use_can_be_replaced(saved: Path, tiny: TextClassifier) -> None:
    loaded = textgd.load(saved)
    before = loaded.predict_log_proba(["win cash"])
    TextClassifier(model="bnb").fit(TEXTS, LABELS).save(saved)
    assert_array_equal(loaded.predict_log_proba(["win cash"]), before)
    loaded.save(saved)
    assert_array_equal(textgd.load(saved).predict_log_proba(["win cash"]), before)


class Stopped(Exception):
    """Stands for whatever ends a write halfway."""


def breaking(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let every write stop halfway."""
    fdopen = os.fdopen

    def broken(*arguments: Any) -> Any:
        file = fdopen(*arguments)
        write = file.write

        class Half:
            def __enter__(self) -> Half:
                return self

            def __exit__(self, *_: Any) -> None:
                file.close()

            def write(self, data: bytes) -> NoReturn:
                write(data[: len(data) // 2])
                file.flush()
                raise error

            def flush(self) -> None:
                file.flush()

            def fileno(self) -> int:
                return int(file.fileno())

        return Half()

    monkeypatch.setattr(os, "fdopen", broken)


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), ModelFileError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (MemoryError(), MemoryError),
        (Stopped(), Stopped),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
@pytest.mark.parametrize("is_there", [True, False], ids=["over a model", "new"])
def test_an_interrupted_write_leaves_all_as_it_was(
    error: BaseException,
    raised: type[BaseException],
    is_there: bool,
    tiny: TextClassifier,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "m.textgd"
    if is_there:
        TextClassifier(model="bnb").fit(TEXTS, LABELS).save(path)
    before = listing(tmp_path)
    breaking(monkeypatch, error)
    with pytest.raises(raised) as caught:
        tiny.save(path)
    if raised is ModelFileError:
        assert f"{path} cannot be written: No space left on device." in str(caught.value)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()], ids=type)
def test_a_failure_after_the_write_leaves_all_as_it_was(
    step: str, error: BaseException, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listing(saved.parent)
    other = TextClassifier(model="bnb").fit(TEXTS, LABELS)

    def fail(*_: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises((ModelFileError, KeyboardInterrupt)):
        other.save(saved)
    assert listing(saved.parent) == before


def test_no_permission_to_write_is_told(tiny: TextClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_to_open(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(container.tempfile, "mkstemp", refuse_to_open)
    with pytest.raises(ModelFileError, match=r"m\.textgd cannot be written: Permission denied\."):
        tiny.save(tmp_path / "m.textgd")


def test_no_permission_to_read_is_told(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_to_open(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(np, "memmap", refuse_to_open)
    refuse(saved, "cannot be read: Permission denied.")


def test_a_folder_and_a_missing_folder_are_refused(tiny: TextClassifier, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"is a folder; name a file"):
        tiny.save(tmp_path)
    with pytest.raises(ModelFileError, match=r"There is no folder .*missing.* make it first"):
        tiny.save(tmp_path / "missing" / "m.textgd")
    assert list(tmp_path.iterdir()) == []


def test_a_device_or_pipe_is_refused_and_stays(tiny: TextClassifier, tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(ModelFileError, match="pipe"):
        tiny.save(path)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_link_stays_and_its_target_is_replaced(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    target = saved.rename(folder / "target.textgd")
    link = tmp_path / "link.textgd"
    link.symlink_to(target)
    other = TextClassifier(model="bnb").fit(TEXTS, LABELS)
    other.save(link)
    assert link.is_symlink()
    assert not target.is_symlink()
    assert_array_equal(textgd.load(target).predict_log_proba(NEW), other.predict_log_proba(NEW))
    assert_array_equal(textgd.load(link).predict_log_proba(NEW), other.predict_log_proba(NEW))


def test_a_link_to_another_file_protects_it(tiny: TextClassifier, tmp_path: Path) -> None:
    target = tmp_path / "thesis.txt"
    target.write_text("a life's work")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(ModelFileError, match="is no textgd model"):
        tiny.save(tmp_path / "link")
    assert target.read_text() == "a life's work"


def test_an_empty_file_may_be_filled(tiny: TextClassifier, tmp_path: Path) -> None:
    path = tmp_path / "from-mktemp"
    path.touch(0o600)
    tiny.save(path)
    assert textgd.load(path).classes_.tolist() == ["ham", "spam"]


def test_the_file_is_as_readable_as_any_and_keeps_its_mode(tiny: TextClassifier, tmp_path: Path) -> None:
    path = tmp_path / "m"
    before = os.umask(0o027)
    try:
        tiny.save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        path.chmod(0o600)
        tiny.save(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a_name_as_long_as_the_system_allows(tiny: TextClassifier, tmp_path: Path) -> None:
    path = tmp_path / ("x" * 255)
    tiny.save(path)
    assert not is_refused(path)


def test_checking_a_destination_leaves_no_trace(saved: Path) -> None:
    before = listing(saved.parent)
    assert check_destination(saved.parent / "new.textgd") == saved.parent / "new.textgd"
    assert check_destination(saved) == saved
    assert listing(saved.parent) == before


@pytest.mark.parametrize(
    ("parameters", "what"),
    [
        ({"tokenizer": str.split}, "tokenizer"),
        ({"analyzer": str.split}, "analyzer"),
        ({"strip_accents": str.strip}, "strip_accents"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("model", ["nb", "lm"])
def test_a_function_is_not_saved(model: str, parameters: dict[str, Any], what: str, tmp_path: Path) -> None:
    classifier = TextClassifier(model=model, calibrate=None, **parameters).fit(["a b", "c d"], [0, 1])
    assert classifier.predict(["c"]).tolist() == [1]
    with pytest.raises(ModelFileError, match=rf"{what} is a Python function.*no code.*cannot be saved"):
        classifier.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_a_method_of_smoothing_by_itself_is_not_saved(tmp_path: Path) -> None:
    """What a file holds is JSON; the method's name is, and with it goes alpha."""
    classifier = TextClassifier(model="lm", smoothing=Additive(0.25), calibrate=None).fit(["a b", "c d"], [0, 1])
    with pytest.raises(ModelFileError, match=r"cannot be saved.*no JSON data"):
        classifier.save(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []
    TextClassifier(model="lm", smoothing="additive", alpha=0.25).fit(TEXTS, LABELS).save(tmp_path / "m")
    assert textgd.load(tmp_path / "m").alpha == 0.25


@pytest.mark.parametrize("what", ["tokenizer", "preprocessor"])
def test_a_scorer_with_a_function_is_not_saved(what: str, saved: Path) -> None:
    functions: dict[str, Any] = {"tokenizer": str.split, "preprocessor": str.lower}
    vectorizer = CountVectorizer(**{what: functions[what]})
    model = MultinomialNB().fit(vectorizer.fit_transform(["a b", "c d"]), [0, 1])
    before = listing(saved.parent)
    with pytest.raises(ModelFileError, match=f"{what} is a Python function"):
        save_model(saved, TextScorer(vectorizer.extractor_, model.scorer(), model.classes_), {})
    assert listing(saved.parent) == before


@pytest.mark.parametrize(
    "notes", [{"n": np.int64(3)}, {"accuracy": float("nan")}, {"when": {1, 2}}, {(1, 2): 3}], ids=str
)
def test_notes_that_are_no_json_are_refused(notes: dict[Any, Any], tiny: TextClassifier, tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"cannot be saved.*no JSON data"):
        tiny.save(tmp_path / "m", notes)
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_belong_together_is_not_saved(
    tiny: TextClassifier, tiny_lm: TextClassifier, tmp_path: Path
) -> None:
    one, other = tiny.text_scorer_, tiny_lm.text_scorer_
    with pytest.raises(ModelFileError, match="No file holds a LanguageScorer on a Extractor"):
        save_model(tmp_path / "m", TextScorer(one.extractor, other.scorer, one.classes), {})
    with pytest.raises(ModelFileError, match="No file holds a LinearScorer on a SequenceReader"):
        save_model(tmp_path / "m", TextScorer(other.extractor, one.scorer, one.classes), {})
    assert list(tmp_path.iterdir()) == []


def test_labels_of_other_types_are_refused(tiny: TextClassifier, tmp_path: Path) -> None:
    scorer = tiny.text_scorer_
    dates = np.array(["2020-01-01", "2021-01-01"], "datetime64[D]")
    with pytest.raises(ModelFileError, match=r"label .*date.*str, int, float or bool"):
        save_model(tmp_path / "m", TextScorer(scorer.extractor, scorer.scorer, dates), {})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model", ["nb", "lm", "svm"])
def test_files_of_earlier_versions_know_neither_prior_nor_novelty(model: str, tmp_path: Path) -> None:
    path = tmp_path / "m"
    TextClassifier(model=model).fit(TEXTS, LABELS).save(path)
    loaded = textgd.load(path)
    expected = loaded.predict_proba(NEW)
    assert_array_equal(loaded.predict_proba(NEW, class_prior=[0.5, 0.5]), expected)
    for key in ("class_prior", "novelty"):
        craft(path, lacking(key))
    old = textgd.load(path)
    assert_array_equal(old.predict_proba(NEW), expected)
    assert (old.text_scorer_.class_prior, old.text_scorer_.novelty) == (None, None)
