"""From where do bytes come: which files does a folder hold, and what does a server send?

Links and special files are listed, never followed: a folder that somebody sent must not make us read another one. A URL
is fetched only because the user named it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO, cast
from urllib.error import URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from msgspec import Struct

from litany import __version__
from litany.errors import UnreadableFile

TIMEOUT_S = 60
KEPT_HEADERS = ("content-type", "content-length", "date", "etag", "last-modified", "server", "content-disposition")


class Origin(Struct, frozen=True):
    """One thing to add: a path or a URL, as the user gave it; ``refused`` says why it is not read."""

    text: str
    name: str
    refused: str | None = None

    @property
    def is_url(self) -> bool:
        """Is this fetched over the network?"""
        return is_url(self.text)


def is_url(text: str) -> bool:
    """Does this name something on the network?"""
    return urlsplit(text).scheme.lower() in ("http", "https")


def expand(text: str) -> Iterator[Origin]:
    """The files behind one argument, in order of path: itself, or all files of a folder, however deep."""
    if is_url(text):
        name = unquote(Path(urlsplit(text).path).name) or urlsplit(text).netloc
        yield Origin(text, name)
        return
    path = Path(text)
    if path.is_dir() and not path.is_symlink():
        found = False
        for folder, folders, files in os.walk(path):
            folders.sort()
            for name in sorted([*files, *(f for f in folders if (Path(folder) / f).is_symlink())]):
                found = True
                yield _file(Path(folder) / name)
        if not found:
            yield Origin(text, path.name, "the folder is empty")
        return
    yield _file(path)


def _file(path: Path) -> Origin:
    try:
        mode = path.lstat().st_mode
    except OSError as problem:
        return Origin(str(path), path.name, f"cannot be found: {problem.strerror}")
    if stat.S_ISLNK(mode):
        return Origin(str(path), path.name, "is a link: add the file that it points to")
    if not stat.S_ISREG(mode):
        return Origin(str(path), path.name, "is no file")
    return Origin(str(path), path.name)


class Opened(Struct, frozen=True):
    """An open origin: its bytes, and what a server said about them."""

    stream: BinaryIO
    media_type: str | None = None
    headers: dict[str, str] = {}


@contextmanager
def opened(origin: Origin) -> Iterator[Opened]:
    """Open what an origin names. Raises UnreadableFile, also when the connection breaks while it is read."""
    try:
        if origin.is_url:
            request = Request(origin.text, headers={"User-Agent": f"litany/{__version__}"})
            with urlopen(request, timeout=TIMEOUT_S) as answer:
                kept = {k.lower(): v for k, v in answer.headers.items() if k.lower() in KEPT_HEADERS}
                kept |= {"status": str(answer.status), "url": answer.geturl()}
                yield Opened(
                    cast(BinaryIO, _Whole(answer, kept.get("content-length"))), answer.headers.get_content_type(), kept
                )
        else:
            with Path(origin.text).open("rb") as stream:
                yield Opened(stream)
    except (OSError, URLError, HTTPException) as problem:
        raise UnreadableFile(f"{origin.text} cannot be read: {problem}") from problem


class _Whole:
    """A server's answer that ends in an error when fewer bytes came than were announced."""

    def __init__(self, answer: BinaryIO, announced: str | None) -> None:
        self._answer, self._left = answer, int(announced) if announced and announced.isdigit() else None

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError when the answer was cut short."""
        data = self._answer.read(size)
        if self._left is not None:
            self._left -= len(data)
            if not data and self._left > 0:
                raise OSError(f"the connection broke: {self._left} of the announced bytes are missing")
        return data
