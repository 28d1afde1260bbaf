"""What a token is: a specification that is plain data, with its reference implementation.

The reference is written to be read.  `textgd.text.scanner` does the same with compiled code; the tests hold the two
together on every kind of string.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from textgd.errors import DataError, InvalidParameterError, ModelFileError, UnknownNameError, suggestion
from textgd.kernels.classes import APOSTROPHE, LETTER, MARK, SINGLE, SYMBOL
from textgd.text.characters import character_class

__all__ = ["BUILT_IN", "NEGATED", "NLTK", "NUMBER", "URL", "Tokenizer"]

# Tokenizers that have a compiled scanner: name -> the shortest word that counts.
BUILT_IN = {"word": 1, "sklearn": 2, "whitespace": 1}
NLTK = ("nltk:tweet", "nltk:treebank", "nltk:toktok")
PATTERN = "pattern:"

URL = "__url__"
NUMBER = "__number__"
NEGATED = "NOT_"

# A full stop or the like at the end belongs to the sentence, not to the address.
_URLS = re.compile(r"(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,:;!?…)\]]", re.IGNORECASE)
_CLAUSE_ENDS = frozenset(".,:;!?…。，；！？")
_NEGATORS = frozenset(
    re.findall(
        r"\w+",
        "aint arent cannot cant couldnt darent didnt doesnt dont hadnt hardly hasnt havent isnt mustnt neednt neither "
        "never no nobody none noone nor not nothing nowhere oughtnt shant shouldnt wasnt werent without wont wouldnt",
    )
)


@dataclass(frozen=True)
class Tokenizer:
    """The way from one document to its tokens.

    Parameters
    ----------
    name : str
        ``"word"``: runs of letters, digits, marks and ``_`` with inner apostrophes; every other printable
        character is a token of its own, and so is each character of a script written without spaces.
        ``"sklearn"``: runs of two and more word characters, scikit-learn's default.
        ``"whitespace"``: whatever stands between white space.
        ``"nltk:tweet"``, ``"nltk:treebank"``, ``"nltk:toktok"``: nltk's.
        ``"pattern:REGEX"``: what the regular expression finds (its one group, if it has one).
    lowercase : bool
        Lower-case by `str.lower` first.
    punctuation : bool
        Keep tokens that have neither letter nor digit.
    strip_accents : {None, "unicode", "ascii"}
        Take accents off: by decomposition, or by keeping ASCII alone.
    mask_urls, mask_numbers : bool
        Read every web address as ``__url__``, every number as ``__number__``.
    negation : bool
        Put ``NOT_`` before each word that follows a negation, up to the next clause punctuation.
    stem : str or None
        Language of nltk's Snowball stemmer.
    stop_words : tuple of str or None
        Tokens to leave out.
    function : callable or None
        Takes a document (after lower-casing and the like), returns its tokens; replaces `name`.  Such a tokenizer
        cannot be saved.
    preprocessor : callable or None
        Takes a document, returns a document; replaces lower-casing and accents.  Cannot be saved either.

    Raises
    ------
    UnknownNameError, InvalidParameterError
        Where a field is not allowed.

    Examples
    --------
    >>> Tokenizer().tokens("Don't miss it: 50% off!")
    ["don't", 'miss', 'it', ':', '50', '%', 'off', '!']
    >>> Tokenizer(negation=True, punctuation=False).tokens("I did not like it, sorry")
    ['i', 'did', 'not', 'NOT_like', 'NOT_it', 'sorry']
    """

    name: str = "word"
    lowercase: bool = True
    punctuation: bool = True
    strip_accents: str | None = None
    mask_urls: bool = False
    mask_numbers: bool = False
    negation: bool = False
    stem: str | None = None
    stop_words: tuple[str, ...] | None = None
    function: Callable[[str], Iterable[str]] | None = None
    preprocessor: Callable[[str], str] | None = None

    def __post_init__(self) -> None:
        if self.function is None and self.name not in BUILT_IN and not self.name.startswith(PATTERN):
            _check_nltk(self.name)
        if self.strip_accents not in (None, "unicode", "ascii"):
            raise InvalidParameterError(
                f"strip_accents is {self.strip_accents!r}; allowed are None, 'unicode' and 'ascii'."
            )
        if self.stem is not None:
            _check_stem(self.stem)
        if self.negation and self.name == "sklearn":
            raise InvalidParameterError(
                "negation=True needs clause punctuation, which the tokenizer 'sklearn' does not see; "
                "choose tokenizer='word'."
            )
        if self.name.startswith(PATTERN):
            _compile(self.name[len(PATTERN) :])

    @property
    def is_built_in(self) -> bool:
        """Whether there is a compiled scanner for it."""
        return self.function is None and self.name in BUILT_IN

    @property
    def changes_terms(self) -> bool:
        """Whether the scanned tokens are replaced or dropped afterwards."""
        return bool(
            self.mask_numbers or self.negation or self.stem or self.stop_words is not None or not self.punctuation
        )

    @property
    def scans_symbols(self) -> bool:
        """Whether symbols are scanned as tokens; negation needs them to end its clause."""
        return self.punctuation or self.negation

    # The four steps of a document, in their order.

    def preprocess(self, document: str) -> str:
        """Return the document as it is before it is cut: lower case, without accents, web addresses masked."""
        if self.preprocessor is not None:
            document = self.preprocessor(document)
            if not isinstance(document, str):
                raise DataError(f"preprocessor returned {type(document).__name__}; it has to return a str.")
            return document
        for fold in self.folds:
            document = fold(document)
        if self.mask_urls:
            ends = [0, *(place for span in self.urls(document) for place in span), len(document)]
            document = f" {URL} ".join(document[a:b] for a, b in zip(ends[::2], ends[1::2], strict=True))
        if self.name == "word" and self.function is None:
            document = document.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        return document

    @property
    def folds(self) -> list[Callable[[str], str]]:
        """What lower-cases and strips, in order: each takes one character after the other, whatever stands beside it.

        But for the form of a sigma at the end of a word, which is one character too.
        """
        accents = {"unicode": [_without_accents], "ascii": [_ascii_alone]}.get(self.strip_accents or "", [])
        return [*([str.lower] if self.lowercase else []), *accents]

    def urls(self, text: str) -> list[tuple[int, int]]:
        """Return where the web addresses of a text start and end that was folded."""
        if "://" not in text and "www." not in text.lower():
            return []
        return [match.span() for match in _URLS.finditer(text)]

    def split(self, text: str) -> list[str]:
        """Cut a preprocessed document into tokens."""
        if self.is_built_in:
            return [text[start:end] for start, end in self.scan(text)]
        return list(map(self.joined, self.cut(text)))

    def cut(self, text: str) -> list[str]:
        """Cut a preprocessed document by a tokenizer that is not built in, whose tokens may hold spaces."""
        tokens = list(self._external(text))
        for token in tokens:
            if not isinstance(token, str):
                raise DataError(
                    f"tokenizer returned a token of type {type(token).__name__} ({token!r:.40}); tokens have to be str."
                )
        return tokens

    @staticmethod
    def joined(token: str) -> str:
        """Return a token without spaces: one separates the tokens of an n-gram in the name of its feature."""
        return token.replace(" ", "\N{NO-BREAK SPACE}")

    def scan(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where each token of a preprocessed document starts and ends; for built-in tokenizers alone."""
        return _scan(text, self.name, self.scans_symbols)

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """The regular expression that finds the tokens, where it is one that does."""
        is_pattern = self.function is None and self.name.startswith(PATTERN)
        return _compile(self.name[len(PATTERN) :]) if is_pattern else None

    def term(self, token: str) -> str | None:
        """Return what becomes of a token for itself: masked, stemmed, or None where it is left out."""
        if self.stop_words is not None and token in self._stop_words:
            return None
        if not self.punctuation and not any(c.isalnum() for c in token):
            return None
        if self.mask_numbers and token.isdecimal():
            return NUMBER
        if self.stem is not None:
            return str(self._stemmer.stem(token)) or None
        return token

    def tokens(self, document: str) -> list[str]:
        """Return the tokens of a document, one after the other."""
        return [term for term in self.terms(self.split(self.preprocess(document))) if term is not None]

    def terms(self, tokens: Iterable[str]) -> Iterator[str | None]:
        """Yield what becomes of each token in its place, negation counted; None where it is left out."""
        inside = False
        for token in tokens:
            term = self.term(token)
            negated = term is not None and inside and self.can_be_negated(token)
            yield f"{NEGATED}{term}" if negated else term
            if self.ends_clause(token):
                inside = False
            elif self.negates(token):
                inside = True

    def negates(self, token: str) -> bool:
        """Whether a negation holds after this token."""
        if not self.negation:
            return False
        token = token.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        return token.replace("'", "") in _NEGATORS or token.endswith("n't")

    def ends_clause(self, token: str) -> bool:
        """Whether a negation ends with this token."""
        return self.negation and token[-1:] in _CLAUSE_ENDS

    def can_be_negated(self, token: str) -> bool:
        """Whether the mark of negation is put before this token."""
        return self.negation and any(c.isalnum() for c in token)

    # As data.

    def to_dict(self) -> dict[str, Any]:
        """Return the specification as JSON-ready data.

        Raises
        ------
        ModelFileError
            Where a function of the user's is part of it.
        """
        for what in ("function", "preprocessor"):
            if getattr(self, what) is not None:
                raise ModelFileError(
                    f"The {'tokenizer' if what == 'function' else what} is a Python function, and a model file holds "
                    "no code: it cannot be saved. Use a tokenizer by name, such as 'word' or 'pattern:REGEX'."
                )
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("function", "preprocessor")}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Tokenizer:
        """Return the tokenizer that `to_dict` described."""
        stop_words = data.get("stop_words")
        return cls(**{**data, "stop_words": None if stop_words is None else tuple(stop_words)})

    # Loaded when they are first needed.

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        return frozenset(self.stop_words or ())

    @cached_property
    def _stemmer(self) -> Any:
        from nltk.stem.snowball import SnowballStemmer

        return SnowballStemmer(self.stem)

    @cached_property
    def _external(self) -> Callable[[str], Iterable[str]]:
        if self.function is not None:
            return self.function
        if self.pattern is not None:
            return self.pattern.findall
        import nltk.tokenize as nltk_tokenize

        maker = {
            "nltk:tweet": nltk_tokenize.TweetTokenizer,
            "nltk:treebank": nltk_tokenize.TreebankWordTokenizer,
            "nltk:toktok": nltk_tokenize.ToktokTokenizer,
        }[self.name]
        tokenize: Callable[[str], Iterable[str]] = maker().tokenize
        return tokenize

    def __getstate__(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _ascii_alone(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _scan(text: str, name: str, keep_symbols: bool) -> Iterator[tuple[int, int]]:
    """Yield where the tokens of a built-in tokenizer start and end, character class by character class."""
    min_length = BUILT_IN[name]
    kinds = [character_class(name, c) for c in text]
    i = 0
    while i < len(text):
        start = i
        kind = kinds[i]
        i += 1
        if kind == LETTER:
            while i < len(text) and (
                kinds[i] in (LETTER, MARK) or (kinds[i] == APOSTROPHE and kinds[i + 1 : i + 2] == [LETTER])
            ):
                i += 1
            if i - start >= min_length:
                yield start, i
        elif kind == SINGLE or (kind in (SYMBOL, APOSTROPHE) and keep_symbols):
            yield start, i


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise InvalidParameterError(f"The token pattern {pattern!r} is not a regular expression: {error}.") from error
    if not pattern:
        raise InvalidParameterError("The token pattern is empty; write one that finds tokens, such as pattern:\\w+.")
    if compiled.groups > 1:
        raise InvalidParameterError(
            f"The token pattern {pattern!r} has {compiled.groups} groups; at most one is allowed. "
            "Make the others non-capturing: (?:...)."
        )
    return compiled


def _check_nltk(name: str) -> None:
    if name not in NLTK:
        allowed = [*BUILT_IN, *NLTK, PATTERN + "REGEX"]
        raise UnknownNameError(f"There is no tokenizer {name!r}. {suggestion(name, allowed)}")


def _check_stem(language: str) -> None:
    from nltk.stem.snowball import SnowballStemmer

    if language not in SnowballStemmer.languages:
        raise UnknownNameError(
            f"stem is {language!r}; there is no Snowball stemmer for that. "
            f"{suggestion(str(language), SnowballStemmer.languages)}"
        )
