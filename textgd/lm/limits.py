"""How long things may be; apart from all else, so that the command line can tell without loading anything."""

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["COPY_WINDOWS", "MAX_ORDER", "MAX_TOKENS"]

# The longest n-grams that are counted, in tokens.
MAX_ORDER = 12
# Where a document that is written stops, unless something else is said.
MAX_TOKENS = 60
# How many tokens a run has from which on it can be told whether it was copied, by the analyzer.
COPY_WINDOWS: Mapping[str, int] = MappingProxyType({"word": 8, "char": 32})
