"""Documents to sparse matrices: drop-in replacements of scikit-learn's vectorizers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from scipy.sparse import csr_matrix, issparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from textgd.errors import DataError, InvalidParameterError
from textgd.text.analysis import Analysis
from textgd.text.counting import count_ngrams, to_rows
from textgd.text.documents import TokenizedDocuments, check_documents
from textgd.text.extractor import Extractor
from textgd.text.features import FeatureMapping, HashedFeatures, NgramFeatures
from textgd.text.rows import Rows
from textgd.text.selection import fixed_features, keep_by_frequency, most_frequent, select_features
from textgd.text.sequences import SequenceVectorizer
from textgd.text.subsets import NestedCounts
from textgd.text.tokenizer import PATTERN, Tokenizer
from textgd.text.weighting import Tfidf, document_frequency, inverse_document_frequency

__all__ = ["CountVectorizer", "TfidfVectorizer", "sequence_vectorizer"]

RawDocuments = Any


# The output is sparse, always: no data frame is made of it.
class CountVectorizer(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Turn documents into a sparse matrix of n-gram counts.

    Takes scikit-learn's parameters and gives its attributes; with ``tokenizer="sklearn"`` the matrix and the order
    of its columns are scikit-learn's too.  Columns are sorted token by token, which is the order of their names as
    long as no token holds a control character.  The text is scanned and counted by compiled code on all cores.

    Parameters
    ----------
    input : {"content", "filename", "file"}
        Whether the items are documents, names of files, or open files.
    encoding, decode_error : str
        How bytes are read.
    strip_accents : {None, "ascii", "unicode"} or callable
    lowercase : bool
    preprocessor : callable, optional
        Replaces lower-casing and stripping of accents.
    tokenizer : str or callable
        "word", "sklearn", "whitespace", "nltk:tweet", "nltk:treebank", "nltk:toktok", "pattern:REGEX", or a
        function from a document to its tokens.  See `textgd.text.Tokenizer`.  None stands for "sklearn".
    stop_words : "english", iterable of str, or None
    token_pattern : str, optional
        The same as ``tokenizer="pattern:REGEX"``.
    ngram_range : tuple of int
    analyzer : {"word", "char", "char_wb"} or callable
        A function is given a document as it is, and returns its features.
    max_df, min_df : int or float
        Greatest and least document frequency of a feature; a float is a share of the documents.
    max_features : int, optional
    vocabulary : mapping or iterable, optional
        Fixed features.
    binary : bool
        1 for every count above 0.
    dtype : dtype of the matrix
    punctuation, mask_numbers, mask_urls, negation, stem
        See `textgd.text.Tokenizer`.
    hashing : int, optional
        So many columns, a power of two, found by hashing: no vocabulary is kept.
    n_jobs : int, optional
        Threads; None and -1 are all cores.  The result does not depend on it.

    Attributes
    ----------
    vocabulary_ : mapping of str -> int
        The column of each feature; not with `hashing`.
    extractor_ : Extractor
        The fitted feature space, immutable.

    Raises
    ------
    DataError
        For documents that are no text, and where no feature is left.
    InvalidParameterError
        For a parameter outside what is allowed.

    Examples
    --------
    >>> vectorizer = CountVectorizer(ngram_range=(1, 2))
    >>> vectorizer.fit_transform(["win a prize", "a prize a day"]).toarray()
    array([[1, 0, 1, 0, 1, 0, 1, 1],
           [2, 1, 1, 1, 1, 1, 0, 0]])
    >>> vectorizer.get_feature_names_out().tolist()
    ['a', 'a day', 'a prize', 'day', 'prize', 'prize a', 'win', 'win a']
    """

    def __init__(
        self,
        *,
        input: str = "content",
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: str | Callable[[str], str] | None = None,
        lowercase: bool = True,
        preprocessor: Callable[[str], str] | None = None,
        tokenizer: str | Callable[[str], Iterable[str]] | None = "word",
        stop_words: str | Iterable[str] | None = None,
        token_pattern: str | None = None,
        ngram_range: tuple[int, int] = (1, 1),
        analyzer: str | Callable[[Any], Iterable[str]] = "word",
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Mapping[str, int] | Iterable[str] | None = None,
        binary: bool = False,
        dtype: DTypeLike = np.int64,
        punctuation: bool = True,
        mask_numbers: bool = False,
        mask_urls: bool = False,
        negation: bool = False,
        stem: str | None = None,
        hashing: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.input = input
        self.encoding = encoding
        self.decode_error = decode_error
        self.strip_accents = strip_accents
        self.lowercase = lowercase
        self.preprocessor = preprocessor
        self.tokenizer = tokenizer
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.ngram_range = ngram_range
        self.analyzer = analyzer
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.binary = binary
        self.dtype = dtype
        self.punctuation = punctuation
        self.mask_numbers = mask_numbers
        self.mask_urls = mask_urls
        self.negation = negation
        self.stem = stem
        self.hashing = hashing
        self.n_jobs = n_jobs

    # Learning

    def fit(self, raw_documents: RawDocuments, y: Any = None) -> CountVectorizer:
        """Learn the features of documents.

        Parameters
        ----------
        raw_documents : sequence of str, a column of a data frame, or TokenizedDocuments
        y : ignored
        """
        self._learn(raw_documents)
        return self

    def fit_transform(self, raw_documents: RawDocuments, y: Any = None) -> csr_matrix:
        """Learn the features and return the matrix, shape (n_documents, n_features)."""
        return self._learn(raw_documents)[0].to_scipy()

    def transform(self, raw_documents: RawDocuments) -> csr_matrix:
        """Return the matrix of documents in the learned features."""
        return self._rows(self._fitted(), raw_documents).to_scipy()

    def _rows(self, extractor: Extractor, raw_documents: RawDocuments) -> Rows:
        if isinstance(raw_documents, TokenizedDocuments):
            return extractor.rows_of(_checked(raw_documents), self.n_jobs)
        return extractor.rows(self._read(raw_documents), self.n_jobs)

    def _learn(self, raw_documents: RawDocuments) -> tuple[Rows, Callable[[], NDArray[np.int64]]]:
        """Learn the features; return the documents' rows, and how to count the documents that hold each feature."""
        self._check_numbers()
        analysis = self.build_analysis()
        features: NgramFeatures | HashedFeatures | None = None
        if self.hashing is not None:
            features = HashedFeatures(self.hashing)
        elif self.vocabulary is not None:
            features = fixed_features(self.vocabulary, analysis)
        self.fixed_vocabulary_ = self.vocabulary is not None
        if features is not None:
            self._set(Extractor(analysis, features, self.binary, None, np.dtype(self.dtype)))
            rows = self._rows(self.extractor_, raw_documents)
            return rows, partial(document_frequency, rows)
        if isinstance(raw_documents, TokenizedDocuments):
            tokenized = _checked(raw_documents)
        else:
            tokenized = analysis.scan(self._read(raw_documents), self.n_jobs)
        shards, vocabulary = count_ngrams(tokenized, analysis, n_jobs=self.n_jobs), tokenized.vocabulary
        del tokenized  # its tokens are counted, and what follows needs the memory
        selected = select_features(
            shards, vocabulary, self.min_df, self.max_df, self.max_features, self.binary, self.n_jobs
        )
        self._set(Extractor(analysis, selected.features, self.binary, None, np.dtype(self.dtype)))
        n_columns = selected.features.n_columns
        rows = to_rows(shards, selected.columns, n_columns, self.dtype, self.binary, self.n_jobs)
        return rows, selected.document_frequency

    @property
    def keeps_all(self) -> bool:
        """Whether every n-gram of the documents that are learned from becomes a feature."""
        is_free = self.hashing is None and self.vocabulary is None and self.max_features is None
        return (
            is_free
            and (_is_whole(self.min_df) and self.min_df <= 1)
            and self.max_df == 1.0
            and not _is_whole(self.max_df)
        )

    def keep(self, nested: NestedCounts) -> NDArray[np.bool_]:
        """Return which n-grams of a subset are features, shape (n_columns,).

        Raises
        ------
        DataError, InvalidParameterError
            As `fit` does for the text of the subset.
        """
        self._check_numbers()
        (kept,) = keep_by_frequency([nested.frequencies], nested.size, self.min_df, self.max_df)
        if self.max_features is not None and kept.sum() > self.max_features:
            totals = nested.frequencies if self.binary else nested.totals()
            kept[kept] = most_frequent(totals[kept].astype(np.int64), self.max_features)
        return kept

    def weighting(self, frequency: NDArray[np.integer[Any]], n_documents: int) -> Callable[[Rows], Rows]:
        """Return what turns counts into the rows of this vectorizer.

        Parameters
        ----------
        frequency : int array of shape (n_columns,)
            How many of the documents that are learned from hold each feature.
        n_documents : int
        """
        dtype = np.dtype(self.dtype)

        def weigh(counts: Rows) -> Rows:
            return counts.with_data(np.ones(len(counts.data), dtype) if self.binary else counts.data.astype(dtype))

        return weigh

    def extractor(self, features: NgramFeatures, frequency: NDArray[np.integer[Any]], n_documents: int) -> Extractor:
        """Return what reads text as this vectorizer does once it has learned these features.

        Parameters
        ----------
        features : NgramFeatures
        frequency : int array of shape (n_columns,)
            How many of the documents that are learned from hold each feature.
        n_documents : int
        """
        return Extractor(self.build_analysis(), features, self.binary, None, np.dtype(self.dtype))

    def _set(self, extractor: Extractor) -> None:
        self.extractor_ = extractor
        if isinstance(extractor.features, NgramFeatures):
            self.vocabulary_ = FeatureMapping(extractor.features, extractor.analysis)
        elif hasattr(self, "vocabulary_"):
            del self.vocabulary_

    # Fixed and hashed features need no fitting; weights on them would.
    _fits_itself = True

    def _fitted(self) -> Extractor:
        """Return the fitted feature space."""
        needs_nothing = self.vocabulary is not None or self.hashing is not None
        if self._fits_itself and needs_nothing and not hasattr(self, "extractor_"):
            self._learn([])
        check_is_fitted(self, "extractor_")
        return self.extractor_

    # Parameters

    def build_analysis(self) -> Analysis:
        """Return what the parameters say about tokens and n-grams, checked."""
        name: Any = self.tokenizer
        function: Callable[[Any], Iterable[str]] | None = None
        if name is None:
            name = "sklearn"
        if self.token_pattern is not None:
            name = PATTERN + self.token_pattern
        elif callable(name):
            name, function = "word", name
        analyzer: Any = self.analyzer
        ngram_range: Any = self.ngram_range
        preprocessor: Any = self.preprocessor
        if callable(analyzer):
            return Analysis(Tokenizer(lowercase=False, function=analyzer))
        for what, value in (("tokenizer", name), ("analyzer", analyzer)):
            if not isinstance(value, str):
                raise InvalidParameterError(f"{what} is {value!r}; it has to be a name or a function.")
        accents: Any = self.strip_accents
        if callable(accents):
            accents, preprocessor = None, preprocessor or _StripAccents(accents, self.lowercase)
        return Analysis(
            Tokenizer(
                name=name,
                lowercase=self.lowercase,
                punctuation=self.punctuation,
                strip_accents=accents,
                mask_urls=self.mask_urls,
                mask_numbers=self.mask_numbers,
                negation=self.negation,
                stem=self.stem,
                stop_words=_stop_words(self.stop_words),
                function=function,
                preprocessor=preprocessor,
            ),
            analyzer,
            tuple(ngram_range) if isinstance(ngram_range, list) else ngram_range,
        )

    def _check_numbers(self) -> None:
        for name in ("min_df", "max_df"):
            value: Any = getattr(self, name)
            is_count = _is_whole(value) and value >= (name == "max_df")
            is_share = isinstance(value, float | np.floating) and 0.0 <= value <= 1.0
            if not (is_count or is_share):
                raise InvalidParameterError(
                    f"{name} is {value!r}; a number of documents (int) or a share of them (float from 0.0 to 1.0) "
                    "is expected."
                )
        dtype = np.dtype(self.dtype)
        if dtype.kind not in "biuf" or dtype == np.float16:
            raise InvalidParameterError(
                f"dtype is {self.dtype!r}; a type of whole or floating numbers is expected, such as numpy.int64."
            )
        limit: Any = self.max_features
        if limit is not None and not (_is_whole(limit) and limit >= 1):
            raise InvalidParameterError(f"max_features is {limit!r}; a whole number from 1 on, or None, is expected.")
        size: Any = self.hashing
        if size is not None:
            if not (_is_whole(size) and 1 <= size <= 1 << 30 and size & (size - 1) == 0):
                raise InvalidParameterError(
                    f"hashing is {size!r}; a power of two up to 2**30 is expected, such as 2**20."
                )
            if self.vocabulary is not None:
                raise InvalidParameterError("hashing and vocabulary exclude each other; leave one out.")

    def _read(self, raw_documents: RawDocuments) -> list[str]:
        if self.input not in ("content", "filename", "file"):
            raise InvalidParameterError(f"input is {self.input!r}; allowed are 'content', 'filename' and 'file'.")
        if self.decode_error not in ("strict", "ignore", "replace"):
            raise InvalidParameterError(
                f"decode_error is {self.decode_error!r}; allowed are 'strict', 'ignore' and 'replace'."
            )
        if self.input == "content" and not (
            isinstance(raw_documents, list | tuple) and any(isinstance(d, bytes) for d in raw_documents)
        ):
            return check_documents(raw_documents)
        if isinstance(raw_documents, str | bytes):
            raise DataError(f"raw_documents is a single {type(raw_documents).__name__}; pass a list, such as [name].")
        return check_documents([self._open(item) for item in raw_documents])

    def _open(self, item: Any) -> str:
        if self.input == "filename":
            with open(item, "rb") as file:
                item = file.read()
        elif self.input == "file":
            item = item.read()
        if not isinstance(item, bytes):
            return item  # type: ignore[no-any-return]
        try:
            return item.decode(self.encoding, self.decode_error)
        except LookupError as error:
            raise InvalidParameterError(f"There is no encoding {self.encoding!r}; 'utf-8' is one.") from error
        except UnicodeDecodeError as error:
            raise DataError(
                f"A document is not {self.encoding}: byte 0x{item[error.start]:02x} at {error.start}. "
                "Pass its encoding, such as encoding='latin-1', or decode_error='replace'."
            ) from error

    # What was learned

    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[np.object_]:
        """Return the names of the columns, shape (n_features,)."""
        features = self._fitted().features
        if isinstance(features, HashedFeatures):
            raise InvalidParameterError("hashing keeps no names; fit without hashing to have them.")
        return np.array(self.vocabulary_.names(), dtype=object)

    def feature_lengths(self) -> NDArray[np.uint8] | None:
        """Return how many tokens each feature has, shape (n_features,); None where features are hashed."""
        features = self._fitted().features
        return features.lengths() if isinstance(features, NgramFeatures) else None

    def inverse_transform(self, X: Any) -> list[NDArray[np.object_]]:
        """Return, for each row, the names of the features that are not 0."""
        matrix = X.tocsr() if issparse(X) else csr_matrix(np.atleast_2d(np.asarray(X)))
        names = self.get_feature_names_out()
        return [
            names[matrix.indices[a:b][matrix.data[a:b] != 0]]
            for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False)
        ]

    def build_preprocessor(self) -> Callable[[str], str]:
        """Return the function from a document to the text that is cut into tokens."""
        return self.build_analysis().tokenizer.preprocess

    def build_tokenizer(self) -> Callable[[str], list[str]]:
        """Return the function from a preprocessed text to its tokens."""
        return self.build_analysis().tokenizer.split

    def build_analyzer(self) -> Callable[[str], list[str]]:
        """Return the function from a document to the names of its features, in order of n."""
        analysis = self.build_analysis()
        return lambda document: [analysis.name(ngram) for ngram in analysis.ngrams(document)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = not self._fits_itself or (self.vocabulary is None and self.hashing is None)
        return tags


class TfidfVectorizer(CountVectorizer):
    """Turn documents into a sparse matrix of tf-idf weights.

    Parameters
    ----------
    norm : {"l2", "l1", None}
        Scale rows to unit length.
    use_idf, smooth_idf, sublinear_tf : bool
        As in scikit-learn.
    dtype : floating dtype
    **count_parameters
        Those of `CountVectorizer`.

    Attributes
    ----------
    idf_ : array of shape (n_features,)
    vocabulary_, extractor_
        As in `CountVectorizer`.

    Examples
    --------
    >>> TfidfVectorizer().fit_transform(["win a prize", "a prize a day"]).toarray().round(2)
    array([[0.5 , 0.  , 0.5 , 0.7 ],
           [0.76, 0.53, 0.38, 0.  ]])
    """

    def __init__(
        self,
        *,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        dtype: DTypeLike = np.float64,
        **count_parameters: Any,
    ) -> None:
        super().__init__(dtype=dtype, **count_parameters)
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf

    _fits_itself = False

    @classmethod
    def _get_param_names(cls) -> list[str]:
        # The counts' parameters are listed once, in CountVectorizer.
        return sorted({*super()._get_param_names(), *CountVectorizer._get_param_names()})

    @property
    def idf_(self) -> NDArray[Any] | None:
        """The inverse document frequency of each column; None without `use_idf`."""
        tfidf = self._fitted().tfidf
        return None if tfidf is None else tfidf.idf

    def _learn(self, raw_documents: RawDocuments) -> tuple[Rows, Callable[[], NDArray[np.int64]]]:
        rows, frequency = super()._learn(raw_documents)
        counts = self.extractor_
        tfidf = self._tfidf(frequency, len(rows))
        self._set(Extractor(counts.analysis, counts.features, counts.binary, tfidf, counts.dtype))
        return tfidf.apply(rows, self.n_jobs, overwrite=True), frequency

    def _tfidf(self, frequency: Callable[[], NDArray[np.integer[Any]]], n_documents: int) -> Tfidf:
        dtype = np.dtype(self.dtype)
        idf = inverse_document_frequency(frequency(), n_documents, self.smooth_idf, dtype) if self.use_idf else None
        return Tfidf(idf, self.norm, self.sublinear_tf, dtype)

    def weighting(self, frequency: NDArray[np.integer[Any]], n_documents: int) -> Callable[[Rows], Rows]:
        """Return what turns counts into the rows of this vectorizer."""
        count = super().weighting(frequency, n_documents)
        tfidf = self._tfidf(lambda: frequency, n_documents)
        return lambda counts: tfidf.apply(count(counts), self.n_jobs, overwrite=True)

    def extractor(self, features: NgramFeatures, frequency: NDArray[np.integer[Any]], n_documents: int) -> Extractor:
        """Return what reads text as this vectorizer does once it has learned these features."""
        counts = super().extractor(features, frequency, n_documents)
        return replace(counts, tfidf=self._tfidf(lambda: frequency, n_documents))

    def _check_numbers(self) -> None:
        if not np.issubdtype(np.dtype(self.dtype), np.floating):
            raise InvalidParameterError(f"dtype is {self.dtype!r}; tf-idf weights need a floating type.")
        super()._check_numbers()


def _checked(documents: TokenizedDocuments) -> TokenizedDocuments:
    """Return documents whose numbers the compiled code may use as indices."""
    ids, indptr = documents.ids, documents.indptr
    bounds_fit = len(indptr) > 0 and indptr[0] == 0 and indptr[-1] == len(ids) and bool((np.diff(indptr) >= 0).all())
    if not bounds_fit or (len(ids) and not 0 <= ids.min() <= ids.max() <= len(documents.vocabulary)):
        raise DataError(
            "raw_documents: the numbers or the bounds of these TokenizedDocuments do not fit their vocabulary; "
            "make them by Analysis.scan or TokenizedDocuments.from_tokens."
        )
    return documents


class _StripAccents(NamedTuple):
    """A preprocessor that takes accents off by a function of the user's; unlike a closure, it can be pickled."""

    strip: Callable[[str], str]
    lowercase: bool

    def __call__(self, text: str) -> str:
        return self.strip(text.lower() if self.lowercase else text)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _stop_words(stop_words: str | Iterable[str] | None) -> tuple[str, ...] | None:
    if stop_words is None:
        return None
    if isinstance(stop_words, str):
        if stop_words != "english":
            raise InvalidParameterError(
                f"stop_words is {stop_words!r}; allowed are 'english', a list of tokens, and None."
            )
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        stop_words = ENGLISH_STOP_WORDS
    if not isinstance(stop_words, Iterable):
        raise InvalidParameterError(f"stop_words is {stop_words!r}; allowed are 'english', a list of tokens, and None.")
    words = list(stop_words)
    for word in words:
        if not isinstance(word, str):
            raise InvalidParameterError(f"stop_words holds {word!r}; tokens are expected, such as ['the', 'a'].")
    return tuple(sorted(words))


def sequence_vectorizer(parameters: Mapping[str, Any], analyzer: str | None = None) -> SequenceVectorizer:
    """Return the vectorizer for models that read tokens in their order.

    Parameters
    ----------
    parameters : mapping
        Those of `CountVectorizer` that say what a token is.
    analyzer : {"word", "char"}, optional
        The only one that will do.
    """
    analysis = CountVectorizer(**parameters).build_analysis()
    if analyzer == "char" and parameters.get("analyzer") == "word":
        analysis = replace(analysis, analyzer="char")  # the default, which nobody asked for
    if analysis.analyzer != (analyzer or analysis.analyzer) or analysis.analyzer == "char_wb":
        raise InvalidParameterError(
            f"analyzer is {analysis.analyzer!r}; a language model reads documents as words (model 'lm') or as "
            "characters (model 'charlm'). Choose the model, and leave the analyzer out."
        )
    return SequenceVectorizer(analysis, parameters.get("n_jobs"))
