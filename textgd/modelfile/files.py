"""A fitted model to one file and back: its arrays, a manifest that describes them, and probe sentences.

The container checks that the file is what was written; here the bounds of every number that is used as an index are
checked, and that the probe sentences get the scores they got when the model was saved.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textgd.container import MALFORMED, Arrays, container_bytes, damaged, read_container, write_container
from textgd.errors import ModelFileError, TextgdError
from textgd.lm.storage import KIND as SINGLE
from textgd.modelfile import language, linear
from textgd.modelfile.probes import check_probes, make_probes
from textgd.probabilities import Probabilities
from textgd.scoring import LanguageScorer, LinearScorer, Novelty, TextScorer
from textgd.text.extractor import Extractor
from textgd.text.sequences import SequenceReader
from textgd.validation import resolve_class_prior

__all__ = ["SavedModel", "load_model", "model_size", "save_model"]

_LABELS = (str, int, float, bool)


class SavedModel(NamedTuple):
    """What a model file holds.

    ``info`` says how the model came about: the name of its model, its parameters and its training.
    """

    scorer: TextScorer
    info: dict[str, Any]


def save_model(path: str | os.PathLike[str], scorer: TextScorer, info: Mapping[str, Any]) -> None:
    """Write a model to one file, in place of a model that is there; any other file is left alone.

    Parameters
    ----------
    path : path of the file
    scorer : TextScorer
    info : mapping
        JSON-ready; returned by `load_model`.

    Raises
    ------
    ModelFileError
        Where the model cannot be saved (a tokenizer that is a function), or the file cannot be written.
    """
    write_container(path, *_content(scorer, info))


def model_size(scorer: TextScorer, info: Mapping[str, Any]) -> int:
    """Return how many bytes `save_model` writes.

    Raises
    ------
    ModelFileError
        Where the model cannot be saved.
    """
    return len(container_bytes(*_content(scorer, info)))


def load_model(path: str | os.PathLike[str]) -> SavedModel:
    """Read a model file; its arrays stay on disk until they are used (memory map).

    Raises
    ------
    ModelFileError
        Where the file is missing, is no textgd model, is from a newer format, or is damaged.
    """
    arrays, manifest = read_container(path)
    path = Path(path)
    if manifest.get("kind") == SINGLE:
        raise ModelFileError(
            f"{path} holds a single language model, which is no classifier; read it by textgd.lm.NgramModel.load."
        )
    try:
        scorer = _build(arrays, manifest)
        check_probes(path, scorer, manifest["probes"])
        return SavedModel(scorer, dict(manifest["info"]))
    except ModelFileError:
        raise
    except (*MALFORMED, TextgdError) as error:
        raise damaged(path, f"its manifest is not as it should be ({type(error).__name__}: {error})") from error


# What is in a manifest


def _content(scorer: TextScorer, info: Mapping[str, Any]) -> tuple[Arrays, dict[str, Any]]:
    arrays, manifest = _describe(scorer)
    return arrays, {**manifest, "info": dict(info), "probes": make_probes(scorer)}


def _describe(scorer: TextScorer) -> tuple[Arrays, dict[str, Any]]:
    extractor, inner = scorer.extractor, scorer.scorer
    if isinstance(extractor, SequenceReader) and isinstance(inner, LanguageScorer):
        arrays, manifest = language.describe(extractor, inner)
    elif isinstance(extractor, Extractor) and isinstance(inner, LinearScorer):
        arrays, manifest = linear.describe(extractor, inner)
    else:
        raise ModelFileError(f"No file holds a {type(inner).__name__} on a {type(extractor).__name__}.")
    probabilities = None if scorer.probabilities is None else scorer.probabilities.to_dict()
    return arrays, {
        **manifest,
        "classes": _label_list(scorer.classes),
        "probabilities": probabilities,
        "class_prior": None if scorer.class_prior is None else scorer.class_prior.tolist(),
        "novelty": None if scorer.novelty is None else scorer.novelty.to_dict(),
    }


def _label_list(classes: NDArray[Any]) -> list[Any]:
    labels: list[Any] = classes.tolist()
    for label in labels:
        if not isinstance(label, _LABELS):
            raise ModelFileError(
                f"The label {label!r} is {type(label).__name__}; a model file holds labels that are str, int, float "
                "or bool."
            )
    return labels


def _build(arrays: Arrays, manifest: dict[str, Any]) -> TextScorer:
    labels = list(manifest["classes"])
    if not labels or not all(isinstance(label, _LABELS) for label in labels):
        raise ValueError("its classes are no list of labels")
    kinds: dict[str, Callable[[Arrays, dict[str, Any], int], tuple[Any, Any]]] = {
        linear.KIND: linear.build,
        language.KIND: language.build,
    }
    if manifest["kind"] not in kinds:
        raise ValueError(f"its kind is {manifest['kind']!r}")
    extractor, scorer = kinds[manifest["kind"]](arrays, manifest, len(labels))
    probabilities = None
    if manifest["probabilities"] is not None:
        probabilities = Probabilities.from_dict(manifest["probabilities"], len(labels))
    # Earlier versions wrote neither of these.
    class_prior, novelty = manifest.get("class_prior"), manifest.get("novelty")
    if class_prior is not None:
        class_prior = resolve_class_prior(class_prior, np.array(labels))
    if novelty is not None:
        novelty = Novelty.from_dict(novelty, len(labels))
    return TextScorer(extractor, scorer, np.array(labels), probabilities, class_prior, novelty)
