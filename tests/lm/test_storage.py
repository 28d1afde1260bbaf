"""Language models in files: what comes back is what was saved, and what is damaged is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import textgd
from textgd.container import read_container, write_container
from textgd.errors import ModelFileError
from textgd.lm import KneserNey, NgramModel
from textgd.lm.smoothing import SMOOTHINGS
from textgd.lm.storage import KIND, pack_levels, unpack_levels

DOCUMENTS = [["a", "b", "a", "c"], ["b", "b"], [], ["c", "a", "b", "<s>"], ["a", "b", "a"], ["é", "\ud800", ""]]
FIELDS = ("starts", "tokens", "log_prob", "log_backoff")


def fitted(order: int = 3, **parameters: Any) -> NgramModel:
    return NgramModel.fit(DOCUMENTS, order=order, **parameters)


def assert_same(found: NgramModel, model: NgramModel) -> None:
    assert list(found.vocabulary) == list(model.vocabulary)
    assert found.smoothing == model.smoothing
    assert found.order == model.order
    for left, right in zip(found.levels, model.levels, strict=True):
        for name in FIELDS:
            a, b = getattr(left, name), getattr(right, name)
            assert a.dtype == b.dtype
            assert_array_equal(a.view(np.uint8), b.view(np.uint8))


# There and back


@pytest.mark.parametrize("prune", [None, (0, 1)], ids=["whole", "pruned"])
@pytest.mark.parametrize("order", [1, 2, 3, 6])
@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_model_comes_back_bit_for_bit(smoothing: str, order: int, prune: Any, tmp_path: Path) -> None:
    model = fitted(order, smoothing=smoothing, prune=prune and prune[:order])
    model.save(tmp_path / "model")
    loaded = NgramModel.load(tmp_path / "model")
    assert_same(loaded, model)
    new = [*DOCUMENTS, ["new", "a"]]
    assert_array_equal(loaded.log_probs(new), model.log_probs(new))
    assert_array_equal(loaded.token_log_probs(["a", "new"]), model.token_log_probs(["a", "new"]))


def test_the_same_model_makes_the_same_bytes(tmp_path: Path) -> None:
    fitted().save(tmp_path / "one")
    fitted().save(tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    loaded = NgramModel.load(tmp_path / "one")
    loaded.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "one").read_bytes()


def test_a_model_takes_its_own_place(tmp_path: Path) -> None:
    fitted(2).save(tmp_path / "model")
    fitted(3).save(tmp_path / "model")
    assert NgramModel.load(tmp_path / "model").order == 3
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("precious")
    with pytest.raises(ModelFileError, match="not overwritten"):
        fitted().save(tmp_path / "text")
    assert (tmp_path / "text").read_text() == "precious"


def test_parameters_of_numpy_come_back_as_numbers(tmp_path: Path) -> None:
    model = fitted(3, smoothing=KneserNey((np.float64(0.25), 0.5, 1.0)), prune=np.array([0, 1]))
    model.save(tmp_path / "model")
    record = NgramModel.load(tmp_path / "model").smoothing
    assert record["fallback"] == [0.25, 0.5, 1.0]
    assert record["prune"] == [0, 1, 1]


@pytest.mark.parametrize("prefix", ["", "0.", "spam."])
def test_packed_and_unpacked(prefix: str) -> None:
    model = fitted()
    arrays = pack_levels(model, prefix)
    assert all(name.startswith(prefix) for name in arrays)
    names = ["log_prob1", "log_backoff1", "starts2", "tokens2", "log_prob2", "log_backoff2"]
    assert sorted(arrays) == sorted(prefix + name for name in [*names, "starts3", "tokens3", "log_prob3"])
    assert_same(unpack_levels(arrays, 3, model.vocabulary, model.smoothing, prefix), model)


def test_models_side_by_side() -> None:
    one, other = fitted(3), NgramModel.fit(DOCUMENTS, order=2, smoothing="witten-bell")
    arrays = {**pack_levels(one, "0."), **pack_levels(other, "1.")}
    assert_same(unpack_levels(arrays, 3, one.vocabulary, one.smoothing, "0."), one)
    assert_same(unpack_levels(arrays, 2, other.vocabulary, other.smoothing, "1."), other)


# What is damaged


def changed(array: Any, place: Any, value: Any) -> Any:
    array = array.copy()
    array[place] = value
    return array


Damage = tuple[str, Callable[[Any], Any]]

START = 9  # after seven terms, <unk> and </s>
DAMAGES: dict[str, Damage] = {
    "starts that descend": ("starts2", lambda a: changed(a, 3, a[-1])),
    "starts that do not begin at 0": ("starts2", lambda a: changed(a, 0, 1)),
    "negative starts": ("starts3", lambda a: changed(a, 1, -1)),
    "starts beyond the n-grams": ("starts3", lambda a: changed(a, -1, a[-1] + 1)),
    "starts that end before the n-grams": ("starts2", lambda a: changed(a, slice(-2, None), a[-2])),
    "starts of too few contexts": ("starts2", lambda a: np.delete(a, 1)),
    "starts of too many contexts": ("starts3", lambda a: np.append(a, a[-1])),
    "no starts": ("starts3", lambda a: a[:0]),
    "starts of 64 bits": ("starts2", lambda a: a.astype(np.int64)),
    "starts that are no numbers of things": ("starts2", lambda a: a.astype(np.float32)),
    "tokens outside the vocabulary": ("tokens2", lambda a: changed(a, 0, START + 1)),
    "far tokens": ("tokens3", lambda a: changed(a, -1, 2**31 - 1)),
    "the start as a last token": ("tokens2", lambda a: changed(a, 0, START)),
    "negative tokens": ("tokens3", lambda a: changed(a, 0, -1)),
    "too few tokens": ("tokens3", lambda a: a[:-1]),
    "too many tokens": ("tokens2", lambda a: np.append(a, a[-1])),
    "tokens of 64 bits": ("tokens2", lambda a: a.astype(np.int64)),
    "tokens in rows": ("tokens3", lambda a: a[None]),
    "probabilities of 64 bits": ("log_prob1", lambda a: a.astype(np.float64)),
    "probabilities that are no floats": ("log_prob3", lambda a: a.astype(np.int32)),
    "too few probabilities": ("log_prob2", lambda a: a[:-1]),
    "too few tokens of all": ("log_prob1", lambda a: a[:-1]),
    "too many tokens of all": ("log_prob1", lambda a: np.append(a, a[:1])),
    "one probability": ("log_prob3", lambda a: a[0]),
    "backoffs of 64 bits": ("log_backoff2", lambda a: a.astype(np.float64)),
    "too few backoffs": ("log_backoff1", lambda a: a[:-1]),
    "too many backoffs": ("log_backoff2", lambda a: np.append(a, a[:1])),
}
MISSING = ["log_prob1", "log_backoff1", "starts2", "tokens2", "log_prob2", "log_backoff2", "starts3", "tokens3"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_arrays_are_refused(damage: str, tmp_path: Path) -> None:
    model = fitted()
    assert model.start == START
    name, change = DAMAGES[damage]
    arrays = pack_levels(model)
    arrays[name] = change(arrays[name])
    with pytest.raises(ValueError, match=r"^(the|its|a) .*[123]"):
        unpack_levels(arrays, 3, model.vocabulary, model.smoothing)
    check_refused(model, arrays, tmp_path / "model")


@pytest.mark.parametrize("name", [*MISSING, "log_prob3"])
def test_missing_arrays_are_refused(name: str, tmp_path: Path) -> None:
    model = fitted()
    arrays = pack_levels(model)
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        unpack_levels(arrays, 3, model.vocabulary, model.smoothing)
    check_refused(model, arrays, tmp_path / "model")


def check_refused(model: NgramModel, arrays: Any, path: Path) -> None:
    """A file whose seal is whole, so that all depends on what is read from it."""
    manifest = {"kind": KIND, "order": 3, "smoothing": model.smoothing}
    write_container(path, {**model.vocabulary.pack(), **arrays}, manifest)
    with pytest.raises(ModelFileError, match=re.escape(f"{path} is damaged: its manifest is not as it should be")):
        NgramModel.load(path)


def test_what_is_not_damaged_is_read(tmp_path: Path) -> None:
    # The same way as the damaged ones went.
    model = fitted()
    manifest = {"kind": KIND, "order": 3, "smoothing": model.smoothing}
    write_container(tmp_path / "model", {**model.vocabulary.pack(), **pack_levels(model)}, manifest)
    assert_same(NgramModel.load(tmp_path / "model"), model)


@pytest.mark.parametrize(
    "change",
    [
        {"order": 0},
        {"order": -3},
        {"order": 4},
        {"order": 10**9},
        {"order": "three"},
        {"order": None},
        {"order": [3]},
        {"smoothing": 5},
        {"smoothing": None},
        {"smoothing": "kneser-ney"},
    ],
    ids=str,
)
def test_damaged_manifests_are_refused(change: dict[str, Any], tmp_path: Path) -> None:
    model = fitted()
    manifest = {"kind": KIND, "order": 3, "smoothing": model.smoothing, **change}
    write_container(tmp_path / "model", {**model.vocabulary.pack(), **pack_levels(model)}, manifest)
    with pytest.raises(ModelFileError, match="is damaged"):
        NgramModel.load(tmp_path / "model")


@pytest.mark.parametrize("lacking", ["order", "smoothing"])
def test_manifests_that_lack_something_are_refused(lacking: str, tmp_path: Path) -> None:
    model = fitted()
    manifest = {"kind": KIND, "order": 3, "smoothing": model.smoothing}
    del manifest[lacking]
    write_container(tmp_path / "model", {**model.vocabulary.pack(), **pack_levels(model)}, manifest)
    with pytest.raises(ModelFileError, match=f"is damaged.*KeyError: '{lacking}'"):
        NgramModel.load(tmp_path / "model")


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("terms", np.frombuffer(b"ab\xff", np.uint8)),
        ("terms", np.zeros(3, np.int32)),
        ("term_offsets", np.array([0, 2, 1, 3])),
        ("term_offsets", np.array([0, 1, 2, 4])),
        ("term_offsets", np.array([0, 1, 2])),
        ("term_offsets", np.zeros(0, np.int64)),
    ],
)
def test_damaged_vocabularies_are_refused(name: str, array: Any, tmp_path: Path) -> None:
    model = NgramModel.fit([["a", "b", "c"]], order=2)
    arrays = {**model.vocabulary.pack(), **pack_levels(model), name: array}
    write_container(tmp_path / "model", arrays, {"kind": KIND, "order": 2, "smoothing": model.smoothing})
    with pytest.raises(ModelFileError, match="is damaged"):
        NgramModel.load(tmp_path / "model")


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    fitted().save(tmp_path / "model")
    data = bytearray((tmp_path / "model").read_bytes())
    data[-3] ^= 1
    (tmp_path / "model").write_bytes(data)
    with pytest.raises(ModelFileError, match="checksum does not match"):
        NgramModel.load(tmp_path / "model")


@pytest.mark.parametrize("kept", [0, 7, 100, -1])
def test_a_file_that_is_cut_off(kept: int, tmp_path: Path) -> None:
    fitted().save(tmp_path / "model")
    (tmp_path / "model").write_bytes((tmp_path / "model").read_bytes()[:kept])
    with pytest.raises(ModelFileError):
        NgramModel.load(tmp_path / "model")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="No such file"):
        NgramModel.load(tmp_path / "model")


# Files of another kind


@pytest.mark.parametrize("model", ["nb", "lm"])
def test_a_classifiers_file_is_no_language_model(model: str, tmp_path: Path) -> None:
    path = tmp_path / "classifier"
    texts, labels = ["win a prize", "win cash now", "see you", "at home now"], ["spam", "spam", "ham", "ham"]
    textgd.TextClassifier(model=model, calibrate=None).fit(texts, labels).save(path)
    with pytest.raises(ModelFileError, match=r"is no single language model .* read it by textgd\.load"):
        NgramModel.load(path)


def test_a_language_models_file_is_no_classifier(tmp_path: Path) -> None:
    path = tmp_path / "model"
    fitted().save(path)
    assert read_container(path)[1]["kind"] == KIND
    with pytest.raises(ModelFileError, match=re.escape(str(path))) as caught:
        textgd.load(path)
    assert "NgramModel.load" in str(caught.value)
    assert "damaged" not in str(caught.value)
