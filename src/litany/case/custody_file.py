"""How does `custody/<installation>.jsonl` stay the exact copy of the table, whatever broke off in between?

The file is only ever appended to. It is completed from the table when a case is opened and after each act, under a lock;
a half line at the end (a crash) is cut back to the last line feed first. Anything else that differs is for `litany verify`
to name, never for us to mend.
"""

from __future__ import annotations

import os
from pathlib import Path

from litany.case import points
from litany.case.locks import locked
from litany.store.store import Store


def complete(store: Store, folder: Path) -> None:
    """Bring every installation's file up to the table."""
    for installation in store.installations():
        _complete_one(store, folder, installation)


def _complete_one(store: Store, folder: Path, installation: str) -> None:
    path = folder / f"{installation}.jsonl"
    last = next((n for name, n, _ in store.head() if name == installation), 0)
    with locked(folder / ".lock", "writing the custody file"):
        have = _whole_lines(path)
        if have >= last:
            return
        new = b"".join(line + b"\n" for line in store.lines(installation, after=have))
        with path.open("ab") as handle:
            handle.write(new[: len(new) // 2])
            handle.flush()
            points.reached("custody-half")
            handle.write(new[len(new) // 2 :])
            handle.flush()
            os.fsync(handle.fileno())
    points.reached("custody-appended")


def _whole_lines(path: Path) -> int:
    """The number of whole lines; a half line at the end is cut off."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        os.truncate(path, whole)
    return data.count(b"\n")


def read(path: Path) -> list[bytes]:
    """The lines of a custody file."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []
