"""Which values stand in a JSON Lines file, a line each, and which lines are none?

The file is streamed: at most one line is held, and a line of more than 16 MiB is passed over and listed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from litany.documents.json_values import Decoder, is_plain
from litany.documents.rows import Troubles

LONGEST = 1 << 24  # characters of a line
_SHOWN = 120


class Lines:
    """The values of the lines; blank lines do not count."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file, self._encoding = file, encoding

    def arrays(self) -> bool:
        """Is the first line that can be read a list of plain values?"""
        for _, value, _ in self.pieces(Troubles()):
            if isinstance(value, dict | list):
                return is_plain(value)
        return False

    def pieces(self, troubles: Troubles) -> Iterator[tuple[int, Any, Sequence[tuple[str, str]]]]:
        """(place among the lines with text, value, keys that stand twice); a line that is no JSON is a `Bad` value."""
        decoder = Decoder()
        place = -1
        for number, line in self._lines():
            if line is not None and not line.strip():
                continue
            place += 1
            if line is None:
                yield place, Bad(number, "", f"the line is longer than {LONGEST:,} characters"), ()
                continue
            if "\ufffd" in line:
                reason = f"the row holds � where its bytes are no {self._encoding}, or where the file had it already"
                troubles.add(place + 2, None, None, reason)
            yield self._value(decoder, place, number, line)

    def _value(self, decoder: Decoder, place: int, number: int, line: str) -> tuple[int, Any, Sequence[tuple[str, str]]]:
        text = line.strip(" \t\r\n\ufeff\x1e")  # \x1e: JSON text sequences, RFC 7464
        try:
            value, end = decoder.raw_decode(text)
        except json.JSONDecodeError as problem:
            return place, Bad(number, text[:_SHOWN], f"it is no JSON from its character {problem.pos + 1:,} on"), ()
        except (RecursionError, ValueError):
            return place, Bad(number, text[:_SHOWN], "its objects and lists lie too deep within each other"), decoder.twice()
        if text[end:].strip():
            shown = text[end : end + _SHOWN].strip()
            why = f"more text stands after its value, from character {end + 1:,} on"
            return place, Bad(number, shown, why), decoder.twice()
        return place, value, decoder.twice()

    def _lines(self) -> Iterator[tuple[int, str | None]]:
        """(number from 1, text; None: too long)."""
        self._file.seek(0)
        wrapper = io.TextIOWrapper(self._file, encoding=self._encoding, errors="replace", newline="\n")
        try:
            number, within = 0, False
            while line := wrapper.readline(LONGEST):
                ends = line.endswith("\n")
                if within:
                    within = not ends
                    continue
                number += 1
                if not ends and len(line) >= LONGEST:
                    within = True
                    yield number, None
                else:
                    yield number, line
        finally:
            if not self._file.closed:
                wrapper.detach()


class Bad:
    """A line that gave no value."""

    def __init__(self, line: int, text: str, why: str) -> None:
        self.line, self.text, self.why = line, text, why
