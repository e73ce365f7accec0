"""Who may do this now? Advisory locks on files, freed by the system when a process ends, however it ends."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from litany.errors import CaseBusy

WAIT_S = 60.0


@contextmanager
def locked(path: Path, doing: str, wait: float = WAIT_S) -> Iterator[None]:
    """Hold the lock at ``path``. Raises CaseBusy after ``wait`` seconds, saying what could not be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        until = time.monotonic() + wait
        while not _try(handle.fileno()):
            if time.monotonic() > until:
                raise CaseBusy(f"{doing} waits for another process that works on this case: try again when it is done")
            time.sleep(0.02)
        yield


def _try(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def free(path: Path) -> bool:
    """Does nobody hold this lock? (True too when the file is gone.)"""
    try:
        with path.open("rb") as handle:
            return _try(handle.fileno())
    except FileNotFoundError:
        return True
