"""The registry: every entry is what it says, so that nothing else has to know a model by name."""

from __future__ import annotations

import inspect
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import textgd
from textgd import TextClassifier
from textgd.errors import InvalidParameterError, UnknownNameError
from textgd.generative.filling import fill
from textgd.generative.writing import Writing, write
from textgd.models import (
    COUNTS,
    FAMILIES,
    FILL,
    GENERATE,
    LOG_PROB,
    MISSING,
    MODELS,
    OTHER_PRIOR,
    PROBABILITIES,
    TOKENS,
    UNLABELED,
    Model,
    find_model,
)
from textgd.parameters import FEATURES, MODEL, PARAMETERS
from textgd.scoring import LanguageScorer, LinearScorer
from textgd.scoring.novelty import NO_NOVELTY
from textgd.text.analysis import ANALYZERS
from textgd.text.documents import TokenizedDocuments
from textgd.text.sequences import SequenceVectorizer

ROOT = Path(__file__).resolve().parent.parent
NAMES = {p.name: p for p in PARAMETERS}
OF_MODEL = {p.name for p in PARAMETERS if p.part == MODEL}
OF_FEATURES = [p.name for p in PARAMETERS if p.part == FEATURES]
VALUES: dict[str, Any] = {
    "alpha": 0.25,
    "C": 0.125,
    "beta": 0.5,
    "class_weight": {"a": 1.0, "b": 9.0},
    "order": 2,
    "smoothing": "witten-bell",
    "prune": (0, 1),
    "background": 0.125,
}

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
each_of_counts = pytest.mark.parametrize(
    "model",
    [model for model in MODELS.values() if model.reads == COUNTS],
    ids=[model.name for model in MODELS.values() if model.reads == COUNTS],
)
each_of_tokens = pytest.mark.parametrize(
    "model",
    [model for model in MODELS.values() if model.reads == TOKENS],
    ids=[model.name for model in MODELS.values() if model.reads == TOKENS],
)


def material(model: Model, counts: Any) -> Any:
    """Return counts as what the model reads: itself, or documents with so many of each token, one after the other."""
    if model.reads == COUNTS:
        return counts
    return TokenizedDocuments.from_tokens(
        [token for token, n in zip("xyz", row, strict=True) for _ in range(int(n))] for row in counts
    )


def fitted(model: Model, **parameters: Any) -> Any:
    X = material(model, [[2, 0, 1], [0, 1, 0], [1, 0, 3]])
    return model.create(**parameters).fit(X, ["a", "b", "a"])


def learned(estimator: Any) -> Any:
    """Return all numbers that a fitted estimator scores by, and what comes of them."""
    scorer = estimator.scorer()
    if isinstance(scorer, LinearScorer):
        return scorer.weights
    new = TokenizedDocuments.from_tokens([["x", "z"], ["y"], ["z", "z", "x", "y"], ["unknown"], []])
    return scorer.scores(scorer.models[0].read(new))


def related(model: Model, name: str) -> dict[str, Any]:
    """Return what else has to be said so that a parameter has a meaning: one method of smoothing alone adds."""
    return {"smoothing": "additive"} if name == "alpha" and "smoothing" in model.parameters else {}


def test_the_names_that_users_type() -> None:
    families: dict[str, list[str]] = {}
    for model in MODELS.values():
        families.setdefault(model.family, []).append(model.name)
    assert families == {
        "generative": ["nb", "cnb", "bnb", "lm", "charlm"],
        "discriminative": ["lr", "svm"],
        "hybrid": ["nbsvm", "nblr"],
    }
    assert all(name == model.name for name, model in MODELS.items())
    # The two language models are told apart by what they read alone, the others by what learns.
    kinds = {(model.factory, *sorted(model.fixed.items()), model.reads, model.analyzer) for model in MODELS.values()}
    assert len(kinds) == len(MODELS)
    assert len({model.title for model in MODELS.values()}) == len(MODELS)


