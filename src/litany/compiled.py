"""When is a compiled function compiled anew?

Numba keeps compiled functions on disk and looks only at the file that a function is in: after a change in another file that it
calls into, it would go on with what that file was before. `hold` makes it look at all files of a family.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import ParamSpec, TypeVar

from numba import njit

Stamp = tuple[tuple[str, int, int], ...]
_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")
_Compiled = TypeVar("_Compiled", bound=Callable[..., object])


@cache
def stamp_of(folder: Path, pattern: str) -> Stamp:
    """Name, time of change and size of each file of a family."""
    files = [(path, path.stat()) for path in sorted(folder.glob(pattern))]
    return tuple((path.name, about.st_mtime_ns, about.st_size) for path, about in files)


def hold(function: _Compiled, stamp: Stamp) -> _Compiled:
    """Let a compiled function's cache hold only as long as no file of its family changes.

    Numba offers no way to say so; this sets what `numba.core.caching._Cache` took from the one file. A test holds it to that.
    """
    kept = getattr(getattr(function, "_cache", None), "_cache_file", None)
    if kept is not None:  # None where compilation is switched off
        kept._source_stamp = stamp
    return function


def compiled_inside(
    function: Callable[_Asked, _Given], stamp: Stamp, *, counting: bool = True, spread: bool = False, checked: bool = True
) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only.

    Without the wrappers by which Python and C would call it: these unpack every array of every argument, and took half of the
    time that compiling takes. ``counting`` false: see `compiled_bare`. ``spread`` writes it out wherever it is called.
    ``checked`` false: divisions by 0 give infinity and no error, as a test at each keeps the compiler from doing several at
    once.
    """
    options: dict[str, object] = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    if not counting:
        options["_nrt"] = False
    if not checked:
        options["error_model"] = "numpy"
    if spread:
        options["inline"] = "always"
    made: Callable[_Asked, _Given] = njit(**options)(function)  # type: ignore[call-overload]  # its types do not know the last
    return hold(made, stamp)


def compiled_bare(function: Callable[_Asked, _Given], stamp: Stamp) -> Callable[_Asked, _Given]:
    """Compile a function that makes no array, without counting who holds one.

    Numba counts, by atomic additions, each array of each argument up at a call and down after it; where some fifty arrays go
    from call to call that was three quarters of the time, more with every thread. What calls such a function holds the arrays
    all the while, so that nobody needs to count.
    """
    options: dict[str, object] = {"cache": True, "_nrt": False}
    made: Callable[_Asked, _Given] = njit(**options)(function)  # type: ignore[call-overload]  # its types do not know the last
    return hold(made, stamp)
