"""How do readers always see one whole generation of what is derived, even when a run crashes?

A run builds a new folder beside the old one, under a lock, and swaps the pointer `derived/current` when it is complete. A
generation is named by its inputs, so that the same inputs find it again.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct

from litany.case.locks import locked
from litany.case.vault import sync_folder
from litany.ids import canonical, sha256

MANIFEST = "manifest.json"
_HALF = "half-"
KEEP = 4  # generations that stay, for readers that still look at them and for figures of earlier states


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """What a generation was made from (name to hash or version) and of (file to sha256)."""

    inputs: dict[str, str]
    files: dict[str, str]


def name_of(inputs: dict[str, str]) -> str:
    """The name of the generation that these inputs give."""
    return sha256(canonical(inputs))[:24]


class Generations:
    """The generations in one `derived/` folder."""

    def __init__(self, folder: Path, keep: int = KEEP) -> None:
        """``keep``: how many stay when one is used."""
        self.folder, self._keep = folder, keep

    def current(self) -> Path | None:
        """The generation that readers use, or None before the first run."""
        seen = None
        while (name := self._pointed_to()) not in (None, seen):
            path = self.folder / str(name)
            if (path / MANIFEST).exists():
                return path
            seen = name  # let go of since the pointer was read: then it points elsewhere now
        return None

    def _pointed_to(self) -> str | None:
        try:
            return (self.folder / "current").read_text("ascii").strip()
        except FileNotFoundError:
            return None

    def find(self, inputs: dict[str, str]) -> Path | None:
        """The finished generation of these inputs, if it is still here."""
        path = self.folder / name_of(inputs)
        return path if (path / MANIFEST).exists() else None

    def read(self, inputs: dict[str, str]) -> dict[str, bytes] | None:
        """The files of the finished generation of these inputs, by name. None where there is none, or it is not what was
        written: that one is let go.
        """
        path = self.find(inputs)
        if path is None:
            return None
        try:
            manifest = msgspec.json.decode((path / MANIFEST).read_bytes(), type=Manifest)
            files = {name: (path / name).read_bytes() for name in manifest.files}
        except (OSError, msgspec.DecodeError):
            self._remove(path)
            return None
        if manifest != Manifest(inputs, {name: sha256(data) for name, data in files.items()}):
            self._remove(path)
            return None
        return files

    @contextmanager
    def build(self, inputs: dict[str, str]) -> Iterator[Path]:
        """Build the generation of these inputs in the folder given; it is complete when the block ends well."""
        name = name_of(inputs)
        with locked(self.folder / ".lock", "building derived tables"):
            for left in self.folder.glob(f"{_HALF}*"):  # by a crash: who builds holds the lock
                shutil.rmtree(left, ignore_errors=True)
            half = self.folder / f"{_HALF}{name}"
            half.mkdir(parents=True)
            try:
                yield half
            except BaseException:
                shutil.rmtree(half, ignore_errors=True)
                raise
            files = {p.relative_to(half).as_posix(): sha256(p.read_bytes()) for p in sorted(half.rglob("*")) if p.is_file()}
            (half / MANIFEST).write_bytes(canonical(Manifest(inputs, files)))
            for path in half.rglob("*"):
                _sync(path)
            sync_folder(half)
            goal = self.folder / name
            if (goal / MANIFEST).exists():  # another process built it while we waited; somebody may be reading it
                shutil.rmtree(half)
                return
            shutil.rmtree(goal, ignore_errors=True)  # without a manifest it is whole for nobody
            half.rename(goal)
            sync_folder(self.folder)

    def point_to(self, path: Path) -> None:
        """Make a finished generation the current one, and let go of the oldest ones."""
        _used_now(path)  # first: whoever makes others now lets go of older ones
        pointer = self.folder / "current"
        new = self.folder / f"current.{os.getpid()}"
        new.write_text(path.name + "\n", "ascii")
        new.rename(pointer)
        sync_folder(self.folder)
        self._prune(path)

    def used(self, inputs: dict[str, str]) -> None:
        """Note that the generation of these inputs was used now, and let go of those that were not used for longest."""
        path = self.folder / name_of(inputs)
        try:
            _used_now(path)
        except FileNotFoundError:  # another process let go of it
            return
        self._prune(path)

    def let_go(self, inputs: dict[str, str]) -> None:
        """Delete the generation of these inputs, if it is here."""
        self._remove(self.folder / name_of(inputs))

    def _prune(self, keep: Path) -> None:
        whole = [p for p in self.folder.iterdir() if (p / MANIFEST).exists()]
        for old in sorted(whole, key=_last_used, reverse=True)[self._keep :]:
            if old != keep:
                self._remove(old)

    def _remove(self, path: Path) -> None:
        """A generation goes at once, never file by file under its own name."""
        gone = self.folder / f"{_HALF}{path.name}-{os.getpid()}"
        try:
            path.rename(gone)
        except FileNotFoundError:
            return  # another process was faster
        shutil.rmtree(gone, ignore_errors=True)

    def forget(self) -> None:
        """Delete everything derived (a withdrawal: nothing of it may stay)."""
        with locked(self.folder / ".lock", "deleting derived tables"):
            for path in self.folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path)
                elif path.name != ".lock":
                    path.unlink()


def _used_now(path: Path) -> None:
    now = time.time_ns()  # a file system's own "now" moves in ticks of milliseconds: within one, the order would be lost
    os.utime(path, ns=(now, now))


def _last_used(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _sync(path: Path) -> None:
    if path.is_dir():
        sync_folder(path)
        return
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
