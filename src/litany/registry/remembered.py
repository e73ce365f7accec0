"""What was worked out before from the very same, and need not be worked out again?

Comparing rows and learning their weights does not depend on what people judge: after a judgement only the draws are made
anew. What was worked out is kept under all that it was worked out from (hashes of rows and plan, seed, code, packages), and can
be thrown away at any time. It is always handed out as it was written, so that it makes no difference whether it was there.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from litany.case.generations import Generations
from litany.ids import sha256
from litany.registry.packed import Unreadable, packed, unpacked

_Made = TypeVar("_Made", bound=Struct)
_CODE = ("linkage", "values", "types", "registry")  # packages whose code decides what is worked out


class Memory:
    """What a case worked out (``kept``), under ``versions`` of what it is a function of besides the inputs."""

    def __init__(self, kept: Generations, versions: dict[str, str]) -> None:
        self._kept = kept
        self._versions = {**versions, "code": _code(), "machine": f"{platform.system()} {platform.machine()}"}

    def of(self, kind: type[_Made], what: str, inputs: dict[str, str], make: Callable[[], _Made]) -> _Made:
        """``what`` is worked out from ``inputs`` (name to hash or value): as it is kept, or by ``make``."""
        named = {**self._versions, **inputs, "what": what}
        files = self._kept.read(named)
        if files is not None:
            try:
                made = unpacked(files, kind)
            except Unreadable:
                self._kept.let_go(named)
            else:
                self._kept.used(named)
                return made
        files = packed(make())
        with self._kept.build(named) as folder:
            for name, data in files.items():
                (folder / name).write_bytes(data)
        self._kept.used(named)
        return unpacked(files, kind)


@cache
def _code() -> str:
    """A hash of our own code: who changes a line of it works everything out anew."""
    root = Path(__file__).parent.parent
    files = sorted(path for name in _CODE for path in (root / name).rglob("*") if path.suffix in (".py", ".toml"))
    return sha256(b"\0".join(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() for path in files))
