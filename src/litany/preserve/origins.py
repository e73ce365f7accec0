"""From where do bytes come: which files does a folder hold, and what does a server send?

Links and special files are listed, never followed: a folder that somebody sent must not make us read another one. A URL
is fetched only because the user named it.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlsplit, urlunsplit
from urllib.request import Request, urlopen

from msgspec import Struct

from litany import __version__
from litany.errors import UnreadableFile

TIMEOUT_S = 60
KEPT_HEADERS = ("content-type", "content-length", "date", "etag", "last-modified", "server", "content-disposition")
_URL = re.compile(r"https?://", re.IGNORECASE)


class Origin(Struct, frozen=True):
    """One thing to add: a path or a URL, as the user gave it; ``refused`` says why it is not read.

    ``path`` is the file; ``text`` and ``name`` are for people: bytes of a name that are no UTF-8 are shown as ``\\xNN``.
    """

    text: str
    name: str
    path: Path | None = None
    refused: str | None = None


def expand(text: str) -> Iterator[Origin]:
    """The files behind one argument: itself, or all files of a folder, however deep, folder by folder in order of name."""
    if _URL.match(text):
        yield _url(text)
        return
    path = Path(text)
    if path.is_dir() and not path.is_symlink():
        yield from _folder(path)
    else:
        yield _file(path)


def _url(text: str) -> Origin:
    try:
        parts = urlsplit(text)
    except ValueError as problem:
        return Origin(text, text, refused=f"is no URL that can be understood: {problem}")
    return Origin(text, unquote(Path(parts.path).name) or parts.netloc)


def _folder(path: Path) -> Iterator[Origin]:
    unread: list[OSError] = []
    found = False
    for folder, folders, files in os.walk(path, onerror=unread.append):
        folders.sort()
        for name in sorted([*files, *(f for f in folders if _is_link(Path(folder) / f))]):
            found = True
            yield _file(Path(folder) / name)
    for problem in unread:
        shown = _shown(problem.filename)
        yield Origin(shown, Path(shown).name, refused=f"cannot be opened, what it holds was not added: {problem.strerror}")
    if not found and not unread:
        yield _origin(path, "the folder is empty")


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:
        return False  # a folder too deep to be looked at: the walk names it


def _file(path: Path) -> Origin:
    try:
        mode = path.lstat().st_mode
    except (OSError, ValueError) as problem:
        return _origin(path, f"cannot be found: {getattr(problem, 'strerror', None) or problem}")
    if stat.S_ISLNK(mode):
        return _origin(path, "is a link: add the file that it points to")
    if not stat.S_ISREG(mode):
        return _origin(path, "is no file")
    return _origin(path)


def _origin(path: Path, refused: str | None = None) -> Origin:
    return Origin(_shown(path), _shown(path.name), path, refused)


def _shown(path: str | Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class Opened(Struct, frozen=True):
    """An open origin: its bytes, and what a server said about them."""

    stream: BinaryIO
    media_type: str | None = None
    headers: dict[str, str] = {}


@contextmanager
def opened(origin: Origin) -> Iterator[Opened]:
    """Open what an origin names. Raises UnreadableFile, also (from the stream) when the connection breaks in the middle."""
    with _reading(origin):
        source: Any = _fetch(origin.text) if origin.path is None else origin.path.open("rb")
    with source:
        if origin.path is not None:
            yield Opened(_guarded(origin, source.read, None))
            return
        kept = {k.lower(): v for k, v in source.headers.items() if k.lower() in KEPT_HEADERS}
        announced = kept.get("content-length", "")
        media_type = source.headers.get_content_type() if "content-type" in kept else None
        kept |= {"status": str(source.status), "url": source.geturl()}
        yield Opened(_guarded(origin, source.read, int(announced) if announced.isdecimal() else None), media_type, kept)


def _fetch(url: str) -> Any:
    parts = urlsplit(url)
    # What people copy from a browser may hold letters that HTTP does not carry as they are (a title in Burmese).
    ascii_host = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    path, query = (quote(part, safe="%/:=&?~+!$,;'@()*[]") for part in (parts.path, parts.query))
    request = Request(urlunsplit((parts.scheme, ascii_host, path, query, "")), headers={"User-Agent": f"litany/{__version__}"})
    return urlopen(request, timeout=TIMEOUT_S)


@contextmanager
def _reading(origin: Origin) -> Iterator[None]:
    try:
        yield
    except (OSError, URLError, HTTPException, UnicodeError) as problem:
        if isinstance(problem, HTTPError):
            problem.close()  # it carries the open answer
        reason = getattr(problem, "strerror", None) or problem
        raise UnreadableFile(f"{origin.text} cannot be read: {reason}") from problem


class _Guarded:
    """Bytes of an origin: what goes wrong while reading says so, and fewer bytes than were announced are an error."""

    def __init__(self, origin: Origin, read: Callable[[int], bytes], announced: int | None) -> None:
        self._origin, self._read, self._left = origin, read, announced

    def read(self, size: int) -> bytes:
        """The next bytes. Raises UnreadableFile."""
        with _reading(self._origin):
            data = self._read(size)
        if self._left is not None:
            self._left -= len(data)
            if not data and self._left > 0:
                raise UnreadableFile(
                    f"{self._origin.text} cannot be read: the connection broke, {self._left} of the announced bytes are missing"
                )
        return data


def _guarded(origin: Origin, read: Callable[[int], bytes], announced: int | None) -> BinaryIO:
    return cast(BinaryIO, _Guarded(origin, read, announced))
