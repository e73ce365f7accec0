"""In which encoding is a delimited file written, and which characters part and quote its cells?

Only the first 256 KiB are looked at. Encoding: a byte order mark, then UTF-8, then what charset-normalizer makes of the
rest, which is noted as a guess. Delimiter: clevercsv (van den Burg, Nazábal and Sutton 2019,
doi:10.1007/s10618-019-00646-y), unless another delimiter parts the lines more evenly. Quoting is RFC 4180 unless the sample
says otherwise.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import BinaryIO

from charset_normalizer import from_bytes
from msgspec import Struct

from litany.types.records import SheetRead

DELIMITERS = (",", ";", "\t", "|")
NO_DELIMITER = "\x1f"  # ASCII's unit separator: the csv module wants a delimiter where the table has one column
FIELD_LIMIT = 10_000_000  # characters in one cell
TITLES = 10  # lines above a header that may be titles
MIXED = " or "  # between the two encodings of one file
_SAMPLE = 1 << 18
_LINES, _CHARS = 100, 20_000
_CLEVER = 6_000  # characters; clevercsv takes quadratic time where a quote is not closed
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES = ["cp1252", "cp1250", "cp1251", "cp1256", "gb18030", "big5", "shift_jis", "utf_16_le", "utf_16_be"]
_SINGLE = ["cp1252", "cp1250", "cp1251", "cp1256"]
_LATIN = frozenset(("cp1252", "cp1250", "latin_1"))
# Signs of money and fractions inside words: Polish or Czech (cp1250) that was read as cp1252.
_NOT_WESTERN = re.compile(r"[^\W\d_][£¥¦¯¹³¼¾]|[£¥¦¯¼¾][^\W\d_]")


class Shape(Struct, frozen=True):
    """How a delimited file is read. ``delimiter`` is None where the table has one column.

    ``encoding`` is Python's name of it; ``utf-8 or cp1252``: UTF-8, and lines that are none are cp1252.
    """

    encoding: str
    delimiter: str | None
    quotechar: str = '"'
    escapechar: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def decoders(self) -> tuple[str, str | None]:
        """(encoding of the file, single-byte encoding of those lines that are none of it)."""
        plain, _, other = self.encoding.partition(MIXED)
        return plain, other or None

    @property
    def seekable(self) -> bool:
        """Can a row be cut out of the bytes and read again with what `SheetRead` keeps?"""
        return by_bytes(self.encoding) and self.escapechar is None

    def reader_options(self) -> dict[str, str | None]:
        """For `csv.reader`. Raises the module's limit for a cell, which is one for the whole process, where it is lower."""
        if csv.field_size_limit() < FIELD_LIMIT:
            csv.field_size_limit(FIELD_LIMIT)
        return {"delimiter": self.delimiter or NO_DELIMITER, "quotechar": self.quotechar, "escapechar": self.escapechar}


def by_bytes(encoding: str) -> bool:
    """Can a line be cut out of the bytes? Not where a line feed may be a part of a character."""
    return not encoding.startswith(("utf-16", "utf-32"))


def shape_of(file: BinaryIO) -> Shape:
    """How this file seems to be written; leaves the file at its start."""
    file.seek(0)
    sample = file.read(_SAMPLE)
    file.seek(0)
    encoding, notes = encoding_of(sample, len(sample) < _SAMPLE)
    return dialect_of(sample.decode(encoding.partition(MIXED)[0], errors="replace"), encoding, notes)


def shape_again(file: BinaryIO, sheet: SheetRead) -> Shape:
    """The shape with which a table was read before."""
    escape = None if sheet.seekable or not by_bytes(sheet.encoding or "utf-8") else shape_of(file).escapechar
    return Shape(sheet.encoding or "utf-8", sheet.delimiter, sheet.quotechar or '"', escape)


def json_encoding(head: bytes) -> str:
    """By its mark, or by where the first two characters of any JSON text, which are ASCII, have their zeros (RFC 4627, 3)."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    zeros = tuple(byte == 0 for byte in head[:4])
    if zeros[1:] == (True, True, True):
        return "utf-32-le"
    if zeros[:3] == (True, True, True):
        return "utf-32-be"
    if zeros == (True, False, True, False):
        return "utf-16-be"
    return "utf-16-le" if zeros == (False, True, False, True) else "utf-8"


def encoding_of(sample: bytes, whole: bool) -> tuple[str, tuple[str, ...]]:
    """(encoding as Python names it, notes). ``whole``: the sample is all of the file."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding, ()
    if sample.count(0) <= len(sample) // 20:
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(sample, final=whole)
        wrong = text.count("\ufffd") - sample.count("\ufffd".encode())
        if wrong <= 0:
            return "utf-8", ()
        other = _other_lines(sample, whole)
        if other is not None:
            return f"utf-8{MIXED}{other}", (f"most lines are UTF-8, the others are read as {other} (guessed) and listed",)
        # Other encodings hardly ever look like UTF-8 by chance: a few odd bytes among much UTF-8 are damage.
        if sum(1 for character in text if character > "\x7f") - wrong > 10 * wrong:
            return "utf-8", ("some of its bytes are no UTF-8",)
    found = _guessed(sample, _GUESSES)
    return found, (f"read as {found} (guessed: the file does not say)",)


