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


def compiled_inside(function: Callable[_Asked, _Given], stamp: Stamp, spread: bool = False) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only.

    Without the wrappers by which Python and C would call it: these unpack every array of every argument, and took half of the
    time that compiling takes. ``spread`` writes it out wherever it is called: for what is called millions of times a second,
    as a call counts references to each array.
    """
    options: dict[str, object] = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    if spread:
        options["inline"] = "always"
    made: Callable[_Asked, _Given] = njit(**options)(function)  # type: ignore[call-overload]  # its types do not know the last two
    return hold(made, stamp)
