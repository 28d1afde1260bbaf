"""What a character can do to a token; kept apart from the kernels so that it can be read without compiling any."""

SPACE, LETTER, MARK, SYMBOL, SINGLE, APOSTROPHE = range(6)
