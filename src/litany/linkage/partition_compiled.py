"""How are the functions compiled that only compiled code calls?

Without the wrappers by which Python and C would call them: these unpack every array of every argument, and took half of the
time that compiling the chains takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")


def inner(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only."""
    options: dict[str, bool] = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made: Callable[_Asked, _Given] = njit(**options)(function)  # type: ignore[call-overload]  # its types do not know the last two
    return made
