"""The parameters of a text classifier: the one place for their names, defaults, options and explanations.

The command line makes its options from this table, and `textgd.TextClassifier` its docstring; a test holds its
signature to it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PARAMETERS", "Parameter", "parameter_docs", "parse_class_numbers", "parse_ngrams", "spell_parameters"]

# Whose a parameter is: of the reading of text, of the features that are counted in it, of the model that learns, or
# of the classifier that joins them.
TEXT, FEATURES, MODEL, CLASSIFIER = "text", "features", "model", "classifier"
# A parameter of the classifier that is about features that are counted.
WORD_DROPOUT = "word_dropout"
# How the command line says None where None is not the default.
NONE = "none"


@dataclass(frozen=True)
class Parameter:
    """One parameter.

    Parameters
    ----------
    name : str
        In the library.
    kind : type
        What the command line reads: bool makes a pair of flags.
    default : object
    text : str
        What it does, one sentence or two.
    option : str
        In the command line, without its dashes; that of a bool may name both flags (``binary/counts``).
    choices : tuple of str
        What is allowed, where that is a short list.
    parse : callable, optional
        From the text of the command line to the value; raises ValueError with the reason.
    part : {"text", "features", "model", "classifier"}
        Whose it is: of the reading of text, of the features that are counted in it, of the model that learns, or of
        the classifier that joins them.
    """

    name: str
    kind: type
    default: Any
    text: str
    option: str
    choices: tuple[str, ...] = ()
    parse: Callable[[str], Any] | None = None
    part: str = TEXT

    @property
    def flags(self) -> list[str]:
        """The option with its dashes; of a bool the two."""
        return [f"--{flag}" for flag in self.option.split("/")]


def parse_ngrams(text: str) -> tuple[int, int]:
    """Read a span of n: ``2`` or ``1-3``.

    Examples
    --------
    >>> parse_ngrams("1-3"), parse_ngrams("2")
    ((1, 3), (2, 2))
    """
    low, dash, high = text.partition("-")
    try:
        return int(low), int(high if dash else low)
    except ValueError:
        raise ValueError(f"{text!r} is no span of n-grams; write 1-2, or 1 for single tokens") from None


def parse_number(text: str) -> float:
    """Read a whole number as int, another as float: documents, or a share of them."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    raise ValueError(f"{text!r} is no number; write 2 for documents, or 0.01 for a share of them")


def parse_class_numbers(text: str) -> Any:
    """Read a number for each class, ``spam=0.6,ham=0.4``, or the word that stands for such numbers.

    Examples
    --------
    >>> parse_class_numbers("spam=0.6,ham=0.4"), parse_class_numbers("uniform")
    ({'spam': 0.6, 'ham': 0.4}, 'uniform')
    """
    if "=" not in text:
        return text
    numbers = {}
    for part in text.split(","):
        label, _, number = part.rpartition("=")
        if label.strip() in numbers:
            raise ValueError(f"{label.strip()!r} is there twice; name each class once")
        try:
            numbers[label.strip()] = float(number)
        except ValueError:
            raise ValueError(f"{part!r} is no class with its number; write spam=0.6,ham=0.4") from None
    return numbers


def parse_number_or_word(text: str) -> float | str:
    """Read a number, or leave the word that stands for one: ``auto``."""
    try:
        return float(text)
    except ValueError:
        return text


def parse_whole_numbers(text: str) -> tuple[int, ...]:
    """Read whole numbers with commas between: ``0,0,1``."""
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"{text!r} are no whole numbers with commas between; write 0,0,1") from None


def parse_choice_or_none(text: str) -> str | None:
    """Read a name; ``none`` is None."""
    return None if text == NONE else text


def parse_stop_words(text: str) -> Any:
    """Read stop words: ``english``, or words with commas between."""
    return text if text == "english" else tuple(word.strip() for word in text.split(",") if word.strip())


