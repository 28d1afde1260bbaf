"""Learning curves as JSON, as a table, and back; and JSON that holds none."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.made_up import make_curves
from textgd.cli.curve_files import _csv
from textgd.errors import DataError, MissingExtraError
from textgd.evaluation.crossover import Crossover
from textgd.evaluation.curve_json import from_json, to_json, to_records
from textgd.evaluation.curves import CurveModel, Failure, LearningCurves

SIZES = (20, 43, 93)
CURVES = make_curves(("nb", "svm", "lm"), SIZES, 3, gaps={"svm": (0,)})
TEXT = to_json(CURVES)


def assert_same(left: Any, right: Any) -> None:
    """Compare values, arrays and records, NaN being NaN."""
    if isinstance(left, np.ndarray):
        assert left.dtype == right.dtype
        np.testing.assert_array_equal(left, right)
    elif isinstance(left, dict):
        assert list(left) == list(right)
        for key in left:
            assert_same(left[key], right[key])
    elif isinstance(left, tuple | list):
        assert type(left) is type(right)
        assert len(left) == len(right)
        for one, other in zip(left, right, strict=True):
            assert_same(one, other)
    elif hasattr(left, "__dataclass_fields__"):
        assert type(left) is type(right)
        assert_same(
            {name: getattr(left, name) for name in left.__dataclass_fields__},
            {name: getattr(right, name) for name in right.__dataclass_fields__},
        )
    elif isinstance(left, float) and math.isnan(left):
        assert isinstance(right, float)
        assert math.isnan(right)
    else:
        assert left == right
        assert type(left) is type(right)


VARIETY = {
    "gaps": CURVES,
    "one repeat": make_curves(("nb", "svm"), SIZES, 1),
    "one model": make_curves(("nb",), SIZES, 2),
    "one size": make_curves(("nb", "lr"), (20,), 2),
    "log loss": make_curves(("nb", "lr"), SIZES, 2, metric="log_loss"),
    "official": make_curves(("nb", "lr"), SIZES, 2, is_official=True),
    "strangers": make_curves(("my « model »", 'a "b" \\ ,\n\t', "\ud800"), SIZES, 2, corpus="späm 😀"),
}


@pytest.mark.parametrize("curves", VARIETY.values(), ids=VARIETY)
def test_there_and_back(curves: LearningCurves) -> None:
    text = curves.to_json(times=True)
    assert "\n" not in text
    back = LearningCurves.from_json(text)
    assert_same(back, curves)
    assert back.to_json(times=True) == text
    assert from_json(text.encode()).to_json() == curves.to_json()
    assert text.isascii()
    # What any other reader of JSON takes, NaN not being any.
    json.loads(text, parse_constant=pytest.fail)


def test_without_times_they_are_not_there() -> None:
    data = json.loads(TEXT)
    assert not {"fit_times", "score_times"} & set(data)
    back = from_json(TEXT)
    assert_same(replace(back, fit_times=CURVES.fit_times, score_times=CURVES.score_times), CURVES)
    for times in (back.fit_times, back.score_times):
        assert list(times) == list(CURVES.test_scores)
        assert all(array.shape == (3, 3) and np.isnan(array).all() for array in times.values())


def test_what_others_read() -> None:
    data = json.loads(TEXT)
    assert (data["kind"], data["format"], data["verdict"]) == ("textgd learning curves", 1, CURVES.verdict)
    assert data["train_sizes"] == list(SIZES)
    assert data["test_scores"]["nb"] == CURVES.test_scores["nb"].tolist()
    assert data["test_scores"]["svm"][0] == [None] * 3
    assert set(data["crossovers"][0]) == {"first", "second", "size", "low", "high", "probability", "kind"}
    assert data["failures"] == [asdict(failure) for failure in CURVES.failures]
    assert [model["name"] for model in data["models"]] == ["nb", "svm", "lm"]


@given(
    gaps=st.lists(st.booleans(), min_size=12, max_size=12),
    unknown=st.lists(st.booleans(), min_size=18, max_size=18),
    values=st.lists(st.floats(0, 1), min_size=12, max_size=12),
)
def test_any_pattern_of_gaps_comes_back(gaps: list[bool], unknown: list[bool], values: list[float]) -> None:
    made = make_curves(("nb", "svm"), SIZES, 2)
    scores = np.where(gaps, np.nan, values).reshape(2, 3, 2)
    errors = np.where(unknown, np.nan, np.arange(18) / 18).reshape(2, 3, 3)

    def by_name(arrays: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return {"nb": arrays[0], "svm": arrays[1]}

    curves = replace(
        made,
        test_scores=by_name(scores),
        errors=by_name(errors),
        fit_times=by_name(scores),
        score_times=by_name(scores),
        comparisons=tuple(
            replace(comparison, p_value=math.nan if hidden else 0.5)
            for comparison, hidden in zip(made.comparisons, unknown, strict=False)
        ),
    )
    assert_same(LearningCurves.from_json(curves.to_json(times=True)), curves)
    table = [record["test_score"] for record in curves.to_records()]
    assert table == [None if gap else value for gap, value in zip(gaps, values, strict=True)]


@given(text=st.text(max_size=40), reason=st.text(max_size=40))
def test_any_text_comes_back(text: str, reason: str) -> None:
    made = make_curves(("nb", "svm"), SIZES, 2)
    curves = replace(
        made,
        corpus=text,
        verdict=reason,
        failures=(Failure("nb", 20, 1, reason),),
        settings={"notes": [text], "seed": 2**32 - 1},
        models=(CurveModel("nb", None, text, {text: [1, 2.5, None, reason]}), *made.models[1:]),
    )
    assert_same(from_json(to_json(curves, times=True)), curves)


# What is refused

Data = dict[str, Any]


def cut(data: Data) -> str:
    return json.dumps(data)[:-9]


def without(*keys: str) -> Callable[[Data], Data]:
    return lambda data: {key: value for key, value in data.items() if key not in keys}


def changed(**values: Any) -> Callable[[Data], Data]:
    return lambda data: {**data, **values}


@pytest.mark.parametrize(("written", "name"), [("f1", "f1_macro"), ("auc", "roc_auc"), ("log_loss", "log_loss")])
def test_a_metric_by_the_name_that_it_had_before(written: str, name: str) -> None:
    assert from_json(json.dumps(changed(metric=written)(json.loads(TEXT)))).metric == name


SCORES = json.loads(TEXT)["test_scores"]
BAD: dict[str, tuple[Callable[[Data], Any], str]] = {
    "nothing": (lambda data: "", "is no JSON"),
    "text": (lambda data: "label,text\nspam,win", "is no JSON"),
    "cut": (cut, "is no JSON"),
    "deep": (lambda data: "[" * 100_000, "is no JSON"),
    "bytes": (lambda data: b"\xff\xfe\x00", "is no JSON"),
    "a number": (lambda data: 1, "holds no learning curves"),
    "a list": (lambda data: [data], "holds no learning curves"),
    "null": (lambda data: None, "holds no learning curves"),
    "another kind": (changed(kind="textgd model"), "holds no learning curves"),
    "no kind": (without("kind"), "holds no learning curves"),
    "newer": (changed(format=2), "is in format 2 of learning curves; this version of textgd reads format 1"),
    "no format": (without("format"), "is in format None"),
    "no scores": (without("test_scores"), "is damaged: .*test_scores"),
    "no verdict": (without("verdict"), "is damaged: .*verdict"),
    "no models": (changed(models=[], test_scores={}), "is damaged"),
    "no sizes": (changed(train_sizes=[]), "is damaged"),
    "sizes that fall": (changed(train_sizes=[93, 43, 20]), "is damaged: .*ascend"),
    "a size below 1": (changed(train_sizes=[-1, 43, 93]), "is damaged: .*ascend"),
    "fewer sizes": (changed(train_sizes=[20, 43]), "is damaged: .*do not fit its sizes"),
    "a size beyond all": (changed(train_sizes=[20, 43, 1e300]), "is damaged"),
    "settings that are none": (changed(settings=None), "is damaged"),
    "sizes that are words": (changed(train_sizes=["few", "some", "all"]), "is damaged"),
    "a metric that is none": (changed(metric="precision"), "is damaged: .*no metric 'precision'"),
    "ragged scores": (changed(test_scores={**SCORES, "nb": [[1.0], [1.0, 2.0], [1.0]]}), "is damaged"),
    "fewer repeats": (changed(test_scores={**SCORES, "svm": [[1.0]] * 3}), "is damaged: .*numbers of svm"),
    "flat scores": (changed(test_scores=dict.fromkeys(SCORES, [0.5] * 3)), "is damaged"),
    "scores that are words": (changed(test_scores={**SCORES, "nb": [["good"] * 3] * 3}), "is damaged"),
    "a model without scores": (changed(test_scores={"nb": SCORES["nb"]}), "is damaged: .*svm"),
    "scores as a list": (changed(test_scores=[1, 2]), "is damaged"),
    "times that do not fit": (changed(fit_times={name: [[1.0]] for name in SCORES}), "is damaged"),
    "errors that do not fit": (changed(errors=dict.fromkeys(SCORES, [[0.5]] * 3)), "is damaged: .*errors of nb"),
    "an unknown field": (changed(models=[{"name": "nb", "color": "red"}]), "is damaged"),
    "comparisons of others": (
        lambda data: {**data, "comparisons": [{**data["comparisons"][0], "first": "other"}]},
        "is damaged: .*models that it does not have",
    ),
    "crossovers of others": (
        lambda data: {**data, "crossovers": [{**data["crossovers"][0], "second": "other"}]},
        "is damaged: .*models that it does not have",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_holds_no_curves_is_refused_with_the_reason(name: str) -> None:
    change, words = BAD[name]
    made = change(json.loads(TEXT))
    text = made if isinstance(made, str | bytes) else json.dumps(made)
    with pytest.raises(DataError, match=rf"^mine\.json {words}") as caught:
        from_json(text, "mine.json")
    assert str(caught.value).count("\n") == 0
    assert "textgd curve CORPUS --json FILE" in str(caught.value)


@given(data=st.data())
def test_whatever_is_lost_is_refused_or_made_no_use_of(data: st.DataObject) -> None:
    """Take any part away or put something else there: what is read then can be written."""
    whole = json.loads(TEXT)
    place: Any = whole
    key: Any = data.draw(st.sampled_from(sorted(whole)))
    while data.draw(st.booleans()):
        inner = place[key]
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner))) if isinstance(inner, list) else []
        if not keys:
            break
        place, key = inner, data.draw(st.sampled_from(keys))
    if data.draw(st.booleans()):
        del place[key]
    else:
        place[key] = data.draw(st.sampled_from([None, -1, 1e300, "x", [], {}, [[]], True]))
    try:
        curves = from_json(json.dumps(whole))
    except DataError:
        return
    assert to_json(curves)
    assert len(to_records(curves)) == 3 * 3 * 3


@pytest.mark.parametrize("constant", ["NaN", "Infinity"])
def test_numbers_that_json_does_not_have_do_not_get_out(constant: str) -> None:
    score = json.dumps(CURVES.test_scores["nb"][0, 0].item())
    back = from_json(TEXT.replace(score, constant, 1))
    json.loads(back.to_json(), parse_constant=pytest.fail)


# The table


def test_records_are_one_a_model_size_and_repeat() -> None:
    records = CURVES.to_records()
    assert len(records) == 27
    assert [list(record) for record in records[:1]] == [
        ["corpus", "metric", "model", "family", "train_size", "repeat", "test_score"]
    ]
    for record in records:
        s = SIZES.index(record["train_size"])
        score = CURVES.test_scores[record["model"]][s, record["repeat"]]
        assert record["test_score"] == (None if math.isnan(score) else score)
        assert (record["corpus"], record["metric"]) == ("sms-spam", "accuracy")
    assert [record["family"] for record in records[::9]] == ["generative", "discriminative", "generative"]
    timed = CURVES.to_records(times=True)
    assert [without("fit_time", "score_time")(record) for record in timed] == records
    assert timed[0]["fit_time"] == CURVES.fit_times["nb"][0, 0]
    assert timed[26]["score_time"] == CURVES.score_times["lm"][2, 2]


def test_times_that_are_not_there_are_none() -> None:
    records = from_json(TEXT).to_records(times=True)
    assert {record["fit_time"] for record in records} == {record["score_time"] for record in records} == {None}


def test_the_csv_comes_back() -> None:
    curves = make_curves(('a, "b"', "nb", "späm\n"), SIZES, 2, gaps={"nb": (1,)}, corpus="my, corpus")
    text = _csv(curves, True).decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row, record in zip(rows, curves.to_records(times=True), strict=True):
        assert row["model"] == record["model"]
        assert row["corpus"] == "my, corpus"
        assert row["family"] == (record["family"] or "")
        assert (int(row["train_size"]), int(row["repeat"])) == (record["train_size"], record["repeat"])
        for name in ("test_score", "fit_time", "score_time"):
            assert (float(row[name]) if row[name] else None) == record[name]


def test_the_frame_has_the_table_with_times() -> None:
    pandas = pytest.importorskip("pandas")
    frame = CURVES.to_frame()
    assert frame.to_dict("list")["model"] == ["nb"] * 9 + ["svm"] * 9 + ["lm"] * 9
    assert frame.shape == (27, 9)
    assert all(frame[name].dtype == np.float64 for name in ("test_score", "fit_time", "score_time"))
    scores = np.concatenate([CURVES.test_scores[name].ravel() for name in ("nb", "svm", "lm")])
    np.testing.assert_array_equal(frame["test_score"].to_numpy(), scores)
    means = frame.groupby(["model", "train_size"])["test_score"].mean()
    assert means["nb", 43] == pytest.approx(CURVES.test_scores["nb"][1].mean(), rel=1e-12)
    untimed = from_json(TEXT).to_frame()
    assert untimed["fit_time"].isna().all()
    assert isinstance(untimed, pandas.DataFrame)


def test_without_pandas_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'textgd\[frame\]'"):
        CURVES.to_frame()


def test_a_crossover_keeps_its_numbers() -> None:
    crossovers = (
        Crossover("nb", "svm", 310.5, 180.0, None, 0.97, "once"),
        Crossover("nb", "lm", None, None, None, math.nan, "undecided"),
    )
    curves = replace(CURVES, crossovers=crossovers)
    assert_same(from_json(to_json(curves)).crossovers, crossovers)


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("design", "n_test", "9"),
        ("models", "family", 3),
        ("comparisons", "p_value", "x"),
        ("crossovers", "kind", None),
        ("extrapolations", "parameters", 1),
        ("failures", "n_repeats", 1.5),
        ("comparisons", "size", True),
    ],
)
def test_fields_of_another_type_are_damage(part: str, field: str, value: Any) -> None:
    errors = {"failures": [{"model": "nb", "size": 20, "n_repeats": 1, "reason": "none"}]}
    data = {**json.loads(make_curves().to_json()), **errors}
    record = data[part] if isinstance(data[part], dict) else data[part][0]
    assert field in record
    record[field] = value
    with pytest.raises(DataError, match=f"damaged.*{field}"):
        LearningCurves.from_json(json.dumps(data))
