"""What can go wrong, and what should the person at the keyboard do about it?

    LitanyError
    ├── CaseError               the folder is not a case, or not one that this version can open
    │   └── CaseBusy            another process holds the lock for longer than we wait
    ├── StoreError              the database refuses what it was given
    │   ├── NotFound            nothing (or more than one thing) has this id
    │   └── Fork                two different histories claim to be one installation
    ├── CustodyBroken           bytes, lines or rows are not what custody says they are
    ├── UnreadableFile          a file cannot be read as what it claims to be
    ├── MappingError            a mapping is wrong, or none fits the table
    ├── UnknownValue            a value is not in the vocabulary
    │   └── UnreadableDate      a text is no date that we can read without guessing
    ├── ScopeError              a scope cannot be understood (carries text and position)
    ├── ContradictoryJudgement  a judgement contradicts earlier ones (carries the loop)
    ├── Refused                 the data cannot bear the number
    └── Withheld                something may not leave the case

Each message says what is wrong, on which record, and what to do next. Errors carry their evidence as attributes,
so that a caller can show it; the text is for people.
"""

from __future__ import annotations


class LitanyError(Exception):
    """Anything that Litany refuses to do. Catch this one at the edge."""


class CaseError(LitanyError):
    """The folder is not a case, or not one that this version can open."""


class CaseBusy(CaseError):
    """Another process holds the lock for longer than we wait."""


class StoreError(LitanyError):
    """The database refuses what it was given."""


class NotFound(StoreError):
    """Nothing, or more than one thing, has this id."""


class Fork(StoreError):
    """Two different histories claim to be one installation."""


class CustodyBroken(LitanyError):
    """Bytes, lines or rows are not what custody says they are."""


class UnreadableFile(LitanyError):
    """A file cannot be read as what it claims to be."""


class MappingError(LitanyError):
    """A mapping is wrong, or none fits the table."""


class UnknownValue(LitanyError):
    """A value is not in the vocabulary."""

    def __init__(self, message: str, value: str = "") -> None:
        super().__init__(message)
        self.value = value


class UnreadableDate(UnknownValue):
    """A text is no date that we can read without guessing."""


class ScopeError(LitanyError):
    """A scope cannot be understood.

    ``text`` is the scope as typed, ``start`` and ``end`` the span of the mistake in it (code points), ``hint`` what
    would have been understood. ``str()`` draws a caret under the mistake.
    """

    def __init__(self, message: str, text: str = "", start: int = 0, end: int = 0, hint: str = "") -> None:
        self.problem, self.text, self.start, self.end, self.hint = message, text, start, end, hint
        lines = [message]
        if text:
            lines += [f"  {text}", "  " + " " * start + "^" * max(1, end - start)]
        if hint:
            lines.append(hint)
        super().__init__("\n".join(lines))


class ContradictoryJudgement(LitanyError):
    """A judgement contradicts earlier ones; ``loop`` holds the ids of the judgements that form the contradiction."""

    def __init__(self, message: str, loop: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.loop = loop


class Refused(LitanyError):
    """The data cannot bear the number; the message says why and what to try next."""


class Withheld(LitanyError):
    """Something may not leave the case."""
