"""How are the functions of the partition sampler compiled, and when anew? (`litany.compiled` says why.)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from litany.compiled import Stamp, compiled_bare, compiled_inside, hold, stamp_of

_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")
_Compiled = TypeVar("_Compiled", bound=Callable[..., object])


def inner(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only. It makes no array."""
    return compiled_inside(function, source_stamp(), counting=False)


def bare(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function that Python may call as well. It makes no array."""
    return compiled_bare(function, source_stamp())


def maker(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function that makes arrays, for use inside compiled functions only."""
    return compiled_inside(function, source_stamp())


def stamped(function: _Compiled) -> _Compiled:
    """Let a compiled function's cache hold only as long as no file of the sampler changes."""
    return hold(function, source_stamp())


def source_stamp() -> Stamp:
    """Name, time of change and size of each file of the sampler."""
    return stamp_of(Path(__file__).parent, "partition*.py")
