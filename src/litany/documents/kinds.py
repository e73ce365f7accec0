"""Is this file a spreadsheet, a delimited text, JSON, Parquet or a PDF, and if it is none, what is it?

A file is what its bytes say; its name is believed only where the bytes leave it open. Bombs are refused by what the
archive declares; calamine stops by itself where a member unpacks to more than it declares.
"""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePath
from typing import BinaryIO

from litany.documents.detect import json_encoding
from litany.errors import UnreadableFile

_LARGEST = 1 << 30  # bytes that a workbook may unpack to
_SWOLLEN, _RATIO = 50 << 20, 200  # a member larger than this many bytes may not have been packed tighter than this
_MAGIC = {
    b"\x89PNG": "an image: type the table as CSV or XLSX",
    b"\xff\xd8\xff": "an image: type the table as CSV or XLSX",
    b"GIF8": "an image: type the table as CSV or XLSX",
    b"{\\rtf": "a text document (RTF): copy the table to a spreadsheet and save that as XLSX or CSV",
    b"MZ": "a program for Windows, whatever its name says: do not open it, and ask whoever sent it",
    b"\x7fELF": "a program, whatever its name says: do not open it, and ask whoever sent it",
    b"\xcf\xfa\xed\xfe": "a program, whatever its name says: do not open it, and ask whoever sent it",
    b"\xca\xfe\xba\xbe": "a program, whatever its name says: do not open it, and ask whoever sent it",
    b"#!": "a program (a script), whatever its name says: do not open it, and ask whoever sent it",
    b"SQLite format 3\x00": "a database (SQLite): export the table as CSV",
    b"\x1f\x8b": "compressed (gzip): unpack it and add the file inside",
    b"7z\xbc\xaf": "compressed (7z): unpack it and add the files inside",
    b"Rar!": "compressed (RAR): unpack it and add the files inside",
    b"<!doctype html": "a web page, whatever its name says: open it in a spreadsheet program and save it as XLSX or CSV",
    b"<html": "a web page, whatever its name says: open it in a spreadsheet program and save it as XLSX or CSV",
    b"<?xml": "XML: open it in a spreadsheet program and save it as XLSX or CSV",
}
_PROGRAMS = (b"MZ", b"#!")  # which a text may begin with too
_JSON_LINES = (".jsonl", ".ndjson")
_JSON = (".json", ".geojson", *_JSON_LINES)
_LOOKS_JSON = re.compile(r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\})|\[\s*(?:\{\s*["}]|\[\s*["\[\d{\-tfn]|\])')
_FIRST = 20  # lines that are looked at


class Kind(StrEnum):
    """How a file is opened."""

    DELIMITED = "delimited"
    XLSX = "xlsx"
    ODS = "ods"
    XLS = "xls"
    PDF = "pdf"
    JSON = "json"
    JSONL = "jsonl"
    PARQUET = "parquet"


def kind_of(file: BinaryIO, name: str) -> Kind:
    """How to open a file. Raises UnreadableFile, which says what the file is instead and what to do."""
    file.seek(0)
    head = file.read(1 << 16)
    file.seek(0)
    if not head:
        raise UnreadableFile(f"{name} is empty: get it again from where it came")
    start = head[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, what in _MAGIC.items():
        if magic in _PROGRAMS and not (head.startswith(magic) and _program(head)):
            continue
        if head.startswith(magic) or start.startswith(magic.lower()):
            raise UnreadableFile(f"{name} is {what}")
    if start.startswith(b"%pdf") or (b"%PDF-" in head[:1024] and _looks_binary(head)):
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(file, name)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.XLS
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    json_kind = _json_kind(head, PurePath(name).suffix.lower())
    if json_kind is not None:
        return json_kind
    if not head.startswith((b"\xff\xfe", b"\xfe\xff")) and _looks_binary(head):
        raise UnreadableFile(f"{name} is no table that we can read, its bytes are no text: export it as CSV, TSV, XLSX or ODS")
    return Kind.DELIMITED


def _program(head: bytes) -> bool:
    """Two letters alone make no program: Windows programs hold zeros, scripts name an interpreter."""
    return b"\0" in head[:256] if head.startswith(b"MZ") else head[2:].lstrip().startswith(b"/")


def _json_kind(head: bytes, suffix: str) -> Kind | None:
    """JSON or JSON Lines, by what stands in the first lines; None for other text.

    A table may have a column that is called ``{x}`` or ``[1]``, so the bytes must look like JSON where the name says nothing.
    """
    text = head.decode(json_encoding(head), "replace").lstrip("\ufeff \t\r\n\x1e")
    if not text.startswith(("{", "[")):
        one = any(line.lstrip().startswith("{") for line in text.splitlines()[:_FIRST])
        return Kind.JSONL if one and suffix in _JSON_LINES else None
    if suffix not in _JSON and not _LOOKS_JSON.match(text):
        return None
    lines = [line for line in text.split("\n")[:_FIRST] if line.strip()]
    if _whole(lines[0]):
        more = len(lines) > 1 and lines[1].lstrip("\x1e ").startswith(("{", "["))
        return Kind.JSONL if more or (suffix in _JSON_LINES and lines[0].startswith("{")) else Kind.JSON
    good = sum(map(_whole, lines[1:]))
    if suffix in _JSON_LINES and (len(lines) == 1 or 2 * good >= len(lines) - 1) and not _whole(text):
        return Kind.JSONL
    return Kind.JSON


def _whole(line: str) -> bool:
    """Is the line one object or list of JSON?"""
    try:
        return isinstance(json.loads(line, parse_int=str), dict | list)
    except (ValueError, RecursionError):
        return False


def _looks_binary(head: bytes) -> bool:
    strange = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    zeros = head.count(0)
    # UTF-16 without a mark has a zero in about every second byte; a table has next to no other control characters.
    return strange > len(head) // 20 and not (
        len(head) // 4 < zeros < len(head) * 5 // 8 and strange - zeros <= len(head) // 50
    )


def _zip_kind(file: BinaryIO, name: str) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members, name)
            return _office_kind(archive, {member.filename for member in members}, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as problem:
        raise UnreadableFile(f"{name} is damaged or cut short ({problem}): get it again from where it came") from problem
    finally:
        file.seek(0)


def _refuse_bomb(members: list[zipfile.ZipInfo], name: str) -> None:
    if sum(member.file_size for member in members) > _LARGEST:
        raise UnreadableFile(f"{name} unpacks to more than a gigabyte and is not opened: if it is real, save it as CSV")
    for member in members:
        if member.file_size > _SWOLLEN and member.file_size > _RATIO * max(1, member.compress_size):
            raise UnreadableFile(
                f"{name}: its part {member.filename} unpacks to more than {_RATIO} times its size, as files do that are made "
                "to fill a computer; it is not opened: if it is real, save it as CSV"
            )


def _office_kind(archive: zipfile.ZipFile, names: set[str], name: str) -> Kind:
    """By what an office document declares of itself (ECMA-376 part 2, section 10; OpenDocument 1.3 part 2, section 3.3)."""
    if "[Content_Types].xml" in names:
        types = archive.read("[Content_Types].xml")
        if b"sheet.binary" in types:
            raise UnreadableFile(f"{name} is a binary workbook (XLSB): save it as XLSX")
        if b"spreadsheetml" in types or b"ms-excel" in types:
            return Kind.XLSX
        raise UnreadableFile(
            f"{name} is an office document, but no spreadsheet: copy its table to one and save that as XLSX or CSV"
        )
    if "mimetype" in names:
        declared = archive.read("mimetype").strip()
        if declared.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise UnreadableFile(protected(name))
            return Kind.ODS
        raise UnreadableFile(
            f"{name} is {declared[:80].decode('ascii', 'replace')}, no spreadsheet: save its table as ODS or CSV"
        )
    raise UnreadableFile(f"{name} is a ZIP archive and no spreadsheet: unpack it and add the files inside")


def protected(name: str) -> str:
    """The message for a file that wants a password."""
    return f"{name} is protected by a password: save it without one and add that"
