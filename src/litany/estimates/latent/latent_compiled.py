"""How are the functions of the latent-class sampler compiled, and when anew? (`litany.compiled` says why.)"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from litany.compiled import Stamp, compiled_inside, hold, stamp_of

_Asked = ParamSpec("_Asked")
_Given = TypeVar("_Given")
_Compiled = TypeVar("_Compiled", bound=Callable[..., object])


def inner(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """Compile a function for use inside compiled functions only. It makes no array, and divisions by 0 give infinity."""
    return compiled_inside(function, source_stamp(), counting=False, checked=False)


def maker(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """The same, of what makes an array or a list, be it inside NumPy's Poisson numbers."""
    return compiled_inside(function, source_stamp())


def written_out(function: Callable[_Asked, _Given]) -> Callable[_Asked, _Given]:
    """The same, written out wherever it is called."""
    return compiled_inside(function, source_stamp(), counting=False, spread=True)


def stamped(function: _Compiled) -> _Compiled:
    """Let a compiled function's cache hold only as long as no file of the sampler changes."""
    return hold(function, source_stamp())


def source_stamp() -> Stamp:
    """Name, time of change and size of each file of the sampler."""
    return stamp_of(Path(__file__).parent, "latent_*.py")
