"""How kernels are compiled: once for each machine, kept on disk, free of the GIL."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numba
from llvmlite import ir
from numba import njit, types
from numba.core import event
from numba.extending import intrinsic
from platformdirs import user_cache_dir

import textgd.kernels

__all__ = ["kernel", "load_word", "prefetch"]


config: Any = numba.config


def _cache_folder() -> str:
    """Return a folder for compiled kernels that changes with any source that a kernel may have inlined.

    numba looks at the one file that a function is in; a kernel also holds what it calls in other files.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(here.glob("*.py")))).hexdigest()[:16]
    candidates: list[Any] = [config.CACHE_DIR] if config.CACHE_DIR else [here / "__pycache__", user_cache_dir("textgd")]
    for candidate in candidates:
        folder = os.path.join(candidate, f"kernels-{digest}")
        with contextlib.suppress(OSError):
            os.makedirs(folder, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    return tempfile.mkdtemp(prefix="textgd-kernels-")


_CACHE_FOLDER = _cache_folder()


def kernel(function: Any) -> Any:
    """Compile a function when it is first called, free of the GIL, and keep the result on disk."""
    # numba reads the setting when a function is decorated.
    before, config.CACHE_DIR = config.CACHE_DIR, _CACHE_FOLDER
    try:
        return njit(cache=True, nogil=True)(function)
    finally:
        config.CACHE_DIR = before


class _Announcer(event.Listener):
    """Pass on the first compilation; loading a kernel from the cache is none."""

    def on_start(self, event: Any) -> None:
        if textgd.kernels.on_compile is not None:
            announce, textgd.kernels.on_compile = textgd.kernels.on_compile, None
            announce()

    def on_end(self, event: Any) -> None:
        pass


event.register("numba:compile", _Announcer())


@intrinsic
def load_word(typing_context: Any, array: Any, index: Any) -> Any:
    """Return eight bytes from any place of an array as one number, little-endian; bounds are not checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(64).as_pointer())
        return builder.load(address, align=1)

    return types.uint64(array, types.int64), generate


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for an element of an array that will be read soon; bounds are not checked."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        byte = ir.IntType(8).as_pointer()
        address = builder.bitcast(builder.gep(data, [arguments[1]]), byte)
        number = ir.IntType(32)
        function = builder.module.declare_intrinsic(
            "llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        )
        # To be read, to be kept, data.
        builder.call(function, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, index), generate
