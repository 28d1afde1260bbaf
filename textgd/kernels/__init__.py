"""Compiled functions: arrays in, arrays out.

Everything here is numba code without classes, input, output or randomness of its own, and releases the GIL, so
that callers run it in threads.  Each kernel has a slow reference elsewhere that the tests hold it against.
"""