def _guessed(sample: bytes, among: list[str]) -> str:
    best = from_bytes(sample, cp_isolation=among).best()
    found = "cp1252" if best is None else best.encoding
    if found in _LATIN:
        found = "cp1250" if _NOT_WESTERN.search(sample.decode("cp1252", "replace")) else "cp1252"
    return codecs.lookup(found).name


def _other_lines(sample: bytes, whole: bool) -> str | None:
    """The single-byte encoding of the lines that are no UTF-8, where at least as many others hold letters of UTF-8.

    None where no line is wholly of another encoding, or too many are: a line of another encoding hardly ever is UTF-8 by
    chance, so that even few lines with letters of UTF-8 show what the file is.
    """
    lines = sample.splitlines()
    if not whole and lines:
        lines.pop()  # the sample may end within it
    odd = [line for line in lines if not line.isascii()]
    others = [line for line in odd if is_other(line)]
    good = sum(1 for line in odd if _is_utf8(line))
    return _guessed(b"\n".join(others), _SINGLE) if others and good >= len(others) else None


def is_other(line: bytes) -> bool:
    """Is no letter of the line UTF-8? Where some are and some are not, the line is damaged UTF-8."""
    text = line.decode("utf-8", errors="replace")
    return "\ufffd" in text and not any(character > "\x7f" and character != "\ufffd" for character in text)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def dialect_of(text: str, encoding: str, notes: tuple[str, ...] = ()) -> Shape:
    """The shape whose delimiter and quoting part the first lines of the text best."""
    lines, size = [], 0
    for line in io.StringIO(text.removeprefix("\ufeff"), newline=""):
        if line.strip() or size:
            lines.append(line)
            size += len(line)
        if len(lines) >= _LINES or size >= _CHARS:
            break
    sample = "".join(lines)[:_CLEVER]
    sample = sample[: sample.rfind("\n") + 1] or sample
    seen = _clever(sample)
    quote = "'" if seen.quote == "'" and '"' not in sample else '"'
    escape = "\\" if seen.escape == "\\" and '\\"' in sample else None
    if escape is not None:
        notes = (*notes, "a backslash is read as the mark that takes the next character as it is")
    best: tuple[float, bool, int] = (0.0, False, 0)
    shape = Shape(encoding, None, quote, escape, notes)
    for delimiter in DELIMITERS:
        tried = Shape(encoding, delimiter, quote, escape, notes)
        share, width = _evenness(lines, tried)
        score = (share, delimiter == seen.delimiter, width)
        if width > 1 and score > best:
            best, shape = score, tried
    return shape


class _Seen(Struct, frozen=True):
    """What clevercsv makes of a sample; empty where it sees nothing."""

    delimiter: str = ""
    quote: str = ""
    escape: str = ""


def _clever(sample: str) -> _Seen:
    # Only where a shape must be found: it takes a quarter of a second to load, which every other command would pay too.
    from clevercsv.detect import Detector  # noqa: PLC0415
    from clevercsv.exceptions import Error  # noqa: PLC0415

    try:
        found = Detector().detect(sample, delimiters=list(DELIMITERS))
    except Error:
        return _Seen()
    return _Seen() if found is None else _Seen(found.delimiter or "", found.quotechar or "", found.escapechar or "")


def _titles(records: list[list[str]]) -> int:
    """How many lines of one cell stand above rows that are all of one width, of three cells or more: titles, no header."""
    first = next((place for place, record in enumerate(records[: TITLES + 1]) if len(record) > 1), 0)
    widths = {len(record) for record in records[first:]}
    return first if len(widths) == 1 and widths.pop() > 2 and len(records) - first > 2 else 0


def _evenness(lines: list[str], shape: Shape) -> tuple[float, int]:
    """(share of the records that are as wide as the first, its width)."""
    records = [record for record in csv.reader(lines, **shape.reader_options()) if record]  # type: ignore[arg-type]
    if len(records) > 2:
        records.pop()  # the sample may end within it
    records = records[_titles(records) :]
    width = len(records[0]) if records else 0
    return (sum(len(record) == width for record in records) / len(records) if records else 0.0), width