def test_the_registry_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        MODELS["nb"] = MODELS["cnb"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        MODELS["nb"].name = "cnb"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["nb"].defaults["binary"] = False  # type: ignore[index]
    with pytest.raises(TypeError):
        MODELS["nbsvm"].fixed["loss"] = "log_loss"  # type: ignore[index]
    with pytest.raises(TypeError):
        MODELS["lm"].defaults["order"] = 2  # type: ignore[index]


@each_model
def test_entry_is_well_formed(model: Model) -> None:
    assert model.family in FAMILIES
    assert model.abilities <= {PROBABILITIES, LOG_PROB, OTHER_PRIOR, GENERATE, FILL, MISSING, UNLABELED}
    # What fills gaps knows what may stand there, and can go on writing.
    assert GENERATE in model.abilities or FILL not in model.abilities
    assert model.reads in (COUNTS, TOKENS)
    # Counts may be of anything; the order of tokens is that of one kind of token.
    assert (model.analyzer is None) == (model.reads == COUNTS)
    assert model.analyzer is None or model.analyzer in ANALYZERS
    assert model.reads == COUNTS or not {name for name in model.defaults if name in OF_FEATURES}
    assert set(model.parameters) <= {*OF_MODEL, "n_jobs"}
    assert np.dtype(model.dtype) in (np.float32, np.float64)
    # A model's own value is only asked for where the parameter's default leaves it open.
    assert all(NAMES[name].default is None for name in model.defaults)
    assert {name for name in model.defaults if name in OF_MODEL} <= set(model.parameters)
    # What is fixed is nobody's to choose.
    assert not set(model.fixed) & set(NAMES)


@each_model
def test_entry_makes_an_estimator_that_takes_its_parameters(model: Model) -> None:
    estimator = model.create()
    assert type(estimator).__name__ == model.factory.partition(":")[2]
    assert set(model.parameters) <= set(inspect.signature(type(estimator)).parameters)
    # What is None is the estimator's own.
    assert model.create(**dict.fromkeys(model.parameters)).get_params() == estimator.get_params()
    parameters = estimator.get_params()
    assert {name: parameters[name] for name in model.fixed} == dict(model.fixed)
    own = {name: value for name, value in model.defaults.items() if name in model.parameters}
    assert {name: parameters[name] for name in own} == own


@each_model
def test_parameters_reach_the_estimator(model: Model) -> None:
    for name in OF_MODEL & set(model.parameters):
        with_it = related(model, name)
        given = {**with_it, name: VALUES[name]}
        assert model.create(**given).get_params()[name] == VALUES[name]
        plain, other = learned(fitted(model, **with_it)), learned(fitted(model, **given))
        assert not np.allclose(plain, other, rtol=1e-3), name


@each_of_tokens
def test_parameters_of_the_classifier_reach_the_estimator(model: Model) -> None:
    texts, labels = ["xx z", "y", "x zzz"], ["a", "b", "a"]
    for name in OF_MODEL & set(model.parameters):
        given = {**related(model, name), name: VALUES[name]}
        classifier = TextClassifier(model=model.name, calibrate=None, **given)
        assert classifier.build_model().get_params()[name] == VALUES[name]
        plain = TextClassifier(model=model.name, calibrate=None, **related(model, name)).fit(texts, labels)
        scores = [c.text_scorer_.predict(["z xxx", "y x"]).scores for c in (classifier.fit(texts, labels), plain)]
        assert not np.allclose(*scores, rtol=1e-3), name


@each_model
def test_parameters_of_other_models_are_refused(model: Model) -> None:
    for name in OF_MODEL - set(model.parameters):
        with pytest.raises(InvalidParameterError) as caught:
            model.create(**{name: VALUES[name]})
        message = str(caught.value)
        having = [other.name for other in MODELS.values() if name in other.parameters]
        for piece in (model.name, name, f"--{NAMES[name].option}", repr(VALUES[name]), *having):
            assert piece in message


@each_model
def test_abilities_are_true(model: Model) -> None:
    estimator = fitted(model)
    X = material(model, np.array([[1, 0, 1], [0, 0, 0]]))
    assert (PROBABILITIES in model.abilities) == hasattr(estimator, "predict_proba")
    assert (PROBABILITIES in model.abilities) == (estimator.probabilities() is not None)
    if PROBABILITIES in model.abilities:
        np.testing.assert_allclose(estimator.predict_proba(X).sum(axis=1), 1.0)


@each_model
def test_abilities_of_the_joint_distribution_are_true(model: Model) -> None:
    estimator = fitted(model)
    X = material(model, np.array([[1, 0, 1], [0, 0, 0]]))
    assert (LOG_PROB in model.abilities) == hasattr(estimator, "log_prob")
    if LOG_PROB in model.abilities:
        assert (estimator.log_prob(X) < 0).all()
    assert (OTHER_PRIOR in model.abilities) == hasattr(estimator, "with_class_prior")
    assert LOG_PROB in model.abilities or OTHER_PRIOR not in model.abilities
    if OTHER_PRIOR in model.abilities:
        other = estimator.with_class_prior({"a": 0.0, "b": 1.0})
        assert other.predict(X).tolist() == ["b", "b"]


@each_model
def test_models_that_have_p_of_x_can_tell_what_is_novel(model: Model) -> None:
    estimator = fitted(model)
    assert (LOG_PROB in model.abilities) == hasattr(estimator, "unseen_log_prob")
    if LOG_PROB in model.abilities:
        unseen = estimator.unseen_log_prob()
        assert unseen.shape == (2,)
        assert (unseen < 0).all()


def test_the_message_names_the_models_that_can_tell_what_is_novel() -> None:
    *others, last = [name for name, model in MODELS.items() if LOG_PROB in model.abilities]
    assert f"The models {', '.join(others)} and {last} have both" in NO_NOVELTY


@each_model
def test_estimators_hand_over_a_scorer_that_predicts_as_they_do(model: Model) -> None:
    estimator = fitted(model)
    scorer = estimator.scorer()
    X = material(model, np.array([[1, 0, 1], [0, 2, 0]]))
    assert isinstance(scorer, LinearScorer if model.reads == COUNTS else LanguageScorer)
    scores = scorer.scores(X if model.reads == COUNTS else scorer.models[0].read(X))
    assert scores.shape == (2, 2)
    assert np.abs(scores[:, 1] - scores[:, 0]).min() > 1e-9
    np.testing.assert_array_equal(estimator.classes_[scores.argmax(axis=1)], estimator.predict(X))
    if hasattr(estimator, "decision_function"):
        np.testing.assert_allclose(scores[:, 1], estimator.decision_function(X), rtol=1e-12)
    probabilities = estimator.probabilities()
    if probabilities is not None:
        log_proba = probabilities.log_proba(scores)
        np.testing.assert_allclose(log_proba, estimator.predict_log_proba(X), rtol=0, atol=1e-12)


@each_of_counts
def test_estimators_score_what_they_have_not_learned_from(model: Model) -> None:
    rng = np.random.default_rng(0)
    y = np.array(["b", "a", "c"])[np.arange(30) % 3]
    X = rng.poisson(rng.gamma(1.0, 1.0, (3, 8))[np.arange(30) % 3]).astype(float)
    weights = rng.uniform(0.5, 2.0, 30)
    weights[[3, 11]] = 0.0
    estimator = model.create()
    held_out = estimator.fit_out_of_fold(X, y, weights)
    expected = model.create().fit(X, y, weights)
    np.testing.assert_array_equal(estimator.scorer().weights, expected.scorer().weights)
    assert held_out.scores.shape == (30, 3)
    assert len(held_out.folds) == 5
    assert sorted(np.concatenate(held_out.folds).tolist()) == [row for row in range(30) if weights[row]]
    np.testing.assert_array_equal(held_out.scores[[3, 11]], 0.0)
    seen = estimator.scorer().scores(X)
    for held in held_out.folds:
        others = np.setdiff1d(np.arange(30), held)
        apart = model.create().fit(X[others], y[others], weights[others])
        if model.family == "generative":  # the class probabilities stay those of all rows
            apart.class_log_prior_ = estimator.class_log_prior_
        scores = apart.scorer().scores(X[held])
        if model.name in ("nb", "cnb", "bnb", "lr", "svm"):  # the others weigh evidence by all that is held out
            np.testing.assert_allclose(held_out.scores[held], scores, rtol=1e-6, atol=1e-6)
        assert not np.allclose(held_out.scores[held], seen[held], rtol=1e-3)
    assert model.create().fit_out_of_fold(X[:4], y[:4]) is None


@each_of_tokens
def test_estimators_of_tokens_score_what_they_have_not_learned_from(model: Model) -> None:
    rng = np.random.default_rng(0)
    y = np.array(["b", "a", "c"])[np.arange(30) % 3]
    shares = rng.dirichlet(np.ones(8), 3)
    X = TokenizedDocuments.from_tokens(
        [f"w{w}" for w in rng.choice(8, rng.integers(1, 12), p=shares[row % 3])] for row in range(30)
    )
    # As whole numbers: a language model counts whole documents.
    weights = rng.integers(1, 4, 30)
    weights[[3, 11]] = 0
    estimator = model.create()
    held_out = estimator.fit_out_of_fold(X, y, weights)
    expected = model.create().fit(X, y, weights)
    seen = estimator.scorer().scores(X)
    np.testing.assert_array_equal(seen, expected.scorer().scores(X))
    assert held_out.scores.shape == (30, 3)
    assert len(held_out.folds) == 5
    assert sorted(np.concatenate(held_out.folds).tolist()) == [row for row in range(30) if weights[row]]
    np.testing.assert_array_equal(held_out.scores[[3, 11]], 0.0)
    for held in held_out.folds:
        others = np.setdiff1d(np.arange(30), held)
        apart = model.create().fit(X.select(others), y[others], weights[others])
        apart.class_log_prior_ = estimator.class_log_prior_  # the class probabilities stay those of all documents
        np.testing.assert_allclose(held_out.scores[held], apart.scorer().scores(X.select(held)), rtol=1e-12)
        assert not np.allclose(held_out.scores[held], seen[held], rtol=1e-3)
    assert model.create().fit_out_of_fold(X[:4], y[:4]) is None


@each_of_counts
def test_defaults_are_used_and_can_be_overruled(model: Model) -> None:
    vectorizer = TextClassifier(model=model.name).build_vectorizer().get_params()
    for name, value in model.defaults.items():
        if name in vectorizer:
            assert vectorizer[name] == value
    assert vectorizer["dtype"] == np.dtype(model.dtype)
    kind = "TfidfVectorizer" if model.defaults.get("tfidf") else "CountVectorizer"
    assert type(TextClassifier(model=model.name).build_vectorizer()).__name__ == kind
    counts = TextClassifier(model=model.name, tfidf=False).build_vectorizer()
    assert type(counts).__name__ == "CountVectorizer"
    other = TextClassifier(model=model.name, ngram_range=(2, 3), binary=False, tfidf=True).build_vectorizer()
    assert (other.ngram_range, other.binary, type(other).__name__) == ((2, 3), False, "TfidfVectorizer")


@each_of_tokens
def test_models_of_tokens_read_them_in_their_order(model: Model) -> None:
    vectorizer = TextClassifier(model=model.name).build_vectorizer()
    assert isinstance(vectorizer, SequenceVectorizer)
    assert vectorizer.analysis.analyzer == model.analyzer
    X = vectorizer.fit_transform(["no on", "", "on"])
    assert isinstance(X, TokenizedDocuments)
    read = [[X.vocabulary[number] for number in X[row : row + 1].ids] for row in range(3)]
    assert read == ([["no", "on"], [], ["on"]] if model.analyzer == "word" else [list("no on"), [], list("on")])
    # The one analyzer may be asked for, and no other.
    own = TextClassifier(model=model.name, analyzer=model.analyzer).build_vectorizer()
    assert own.analysis == vectorizer.analysis
    for analyzer in {*ANALYZERS} - {model.analyzer, "word"}:  # the default, which asks for none
        with pytest.raises(
            InvalidParameterError, match=f"analyzer is '{analyzer}'; a language model reads doc.* words"
        ):
            TextClassifier(model=model.name, analyzer=analyzer).build_vectorizer()


ASKED_FOR = [
    ("ngram_range", (1, 1)),
    ("ngram_range", (1, 2)),
    ("binary", True),
    ("tfidf", True),
    ("min_df", 2),
    ("min_df", 0.5),
    ("max_df", 0.9),
    ("max_df", 2),
    ("max_features", 100),
    ("hashing", 256),
]


def test_every_parameter_of_the_features_is_asked_for_below() -> None:
    assert list(dict.fromkeys(name for name, _ in ASKED_FOR)) == OF_FEATURES


@pytest.mark.parametrize(("name", "value"), ASKED_FOR, ids=str)
@each_model
def test_parameters_of_the_features_are_for_models_of_counts(model: Model, name: str, value: Any) -> None:
    classifier = TextClassifier(model=model.name, **{name: value})
    if model.reads == COUNTS:
        model.check_reading(classifier.get_params())
        classifier.build_vectorizer()
        return
    for check in (
        partial(model.check_reading, classifier.get_params()),
        partial(model.check_reading, {name: value}),
        classifier.build_vectorizer,
        partial(classifier.fit, ["a b", "c d"], [0, 1]),
    ):
        with pytest.raises(InvalidParameterError) as caught:
            check()
        option = NAMES[name].option.partition("/")[0]
        having = ", ".join(other.name for other in MODELS.values() if other.reads == COUNTS)
        assert f"The model {model.name} has no {name} (--{option}); it is {value!r} here" in str(caught.value)
        assert str(caught.value).endswith(f"choose a model that has it: {having}.")


@each_model
def test_what_is_not_asked_for_is_no_matter(model: Model) -> None:
    model.check_reading({})
    model.check_reading({name: NAMES[name].default for name in OF_FEATURES})
    # Flags that say no are no wish, neither from the library nor from the command line (--counts, --no-tfidf).
    classifier = TextClassifier(model=model.name, binary=False, tfidf=False, calibrate=None)
    texts, labels = ["win win cash", "see you"], ["spam", "ham"]
    assert classifier.fit(texts, labels).predict(texts).tolist() == labels
    if model.reads == TOKENS:
        plain = TextClassifier(model=model.name, calibrate=None).fit(texts, labels)
        np.testing.assert_array_equal(classifier.predict_log_proba(texts), plain.predict_log_proba(texts))


# Writing and filling, on raw documents.


WRITTEN = ["so good a film", "a good good film", "good fun", "so bad a film", "a bad bad day", "bad luck"]
WRITTEN += ["see you", "you see a day", "a day at home"]
OF_WRITTEN = ["pos"] * 3 + ["neg"] * 3 + ["day"] * 3


@pytest.fixture(scope="module", params=[(name, n) for name in MODELS for n in (2, 3)], ids=lambda p: f"{p[0]}-{p[1]}")
def reader(request: pytest.FixtureRequest) -> Any:
    """Return a model and a classifier of two or three classes, with single words where it counts features."""
    name, n_classes = request.param
    words: dict[str, Any] = {"ngram_range": (1, 1)} if MODELS[name].reads == COUNTS else {}
    n = 3 * n_classes
    return MODELS[name], TextClassifier(model=name, **words).fit(WRITTEN[:n], OF_WRITTEN[:n])


def test_who_writes_and_who_fills_gaps() -> None:
    assert [model.name for model in MODELS.values() if GENERATE in model.abilities] == ["nb", "lm", "charlm"]
    assert [model.name for model in MODELS.values() if FILL in model.abilities] == ["lm"]


def test_what_can_write_does(reader: tuple[Model, TextClassifier], tmp_path: Path) -> None:
    model, classifier = reader
    classifier.save(tmp_path / "m")
    for scorer in (classifier.text_scorer_, textgd.load(tmp_path / "m").text_scorer_):
        if GENERATE not in model.abilities:
            with pytest.raises(InvalidParameterError, match="This model cannot write: it tells classes apart"):
                write(scorer, "pos", 3, random_state=0)
            continue
        how = Writing(min_tokens=2)  # else a text may be empty
        texts = {label: write(scorer, label, 20, how, random_state=0) for label in ("pos", "neg")}
        words = {label: {word for text in texts[label] for word in text.split()} for label in texts}
        known = {word for text in WRITTEN for word in text.split()}
        assert all(text for label in texts for text in texts[label])
        if model.analyzer != "char":  # characters make words of their own
            assert words["pos"] | words["neg"] <= known
        # Each class in its own words, more than in the other's.
        spoken = {label: " ".join(texts[label]) for label in texts}
        assert spoken["pos"].count("good") > spoken["pos"].count("bad")
        assert spoken["neg"].count("bad") > spoken["neg"].count("good")
        assert write(scorer, "pos", 20, how, random_state=0) == texts["pos"]
        assert texts["pos"] != texts["neg"]


def test_what_can_fill_gaps_does(reader: tuple[Model, TextClassifier], tmp_path: Path) -> None:
    model, classifier = reader
    classifier.save(tmp_path / "m")
    for scorer in (classifier.text_scorer_, textgd.load(tmp_path / "m").text_scorer_):
        if FILL not in model.abilities:
            with pytest.raises(InvalidParameterError, match="This model fills no gaps"):
                fill(scorer, "so ___ a film")
            continue
        filled = fill(scorer, "so ___ a film", n=2)
        assert {filling.words for filling in filled.fillings} == {("good",), ("bad",)}
        by_word = {filling.words[0]: filling for filling in filled.fillings}
        assert by_word["good"].text == "so good a film"
        column = classifier.classes_.tolist().index("pos")
        assert by_word["good"].posterior[column] > by_word["bad"].posterior[column]
        assert by_word["good"].posterior.argmax() == column


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("nbb", ["no model 'nbb'", "Did you mean", "nb", "Allowed: "]),
        ("NB", ["no model 'NB'", "Allowed: "]),
        ("", ["no model ''"]),
        (None, ["no model None"]),
        (["nb"], ["no model ['nb']"]),
    ],
)
def test_an_unknown_model_is_answered_with_the_nearest(name: Any, pieces: list[str]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_model(name)
    for piece in [*pieces, *MODELS]:
        assert piece in str(caught.value)


def test_the_registry_is_read_without_what_learns() -> None:
    script = "import sys, textgd.models; print(*{'numpy', 'scipy', 'sklearn', 'numba', 'nltk'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
