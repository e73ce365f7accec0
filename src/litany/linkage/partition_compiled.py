"""How are the functions compiled that only compiled code calls?

Without the wrappers by which Python and C would call them: these unpack every array of every argument, and took half of the
time that compiling the chains takes.

And without counting who holds an array. Numba counts, by atomic additions, each array of each argument up at a call and down
after it; the chains hand some fifty arrays from call to call, and that was three quarters of their time, more with every
thread. What calls them holds the arrays all the while. So they make no array themselves: they work in room that `maker`s made.

And when are they compiled anew? Numba keeps compiled functions on disk and looks only at the file that a function is in: after
a change in another file that it calls into, it would go on with what that file was before. `stamped` makes it look at all
files of the sampler.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from numba import njit

_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")
_Compiled = TypeVar("_Compiled", bound=Callable[..., object])


def inner(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only. It makes no array."""
    return stamped(_njit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False))


def bare(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function that Python may call as well. It makes no array."""
    return stamped(_njit(function, _nrt=False))


def maker(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function that makes arrays, for use inside compiled functions only."""
    return stamped(_njit(function, no_cpython_wrapper=True, no_cfunc_wrapper=True))


def _njit(function: Callable[_Asked, _Given], **options: bool) -> Callable[_Asked, _Given]:
    made: Callable[_Asked, _Given] = njit(cache=True, **options)(function)  # type: ignore[call-overload]  # it knows few options
    return made


def stamped(function: _Compiled) -> _Compiled:
    """Let a compiled function's cache hold only as long as no file of the sampler changes.

    Numba offers no way to say so; this sets what `numba.core.caching._Cache` took from the one file. A test holds it to that.
    """
    kept = getattr(getattr(function, "_cache", None), "_cache_file", None)
    if kept is not None:  # None where compilation is switched off
        kept._source_stamp = source_stamp()
    return function


@cache
def source_stamp() -> tuple[tuple[str, int, int], ...]:
    """Name, time of change and size of each file of the sampler."""
    files = [(path, path.stat()) for path in sorted(Path(__file__).parent.glob("partition*.py"))]
    return tuple((path.name, about.st_mtime_ns, about.st_size) for path, about in files)
