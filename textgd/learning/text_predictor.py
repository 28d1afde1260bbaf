"""What every fitted estimator on raw documents does: predict, explain, be saved."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from textgd.errors import ModelFileError
from textgd.explanation import Explanation, explain
from textgd.modelfile import model_size, save_model
from textgd.probabilities import NO_PROBABILITIES
from textgd.scoring import ESTIMATE, Prediction, PriorEstimate, TextScorer
from textgd.text.documents import check_documents
from textgd.validation import AUTO

__all__ = ["TextPredictor"]


class TextPredictor:
    """An estimator that answers by the `TextScorer` that its `fit` leaves in `text_scorer_`.

    Attributes
    ----------
    text_scorer_ : TextScorer
    """

    text_scorer_: TextScorer
    calibrate: str | None
    n_jobs: int | None

    def is_probabilistic(self) -> bool:
        """Whether the model has probabilities without any calibration."""
        return True

    def file_info(self) -> dict[str, Any]:
        """Return the name of the model and the parameters of a `textgd.TextClassifier` that is the same."""
        raise NotImplementedError

    def predict(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[Any]:
        """Return the most probable label of each document, shape (n_documents,).

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame
        missing : str, optional
            The mark that stands by itself in the place of each missing word, such as ``"___"``.
        impute : {"auto", "marginalize", "zero", "mean"}
            What is put in the place of a missing word: "marginalize" sums over all that may stand there, "zero" takes
            the text as if no word had stood there, "mean" puts a share of the mean training document there; "auto"
            marginalizes where the model can, else it is "zero".  See `textgd.scoring.missing.gapped_scores`.
        class_prior : "uniform", mapping of label -> probability, array of shape (n_classes,), or "estimate"
            How frequent the classes are where these documents come from; by default as the model was trained for.
            "estimate" finds it from the documents themselves, as `estimate_class_prior` does.

        Raises
        ------
        InvalidParameterError
            For what cannot be a mark, and where the model cannot impute so; for a `class_prior` that is no distribution
            over the classes, or of a model without probabilities.
        """
        return self._scorer().labels(self._predict(raw_documents, missing, impute, class_prior))

    def _has_probabilities(self) -> bool:
        scorer: TextScorer | None = getattr(self, "text_scorer_", None)
        if scorer is None:
            is_there = self.calibrate is not None or self.is_probabilistic()
        else:
            is_there = scorer.probabilities is not None
        if not is_there:
            raise AttributeError(NO_PROBABILITIES)
        return True

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[np.float64]:
        """Return the probabilities, shape (n_documents, n_classes), columns in the order of `classes_`.

        The parameters are those of `predict`.
        """
        log_proba = self.predict_log_proba(raw_documents, missing=missing, impute=impute, class_prior=class_prior)
        probabilities: NDArray[np.float64] = np.exp(log_proba)
        return probabilities

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(
        self, raw_documents: Any, *, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> NDArray[np.float64]:
        """Return the natural logarithms of the probabilities; the parameters are those of `predict`."""
        log_proba: Any = self._predict(raw_documents, missing, impute, class_prior).log_proba
        return np.asarray(log_proba, np.float64)

    def estimate_class_prior(self, raw_documents: Any) -> PriorEstimate:
        """Return how frequent the classes are in the source of unlabeled documents.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame

        Raises
        ------
        DataError
            Where there is no document.
        InvalidParameterError
            Where the model has no probabilities.

        See Also
        --------
        textgd.scoring.priors.estimate_class_prior : how, and what the interval covers.
        """
        return self._scorer().estimate_class_prior(self._predict(raw_documents))

    def novelty(self, raw_documents: Any) -> NDArray[np.float64]:
        """Return p-values for "a text of none of these classes", shape (n_documents,).

        It is how often documents like those learned from are as improbable as this one, for their length; a small one
        speaks for another source.  See `textgd.scoring.Novelty`.

        Parameters
        ----------
        raw_documents : sequence of str, or a column of a data frame

        Raises
        ------
        InvalidParameterError
            Of a model that has no P(text), such as a discriminative one.
        """
        return self._scorer().novelty_p(check_documents(raw_documents), self.n_jobs)

    def explain(self, text: str, label: Any = None) -> Explanation:
        """Return how the pieces of one text add up to the log-odds of a label.

        Parameters
        ----------
        text : str
        label : label, optional
            By default the one that is predicted.

        Raises
        ------
        DataError
            Where `text` is no str, or a label is certain whatever a text says.
        UnknownNameError
            Where the model has no such label.
        """
        return explain(self._scorer(), text, label)

    def _predict(
        self, raw_documents: Any, missing: str | None = None, impute: str = AUTO, class_prior: Any = None
    ) -> Prediction:
        scorer, documents = self._scorer(), check_documents(raw_documents)
        prediction = scorer.predict(documents, self.n_jobs, missing=missing, impute=impute)
        if class_prior is None:
            return prediction
        if isinstance(class_prior, str) and class_prior == ESTIMATE:
            class_prior = scorer.estimate_class_prior(prediction).prior
        return scorer.with_class_prior(class_prior).judge(prediction)

    def _scorer(self) -> TextScorer:
        check_is_fitted(self, "text_scorer_")
        return self.text_scorer_

    def save(self, path: str | os.PathLike[str], training: dict[str, Any] | None = None) -> None:
        """Write the fitted model to one file that holds no code.

        Parameters
        ----------
        path : path of the file
        training : dict, optional
            JSON-ready notes on where the model comes from, kept in the file.

        Raises
        ------
        ModelFileError
            Where the model cannot be saved, or the file not written.
        """
        save_model(path, self._scorer(), self._described(training))

    def file_size(self) -> int:
        """Return how many bytes the file of the fitted model has that `save` writes, without notes.

        Raises
        ------
        ModelFileError
            Where the model cannot be saved.
        """
        return model_size(self._scorer(), self._described(None))

    def _described(self, training: dict[str, Any] | None) -> dict[str, Any]:
        info = self.file_info()
        parameters = {name: _as_json(name, value) for name, value in info["parameters"].items()}
        return {**info, "parameters": parameters, "training": training or {}}


def _as_json(name: str, value: Any) -> Any:
    """Return a parameter as JSON data, from which `load` makes it again."""
    for method in ("tolist", "to_list"):  # numpy and pandas, polars
        if hasattr(value, method):
            value = getattr(value, method)()
    if callable(value):
        raise ModelFileError(
            f"The {name} is a Python function, and a model file holds no code: it cannot be saved. "
            f"Use a {name} by name."
        )
    if isinstance(value, Mapping):
        # The keys of a JSON object are strings; labels are not always.
        return {"items": [[_as_json(name, key), _as_json(name, number)] for key, number in value.items()]}
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_as_json(name, item) for item in value]
    return value
