"""One reading of the documents for all models, sizes and repeats of an experiment.

Text is scanned once for each way to cut it into tokens, and n-grams are counted once for each span of them.  What a
model learns from at some size follows from that (`textgd.text.subsets`) and is shared by all models that read alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from time import process_time, thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone

from textgd.text.analysis import Analysis
from textgd.text.documents import TokenizedDocuments
from textgd.text.extractor import Extractor
from textgd.text.sequences import SequenceReader, SequenceVectorizer
from textgd.text.subsets import CountedDocuments, NestedCounts, NestedTokens
from textgd.text.vectorizer import CountVectorizer

__all__ = ["Features", "Reading", "SubsetReading", "analysis_of"]

Vectorizer = CountVectorizer | SequenceVectorizer

# So many documents, spread over the whole, hold all kinds of text.
_FEW = 200


@dataclass(frozen=True, eq=False)
class Timed:
    """Something, and the seconds of processor time that it took."""

    value: Any
    seconds: float


def _timed(work: Callable[[], Any], clock: Callable[[], float] = thread_time) -> Timed:
    started = clock()
    value = work()
    return Timed(value, clock() - started)


class Reading:
    """Documents, read once.

    Parameters
    ----------
    texts : sequence of str
    learned : bool array of shape (n_documents,)
        Which of them may be learned from in any repeat; the others are tested on alone.
    n_jobs : int, optional
        Threads; what is read does not depend on it.
    """

    def __init__(self, texts: Sequence[str], learned: NDArray[np.bool_], n_jobs: int | None = None) -> None:
        self.texts = texts
        self._learned, self._n_jobs = learned, n_jobs
        self._scans: dict[Analysis, Timed] = {}
        self._counts: dict[Analysis, Timed] = {}
        #: How many models read each thing at every size.
        self.users: Counter[Any] = Counter()

    def prepare(self, vectorizer: Vectorizer, adds_up: bool = False) -> None:
        """Read the documents as the vectorizer of one more model does; only one thread may.

        Parameters
        ----------
        vectorizer : CountVectorizer or SequenceVectorizer
        adds_up : bool
            Whether the model learns from the counts of each class, and not from the rows.
        """
        analysis = analysis_of(vectorizer)
        left_out = ("train counts", "train") if adds_up else ("class counts",)
        self.users.update(key for what, key in _keys(vectorizer).items() if what not in left_out)
        few = self.scan(vectorizer)
        if _is_counted(vectorizer) and analysis not in self._counts:
            tokens = self.tokens(analysis)
            if len(few.ids):
                CountedDocuments.of(few, analysis)
            count = partial(CountedDocuments.of, tokens, analysis, self._learned, self._n_jobs)
            self._counts[analysis] = _timed(count, process_time)

    def scan(self, vectorizer: Vectorizer) -> TokenizedDocuments:
        """Cut the documents into tokens as a vectorizer does, if that is not done yet; return a few of them."""
        analysis = analysis_of(vectorizer)
        # Loads the compiled code and the tables for every kind of text, which no model is to be charged for.
        few = analysis.scan(self.texts[:: max(1, len(self.texts) // _FEW)])
        if _scanned_as(analysis) not in self._scans:
            self._scans[_scanned_as(analysis)] = _timed(lambda: analysis.scan(self.texts, self._n_jobs), process_time)
        return few

    def release(self, vectorizer: Vectorizer) -> None:
        """Let go of the n-grams that a vectorizer counts, once no model needs them: they take the most memory."""
        self._counts.pop(analysis_of(vectorizer), None)

    @property
    def n_learned(self) -> int:
        """How many documents may be learned from."""
        return int(np.count_nonzero(self._learned))

    def tokens(self, analysis: Analysis) -> TokenizedDocuments:
        """Return the tokens of all documents."""
        tokens: TokenizedDocuments = self._scans[_scanned_as(analysis)].value
        return tokens

    def counts(self, analysis: Analysis) -> CountedDocuments:
        """Return the n-grams of all documents."""
        counts: CountedDocuments = self._counts[analysis].value
        return counts

    def seconds_per_document(self, vectorizer: Vectorizer) -> float:
        """Return what reading one document as a vectorizer does has cost, in seconds of processor time."""
        analysis = analysis_of(vectorizer)
        seconds = self._scans[_scanned_as(analysis)].seconds
        if analysis in self._counts and _is_counted(vectorizer):
            seconds += self._counts[analysis].seconds
        return seconds / len(self.texts)


class SubsetReading:
    """What models read of the documents of one repeat, size after size.

    Parameters
    ----------
    reading : Reading
        Prepared for every vectorizer that asks.
    order : int array of shape (n_train,)
        The rows to learn from; the first so many of them are the subset of that size.
    test : int array of shape (n_test,)
        The rows to test on.
    """

    def __init__(self, reading: Reading, order: NDArray[np.intp], test: NDArray[np.intp]) -> None:
        self.reading, self.order, self.test = reading, order, test
        self.size = 0
        self._counts: dict[Analysis, NestedCounts] = {}
        self._tokens: dict[Analysis, NestedTokens] = {}
        self._shared: dict[Any, Timed] = {}
        self._uses: Counter[Any] = Counter()
        self._extractors: dict[Any, Extractor | SequenceReader] = {}

    def grow(self, size: int) -> None:
        """Go on to the subset of so many documents, no fewer than before."""
        self.size = size
        for kept in (self._shared, self._uses, self._extractors):
            kept.clear()

    def features(self, vectorizer: Vectorizer) -> Features:
        """Return what a vectorizer makes of the subset."""
        return Features(self, vectorizer)

    def nested_counts(self, analysis: Analysis) -> NestedCounts:
        """Return the n-grams of the subset."""
        nested = self._counts.get(analysis)
        if nested is None:
            nested = self._counts[analysis] = NestedCounts(self.reading.counts(analysis), self.order, self.test)
        if nested.size < self.size:
            nested.grow(self.size)
        return nested

    def nested_tokens(self, analysis: Analysis) -> NestedTokens:
        """Return the tokens of the documents of this repeat."""
        key = _scanned_as(analysis)
        if key not in self._tokens:
            self._tokens[key] = NestedTokens(self.reading.tokens(key), self.order, self.test)
        return self._tokens[key]

    def extractor(self, vectorizer: Vectorizer) -> Extractor | SequenceReader:
        """Return what reads text as a vectorizer does once it is fitted on the subset; kept until that grows.

        Where the subset is all that may be learned from, and the vectorizer keeps every n-gram of it, they are counted
        already.
        """
        keys = _keys(vectorizer)
        key = next(keys[what] for what in ("tokens", "hashed", "train") if what in keys)
        if key not in self._extractors:
            self._extractors[key] = self._counted_extractor(vectorizer) or self._fitted_extractor(vectorizer)
        return self._extractors[key]

    def _counted_extractor(self, vectorizer: Vectorizer) -> Extractor | None:
        if isinstance(vectorizer, SequenceVectorizer) or not _is_counted(vectorizer):
            return None
        nested, counted = self.nested_counts(analysis_of(vectorizer)), self.reading.counts(analysis_of(vectorizer))
        if self.size < self.reading.n_learned or not vectorizer.keep(nested).all():
            return None
        return vectorizer.extractor(counted.features, nested.frequencies, self.size)

    def _fitted_extractor(self, vectorizer: Vectorizer) -> Extractor | SequenceReader:
        tokens, _ = self.nested_tokens(analysis_of(vectorizer)).subset(self.size)
        if isinstance(vectorizer, SequenceVectorizer):
            return SequenceReader(vectorizer.analysis, tokens.vocabulary)
        fitted: Extractor = clone(vectorizer).fit(tokens).extractor_
        return fitted

    def shared(self, key: Any, work: Callable[[], Any]) -> Timed:
        """Return what `work` gives, done once for all models of this size, with the time that it took.

        It is let go with its last user: one matrix of a large subset takes more memory than all the text.
        """
        found = self._shared.pop(key, None) or _timed(work)
        self._uses[key] += 1
        if self._uses[key] < self.reading.users[key]:
            self._shared[key] = found
        return found


class Features:
    """What a vectorizer makes of a subset and of the documents to test on, made when it is asked for.

    Attributes
    ----------
    fit_seconds, score_seconds : float
        Processor time for reading what was asked for so far: of the documents to learn from, and of those to test on,
        with their part in the common reading.
    """

    def __init__(self, subset: SubsetReading, vectorizer: Vectorizer) -> None:
        self._subset, self._vectorizer = subset, vectorizer
        self._analysis, self._keys = analysis_of(vectorizer), _keys(vectorizer)
        cost = subset.reading.seconds_per_document(vectorizer)
        self.fit_seconds, self.score_seconds = cost * subset.size, cost * len(subset.test)

    def training(self) -> tuple[Any, NDArray[np.uint8] | None]:
        """Return what is learned from, a sparse matrix or tokens, and how many tokens each feature has."""
        if isinstance(self._vectorizer, SequenceVectorizer):
            return self._sequences[0], None
        if not _is_counted(self._vectorizer):
            return self._hashed[0], None
        kept, nested = self._kept, self._nested
        counts = self._shared("train counts", lambda: nested.training(kept))
        rows = self._shared("train", lambda: self._weigh(counts))
        return rows.to_scipy(), nested.lengths(kept)

    def testing(self) -> Any:
        """Return what is scored: rows or tokens."""
        if isinstance(self._vectorizer, SequenceVectorizer):
            return self._sequences[1]
        if not _is_counted(self._vectorizer):
            return self._hashed[1]
        kept, nested = self._kept, self._nested
        counts = self._shared("test counts", lambda: nested.testing(kept), testing=True)
        return self._shared("test", lambda: self._weigh(counts), testing=True)

    def tokens(self) -> TokenizedDocuments:
        """Return the tokens of the documents to learn from."""
        return self._subset.nested_tokens(self._analysis).subset(self._subset.size)[0]

    def class_counts(self, codes: NDArray[np.intp], n_classes: int) -> NDArray[np.float64]:
        """Return the counts of each feature in each class of the subset, shape (n_classes, n_features).

        Only the documents that are new since the last size are counted; of presence where the vectorizer wants that.

        Parameters
        ----------
        codes : int array of shape (n_train,)
            The class of each row of the order.
        n_classes : int
        """
        vectorizer: Any = self._vectorizer
        kept, nested, binary = self._kept, self._nested, bool(vectorizer.binary)
        counts = self._shared("class counts", partial(nested.class_counts, codes, n_classes, binary))
        of_features: NDArray[np.float64] = counts[:, kept]
        return of_features

    def extractor(self) -> Extractor | SequenceReader:
        """Return what reads text as the vectorizer does once it is fitted on the subset."""
        return self._subset.extractor(self._vectorizer)

    # What is shared by models that read alike

    @property
    def _nested(self) -> NestedCounts:
        return self._subset.nested_counts(self._analysis)

    @cached_property
    def _kept(self) -> NDArray[np.bool_]:
        vectorizer: Any = self._vectorizer
        nested = self._nested  # arranged before the clock runs: whoever reads a subset by itself need not do that
        kept: NDArray[np.bool_] = self._shared("kept", lambda: vectorizer.keep(nested))
        return kept

    def _weigh(self, counts: Any) -> Any:
        vectorizer: Any = self._vectorizer
        return vectorizer.weighting(self._nested.frequencies[self._kept], self._subset.size)(counts)

    @cached_property
    def _sequences(self) -> tuple[TokenizedDocuments, TokenizedDocuments]:
        tokens = self._subset.nested_tokens(self._analysis)
        return self._shared("tokens", lambda: tokens.subset(self._subset.size))  # type: ignore[no-any-return]

    @cached_property
    def _hashed(self) -> tuple[Any, Any]:
        def read() -> tuple[Any, Any]:
            # A copy, for fitting changes it, and other repeats fit at the same time.
            vectorizer: Any = clone(self._vectorizer)
            tokens, subset = self._subset.reading.tokens(self._analysis), self._subset
            learned = vectorizer.fit_transform(tokens.select(subset.order[: subset.size]))
            return learned, vectorizer.transform(tokens.select(subset.test))

        return self._shared("hashed", read)  # type: ignore[no-any-return]

    def _shared(self, what: str, work: Callable[[], Any], testing: bool = False) -> Any:
        """Return what is shared with models that read alike, and charge this one for it."""
        timed = self._subset.shared(self._keys[what], work)
        if testing:
            self.score_seconds += timed.seconds
        else:
            self.fit_seconds += timed.seconds
        return timed.value


def _keys(vectorizer: Vectorizer) -> dict[str, Any]:
    """Return what stands for each thing that is read: equal where two vectorizers read the same."""
    analysis = analysis_of(vectorizer)
    if isinstance(vectorizer, SequenceVectorizer):
        return {"tokens": ("tokens", _scanned_as(analysis))}
    parameters = {name: value for name, value in vectorizer.get_params().items() if name != "n_jobs"}
    # With the analysis, for what is long or an object may not tell all of itself as text.
    all_of_it = type(vectorizer), analysis, repr(sorted(parameters.items()))
    if not _is_counted(vectorizer):
        return {"hashed": ("hashed", all_of_it)}
    limit = vectorizer.max_features
    features = analysis, vectorizer.min_df, vectorizer.max_df, limit, limit is not None and bool(vectorizer.binary)
    return {
        "kept": ("kept", features),
        "train counts": ("train counts", features),
        "test counts": ("test counts", features),
        "class counts": ("class counts", analysis, bool(vectorizer.binary)),
        "train": ("train", all_of_it),
        "test": ("test", all_of_it),
    }


def analysis_of(vectorizer: Vectorizer) -> Analysis:
    """Return how a vectorizer cuts text."""
    return vectorizer.analysis if isinstance(vectorizer, SequenceVectorizer) else vectorizer.build_analysis()


def _scanned_as(analysis: Analysis) -> Analysis:
    """Return the analysis that stands for all that cut text into the same tokens."""
    return replace(analysis, ngram_range=(1, 1))


def _is_counted(vectorizer: Vectorizer) -> bool:
    """Whether its features are the n-grams of the documents, which are counted once for all."""
    return isinstance(vectorizer, CountVectorizer) and vectorizer.hashing is None and vectorizer.vocabulary is None
