"""A file that is no table is refused with what it is and what to do."""

from __future__ import annotations

import io
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litany.documents.kinds import Kind, kind_of
from litany.documents.tables import open_tables
from litany.errors import UnreadableFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**members: bytes) -> bytes:
    """A ZIP archive; `__` in a name stands for a slash, `_dot_` for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def office(types: bytes, **members: bytes) -> bytes:
    """An office document that declares these content types."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def workbook() -> bytes:
    """A small workbook."""
    book = openpyxl.Workbook()
    book.active.append(["name", "place"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


BAD = {
    "nothing": (b"", "is empty"),
    "blank lines": (b"\n\n ,\n", "no row with text"),
    "an image": (b"\x89PNG\r\n\x1a\n....", "an image"),
    "a web page called .xls": (b"\n<!DOCTYPE html><table>", "a web page"),
    "gzip": (b"\x1f\x8b\x08....", "unpack it"),
    "a program for Windows": (b"MZ\x90\0\x03\0\0\0", "a program"),
    "a program for Linux": (b"\x7fELF\x02\x01\x01\0", "a program"),
    "a script": (b"#!/bin/sh\nrm list.csv\n", "a program"),
    "random bytes": (random.Random(1).randbytes(5000), "no text"),
    "zeros": (b"\0" * 5000, "no text"),
    "a workbook cut short": (workbook()[:3000], "damaged or cut short"),
    "a ZIP of files": (zipped(a_dot_csv=b"a,b\n"), "unpack it and add the files inside"),
    "a Word document": (office(b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"), "no spreadsheet"),
    "an XLSB": (office(b"application/vnd.ms-excel.sheet.binary.macroEnabled.main"), "save it as XLSX"),
    "an ODT": (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "no spreadsheet"),
    "an encrypted XLSX": (OLE + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000, "password"),
    "an encrypted ODS": (
        zipped(
            mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
            **{"META-INF__manifest_dot_xml": b"<manifest:encryption-data/>"},
        ),
        "password",
    ),
    "an OLE file that is no workbook": (OLE + b"\0" * 3000, "cannot be read as a workbook"),
    "a workbook without parts": (office(b"spreadsheetml"), "damaged"),
    "a workbook of bad XML": (
        office(b"spreadsheetml", **{"xl/workbook.xml": b"<a", "xl/_rels/workbook.xml.rels": b"<b/>"}),
        "damaged",
    ),
}


@pytest.mark.parametrize("what", sorted(BAD))
def test_what_is_no_table_is_refused_by_name_with_the_next_step(what: str) -> None:
    """The message names the file, says what it is, and what to do."""
    data, words = BAD[what]
    with pytest.raises(UnreadableFile, match=words) as caught:
        open_tables(io.BytesIO(data), "things.csv")
    assert str(caught.value).startswith("things.csv")


def test_a_part_that_swells_two_hundredfold_is_not_opened() -> None:
    """A ZIP bomb is refused before a byte of it is unpacked."""
    data = office(b"spreadsheetml", **{"xl/worksheets/sheet1.xml": b" " * (51 << 20)})
    with pytest.raises(UnreadableFile, match="200 times"):
        open_tables(io.BytesIO(data), "bomb.xlsx")


def test_parts_of_more_than_a_gigabyte_are_not_opened() -> None:
    """The declared sizes are added up."""
    data = bytearray(office(b"spreadsheetml", a=b"x" * 100))
    place = data.rindex(b"PK\x01\x02") + 24  # the uncompressed size in the central directory
    data[place : place + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(UnreadableFile, match="more than a gigabyte"):
        open_tables(io.BytesIO(bytes(data)), "large.xlsx")


def test_a_table_is_known_by_its_bytes_and_not_by_its_name() -> None:
    """A workbook called .csv and a CSV called .xlsx are both read."""
    (book,) = open_tables(io.BytesIO(workbook()), "list.csv")
    (text,) = open_tables(io.BytesIO(b"name,place\n"), "list.xlsx")
    assert book.sheet.header == text.sheet.header == ("name", "place")


@pytest.mark.parametrize("header", ["{x},y", "[x],y", "[1],y", '"{""a""}",y', "MZ,y", "#! note,y", "PAR,y"])
def test_a_table_whose_first_column_has_an_odd_name_stays_a_table(header: str) -> None:
    """A brace, a bracket or two letters alone make no JSON and no program."""
    (table,) = open_tables(io.BytesIO(f"{header}\n1,2\n".encode()), "list.csv")
    assert table.sheet.header[1] == "y"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'[{"a": 1}]', Kind.JSON),
        (b' \n [ [ "a", "b" ], [1, 2] ]', Kind.JSON),
        (b'{\n "a": []}', Kind.JSON),
        (b"[]", Kind.JSON),
        (b"\xef\xbb\xbf[{}]", Kind.JSON),
        ('[{"a": "\u1000"}]'.encode("utf-16"), Kind.JSON),
        ('[{"a": 1}]'.encode("utf-16-le"), Kind.JSON),
        (b'{"a": 1}\n{"a": 2}', Kind.JSONL),
        (b"PAR1....PAR1", Kind.PARQUET),
        (b"a,b\n1,2\n", Kind.DELIMITED),
    ],
)
def test_json_and_parquet_are_known_by_their_bytes(data: bytes, kind: Kind) -> None:
    """Whatever the name says."""
    for name in ("list.csv", "list.xlsx", "list.json", "download"):
        assert kind_of(io.BytesIO(data), name) is kind


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(seed: int) -> None:
    """Whatever stands in the parts of a workbook, no other error than UnreadableFile comes out."""
    luck = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = bytearray(before.read(name))
            for _ in range(luck.choice([0, 0, 1, 5])):
                part[luck.randrange(len(part))] = luck.choice(b"<>/\"'&0129AZr \0\xff")
            after.writestr(name, bytes(part))
    try:
        for table in open_tables(out, "damaged.xlsx"):
            list(table.rows())
    except UnreadableFile as problem:
        assert "damaged.xlsx" in str(problem)