PARAMETERS = (
    Parameter("model", str, "nb", "Model, by its name in the registry.", "model", part=CLASSIFIER),
    Parameter(
        "ngram_range",
        str,
        None,
        "Span of n-grams, such as 1-2. Default: the model's own, for characters 3-5.",
        "ngrams",
        parse=parse_ngrams,
        part=FEATURES,
    ),
    Parameter(
        "binary",
        bool,
        None,
        "Whether a feature counts once a document, or as often as it occurs; without tf-idf. Default: the model's own.",
        "binary/counts",
        part=FEATURES,
    ),
    Parameter(
        "tfidf", bool, None, "Weigh counts by tf-idf. Default: the model's own.", "tfidf/no-tfidf", part=FEATURES
    ),
    Parameter(
        "min_df",
        str,
        1,
        "Least documents a feature is in: a number, or a share (0.01).",
        "min-df",
        parse=parse_number,
        part=FEATURES,
    ),
    Parameter(
        "max_df",
        str,
        1.0,
        "Most documents a feature is in: a number, or a share (0.5).",
        "max-df",
        parse=parse_number,
        part=FEATURES,
    ),
    Parameter(
        "max_features", int, None, "Keep only so many features, the most frequent.", "max-features", part=FEATURES
    ),
    Parameter(
        "analyzer",
        str,
        "word",
        "N-grams of tokens, of characters, or of characters inside words.",
        "analyzer",
        choices=("word", "char", "char_wb"),
    ),
    Parameter(
        "tokenizer",
        str,
        "word",
        "What a token is: word, sklearn, whitespace, nltk:tweet, nltk:treebank, nltk:toktok or pattern:REGEX.",
        "tokenizer",
    ),
    Parameter("lowercase", bool, True, "Lower-case the text.", "lowercase/no-lowercase"),
    Parameter(
        "punctuation", bool, True, "Keep punctuation, emoji and the like as tokens.", "punctuation/no-punctuation"
    ),
    Parameter("strip_accents", str, None, "Take accents off letters.", "strip-accents", choices=("unicode", "ascii")),
    Parameter("mask_numbers", bool, False, "Read all numbers as one token.", "mask-numbers/no-mask-numbers"),
    Parameter("mask_urls", bool, False, "Read all web addresses as one token.", "mask-urls/no-mask-urls"),
    Parameter(
        "negation",
        bool,
        False,
        "Mark words after a negation, up to the next clause punctuation.",
        "negation/no-negation",
    ),
    Parameter("stem", str, None, "Reduce words to their stem; the language, such as english.", "stem"),
    Parameter(
        "stop_words",
        str,
        None,
        "Tokens to leave out: english, or words with commas between.",
        "stop-words",
        parse=parse_stop_words,
    ),
    Parameter("hashing", int, None, "Hash features into so many columns, a power of two.", "hashing", part=FEATURES),
    Parameter(
        "C",
        str,
        None,
        "What an error costs against large weights; auto chooses it by cross-validation. Default: the model's own.",
        "C",
        parse=parse_number_or_word,
        part=MODEL,
    ),
    Parameter(
        "class_weight",
        str,
        None,
        "How much each class counts: balanced, or spam=2,ham=1, as if of so many more documents. Default: all alike.",
        "class-weight",
        parse=parse_class_numbers,
        part=MODEL,
    ),
    Parameter("alpha", float, None, "Additive smoothing. Default: 1.", "alpha", part=MODEL),
    Parameter(
        "order", int, None, "Tokens of a language model's n-grams. Default: the model's own.", "order", part=MODEL
    ),
    Parameter(
        "smoothing",
        str,
        None,
        "How a language model shares probability with what was not seen. Default: kneser-ney.",
        "smoothing",
        choices=("kneser-ney", "witten-bell", "absolute", "jelinek-mercer", "additive"),
        part=MODEL,
    ),
    Parameter(
        "prune",
        str,
        None,
        "Leave out a language model's n-grams that occur so often or less, a number for each order: 0,0,1.",
        "prune",
        parse=parse_whole_numbers,
        part=MODEL,
    ),
    Parameter(
        "background",
        float,
        None,
        "Share of all classes' mean in each token's probability, so that no single one decides. Default: 0.5.",
        "background",
        part=MODEL,
    ),
    Parameter(
        "beta",
        str,
        None,
        "Share of the classifier against naive Bayes, from 0 to 1; auto learns it. Default: auto.",
        "beta",
        parse=parse_number_or_word,
        part=MODEL,
    ),
    Parameter(
        WORD_DROPOUT,
        float,
        0.0,
        "Chance that a word is taken out of copies of training documents, so that the model relies less on each.",
        "word-dropout",
        part=CLASSIFIER,
    ),
    Parameter(
        "calibrate",
        str,
        "auto",
        "How probabilities are learned from held-out scores; auto takes what does best, none leaves them as they are.",
        "calibrate",
        choices=("auto", "temperature", "sigmoid", "isotonic", NONE),
        parse=parse_choice_or_none,
        part=CLASSIFIER,
    ),
    Parameter(
        "class_prior",
        str,
        None,
        "Class probabilities: uniform, or spam=0.6,ham=0.4. Default: those of the training part.",
        "class-prior",
        parse=parse_class_numbers,
        part=CLASSIFIER,
    ),
    Parameter(
        "unlabeled_weight",
        str,
        "auto",
        "What an unlabeled document counts against a labeled one, from 0 to 1; auto chooses it by held-out labeled "
        "documents, and is 0 unless there is a gain beyond noise.",
        "unlabeled-weight",
        parse=parse_number_or_word,
        part=CLASSIFIER,
    ),
    Parameter("n_jobs", int, None, "Threads. Default: all cores; the result does not depend on it.", "jobs"),
)


def parameter_docs(indent: str = "    ") -> str:
    """Return the numpydoc entries of all parameters."""
    lines = []
    for parameter in PARAMETERS:
        choices = [None if choice == NONE else choice for choice in parameter.choices]
        allowed = "{" + ", ".join(map(repr, choices)) + "}, " if choices else ""
        lines += [f"{parameter.name} : {allowed}default={parameter.default!r}", f"    {parameter.text}"]
    return f"\n{indent}".join(lines)


def spell_parameters(values: Mapping[str, Any]) -> str:
    """Return parameters as the options that give them, for a shell; those at their default are left out.

    Parameters
    ----------
    values : mapping
        As a `textgd.TextClassifier` has them, or as a model file keeps them.

    Examples
    --------
    >>> spell_parameters({"model": "nb", "ngram_range": (1, 3), "lowercase": False, "min_df": 2})
    '--model nb --ngrams 1-3 --min-df 2 --no-lowercase'
    """
    words = []
    for parameter in PARAMETERS:
        value = values.get(parameter.name, parameter.default)
        if value == parameter.default and parameter.name != "model":
            continue
        if parameter.kind is bool:
            words.append(parameter.flags[0] if value else parameter.flags[1])
        else:
            words += [parameter.flags[0], _spelled(value, "-" if parameter.name == "ngram_range" else ",")]
    return shlex.join(words)


def _spelled(value: Any, separator: str) -> str:
    if isinstance(value, Mapping):  # a number for each class; a model file keeps pairs
        pairs = value.get("items", value) if isinstance(value.get("items"), list) else list(value.items())
        return separator.join(f"{label}={number:g}" for label, number in pairs)
    if value is None:
        return NONE
    return separator.join(map(str, value)) if isinstance(value, list | tuple) else str(value)
