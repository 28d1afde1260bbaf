"""How kernels are compiled: once for each machine, kept on disk, free of the GIL."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import event
from numba.extending import intrinsic

import textgd.kernels

__all__ = ["kernel", "load_word"]

kernel = njit(cache=True, nogil=True)


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
