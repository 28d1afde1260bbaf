r"""Language models in the ARPA format, the text that other toolkits read and write: KenLM, SRILM, IRSTLM, Sphinx.

The format parts tokens by white space and knows ``<unk>``, ``<s>`` and ``</s>`` by their spelling, but a term may hold
white space, be spelled like one of these, or be empty.  Such terms, and no others, are escaped:

- white space and NUL as ``\uXXXX``, the code point in lower-case hexadecimal digits;
- the first character of a term that is ``<s>``, ``</s>``, ``<unk>`` or ``<UNK>`` as ``\u003c``;
- the backslash of what looks like an escape in the term itself as ``\u005c``;
- the term of no characters as ``\uffff``, which is no character in Unicode either.
"""

from textgd.lm.arpa.reading import read_arpa
from textgd.lm.arpa.writing import write_arpa

__all__ = ["read_arpa", "write_arpa"]
