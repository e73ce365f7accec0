"""What does this text ask for, and if it cannot be understood, where exactly and what was probably meant?

The grammar is in docs/reference/scope.md. Terms beside each other all hold; ``or`` joins its two neighbours and binds tighter;
``not`` takes the one term or parenthesis after it. Any text ends in a `Scope` or in a ScopeError, and in nothing else.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Protocol

from msgspec import Struct

from litany.errors import ScopeError, UnknownValue
from litany.types.figure import Unit
from litany.types.scope import (
    DEFAULT_GRADES,
    DEFAULT_MODALITIES,
    PEOPLE_KINDS,
    WORDS,
    Both,
    Dates,
    Either,
    Expr,
    Kind,
    Not,
    On,
    Scope,
    Term,
    canonical,
    conjunction,
    kinds,
    normal,
)
from litany.values import dates
from litany.values.terms import GRADE_ORDER, Certainty, Grade, Harm, Modality

LONGEST, DEEPEST = 32_000, 50
_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>(?:[^\s()"]|"[^"]*")+)|(?P<bad>"))')
_TOLL = re.compile(r"toll\s*(>=|<=|>|<|=)([0-9]{1,9})")
_OPTIONS = ("on", "unit", "grade", "modality", "certainty", "without", "as-of", "toll")
_BARE = {word: kind for kind in PEOPLE_KINDS for word in WORDS[kind] if word != "unknown"}
_KEYS = ("harm", *(kind.value for kind in Kind), *_OPTIONS)


class Resolver(Protocol):
    """Turns words into ids; each method raises UnknownValue with suggestions."""

    def place(self, text: str) -> str:
        """The id of a place from its P-code or ISO code."""

    def actor(self, text: str) -> str:
        """The id of an actor from its id, name or alias."""

    def source(self, text: str) -> str:
        """The slug of a source."""


class _Token(Struct, frozen=True):
    text: str
    start: int
    end: int


class _Found(Struct):
    """What the top level of a text gathers."""

    harm: Harm | None = None
    terms: list[tuple[Expr, _Token]] = []
    options: dict[str, object] = {}


def parse(text: str, resolver: Resolver) -> Scope:
    """The scope that a text asks for. Raises ScopeError with a caret under the mistake."""
    if len(text) > LONGEST:
        raise ScopeError(f"a scope has at most {LONGEST} characters; this one has {len(text)}")
    scope = _Parser(text, resolver).scope()
    if len(written := canonical(scope)) > LONGEST:  # a recipe must read back
        raise ScopeError(f"a scope has at most {LONGEST} characters; written out, this one has {len(written)}")
    return scope


class _Parser:
    """One text on its way to a scope."""

    def __init__(self, text: str, resolver: Resolver) -> None:
        self.text, self.resolver = text, resolver
        self.tokens = self._split()
        self.at = 0
        self.found = _Found(None, [], {})

    def _wrong(self, message: str, token: _Token, hint: str = "") -> ScopeError:
        shown = "".join(char if char.isprintable() else " " for char in self.text)  # one column each, and one line
        return ScopeError(message, shown, token.start, token.end, hint)

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        at = 0
        while match := _TOKEN.match(self.text, at):
            at = match.end()
            kind = match.lastgroup or "word"
            token = _Token(match[kind], match.start(kind), match.end(kind))
            if kind == "bad":
                raise self._wrong("a quotation mark is never closed", token, 'write by:"Arakan Army"')
            tokens.append(token)
        return tokens

    def scope(self) -> Scope:
        """The whole text."""
        end = _Token("", len(self.text), len(self.text) + 1)
        if not self.tokens:
            raise ScopeError("the scope is empty", hint="write for example: killed civilian in:MM 2021-02-01..")
        while self.at < len(self.tokens):
            self._top()
        if self.found.harm is None:
            raise self._wrong("the scope does not say which harm", end, f"add one of {', '.join(Harm)}")
        people, facts = self._sorted_out()
        return Scope(harm=self.found.harm, people=people, facts=facts, **self.found.options)  # type: ignore[arg-type]

    def _sorted_out(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
        people: list[Expr] = []
        facts: list[Expr] = []
        single: dict[Kind, tuple[str, _Token]] = {}
        axes = {kind.value for kind in PEOPLE_KINDS}
        for expr, token in self.found.terms:
            for one in expr.parts if isinstance(expr, Both) else (expr,):
                about = kinds(one)
                if about & axes and len(about) > 1:
                    raise self._wrong(
                        f"one `or` or `not` cannot join {' and '.join(sorted(about))}: some people would count twice or never",
                        token,
                        "count them one by one",
                    )
                if isinstance(one, Term) and one.kind in PEOPLE_KINDS:
                    known = single.setdefault(one.kind, (one.value, token))
                    if known[0] != one.value:
                        raise self._wrong(
                            f"nobody is both {known[0]} and {one.value}", token, f"did you mean {known[0]} or {one.value}?"
                        )
                (people if about & axes else facts).append(one)
        return conjunction(people), conjunction(facts)

    def _top(self) -> None:
        """One condition or option of the text."""
        token = self.tokens[self.at]
        if self._is_option(token) or self._is_harm(token):
            self.at += 1
            if self.at < len(self.tokens) and self.tokens[self.at].text.lower() == "or":
                raise self._wrong(f"{token.text} cannot stand in an `or`", token, self._or_hint(token))
            self._option(token)
            return
        first = token
        expr = self._either(0)
        last = self.tokens[self.at - 1]
        self.found.terms.append((normal(expr), _Token("", first.start, last.end)))

    def _or_hint(self, token: _Token) -> str:
        return "count one harm at a time" if self._is_harm(token) else "write several values with commas"

    def _either(self, depth: int) -> Expr:
        parts = [self._negated(depth)]
        while self.at < len(self.tokens) and self.tokens[self.at].text.lower() == "or":
            token = self.tokens[self.at]
            self.at += 1
            if self.at == len(self.tokens):
                raise self._wrong("nothing follows this `or`", token)
            parts.append(self._negated(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _negated(self, depth: int) -> Expr:
        token = self.tokens[self.at]
        if depth > DEEPEST:
            raise self._wrong(f"more than {DEEPEST} parentheses or `not` stand in each other here", token)
        word = token.text.lower()
        if word == "not":
            self.at += 1
            if self.at == len(self.tokens):
                raise self._wrong("nothing follows this `not`", token)
            return Not(self._negated(depth + 1))
        if word == "(":
            return self._parenthesis(token, depth)
        if word in (")", "or"):
            hint = "leave it out" if word == ")" else "`or` stands between two terms"
            raise self._wrong(f"nothing stands before this {token.text}", token, hint)
        if word in ("and", "&", "&&", "+"):
            raise self._wrong(f"{token.text} is not needed", token, "terms beside each other all hold: leave a blank")
        self.at += 1
        return self._term(token)

    def _parenthesis(self, opened: _Token, depth: int) -> Expr:
        self.at += 1
        parts: list[Expr] = []
        while self.at < len(self.tokens) and self.tokens[self.at].text != ")":
            parts.append(self._either(depth + 1))
        if self.at == len(self.tokens):
            raise self._wrong("this parenthesis is never closed", opened)
        self.at += 1
        if not parts:
            raise self._wrong("these parentheses are empty", _Token("", opened.start, self.tokens[self.at - 1].end))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    # --- terms ----------------------------------------------------------------------------------------------------

    def _term(self, token: _Token) -> Expr:
        if self._is_option(token):
            raise self._wrong(
                f"{token.text} says what enters the count: it cannot stand under `or`, `not` or in parentheses", token
            )
        if self._is_harm(token):
            raise self._wrong(
                f"{token.text} cannot stand under `or`, `not` or in parentheses", token, "count one harm at a time"
            )
        key, colon, value = token.text.partition(":")
        if colon and key.lower() in {kind.value for kind in Kind}:
            return self._valued(Kind(key.lower()), value, token)
        word = token.text.lower()
        if word in _BARE:
            return Term(_BARE[word], word)
        if re.match(r"\d|\.\.", word):
            return self._dates(token)
        raise self._wrong(f"{token.text!r} is no term of a scope", token, self._closest(token))

    def _closest(self, token: _Token) -> str:
        key, colon, value = token.text.lower().partition(":")
        if colon:
            close = get_close_matches(key, _KEYS, 1, 0.5)
            return f"did you mean {close[0]}:{value}?" if close else f"the keys are {', '.join(_KEYS)}"
        if key.startswith("toll"):
            return "write toll>=5 (or >, <=, <, =)"
        if key == "unknown":
            return "say of what: status:unknown, sex:unknown, age:unknown, by:unknown"
        close = get_close_matches(key, [*_BARE, *Harm, "or", "not"], 1)
        return f"did you mean {close[0]}?" if close else "docs/reference/scope.md lists the terms"

    def _valued(self, kind: Kind, value: str, token: _Token) -> Expr:
        parts: list[Expr] = []
        at = token.start + len(kind.value) + 1
        for piece in _pieces(value):
            here = _Token(piece, at, at + len(piece))
            at += len(piece) + 1
            if not piece.strip('"'):
                raise self._wrong(f"{kind.value}: has no value here", token, f"write {kind.value}:… with a value")
            parts.append(Term(kind, self._value(kind, piece.strip('"'), here)))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _value(self, kind: Kind, text: str, token: _Token) -> str:
        if kind in WORDS:
            word = text.lower()
            if word not in WORDS[kind]:
                close = get_close_matches(word, WORDS[kind], 1)
                hint = f"did you mean {close[0]}?" if close else f"the words are {', '.join(WORDS[kind])}"
                raise self._wrong(f"{text!r} is no {kind.value}", token, hint)
            return word
        if kind is Kind.BY and text.lower() == "unknown":
            return "unknown"
        resolve = {Kind.IN: self.resolver.place, Kind.BY: self.resolver.actor, Kind.SOURCE: self.resolver.source}[kind]
        try:
            return resolve(text)
        except UnknownValue as problem:
            raise self._wrong(str(problem), token) from problem

    def _dates(self, token: _Token) -> Expr:
        try:
            first, last = dates.iso_range(token.text)
        except UnknownValue as problem:
            raise self._wrong(str(problem), token, "dates are written 2021-02-01..2023-12-31, 2021.., 2021-02") from problem
        return Dates(first, last)

    # --- harm and options -------------------------------------------------------------------------------------------

    def _is_harm(self, token: _Token) -> bool:
        word = token.text.lower()
        return word in set(Harm) or word.startswith("harm:")

    def _is_option(self, token: _Token) -> bool:
        word = token.text.lower()
        return (word.split(":")[0] in _OPTIONS and (":" in word or word == "toll")) or _TOLL.match(word) is not None

    def _option(self, token: _Token) -> None:
        word = token.text.lower()
        if self._is_harm(token):
            self._take_harm(word.removeprefix("harm:"), token)
            return
        key, _, value = token.text.partition(":")
        name = "toll" if word.startswith("toll") else {"as-of": "as_of", "grade": "grades", "modality": "modalities"}.get(
            key.lower(), key.lower()
        )  # fmt: skip
        if name in self.found.options:
            raise self._wrong(f"{key.lower()} stands here a second time", token, "keep one of the two")
        self.found.options[name] = getattr(self, f"_read_{name}")(value, token)

    def _take_harm(self, word: str, token: _Token) -> None:
        if word not in set(Harm):
            close = get_close_matches(word, list(Harm), 1)
            raise self._wrong(
                f"{word!r} is no harm", token, f"did you mean {close[0]}?" if close else f"one of {', '.join(Harm)}"
            )
        if self.found.harm is not None and self.found.harm is not Harm(word):
            raise self._wrong(f"{self.found.harm} and {word} are two harms", token, "count one harm at a time")
        self.found.harm = Harm(word)

    def _read_toll(self, value: str, token: _Token) -> tuple[str, int]:
        match = _TOLL.fullmatch(token.text.lower())
        if match is None:
            raise self._wrong("this is no threshold", token, "write toll>=5 (or >, <=, <, =)")
        sign, number = match[1], int(match[2])
        if sign == ">":
            return ">=", number + 1
        if sign == "<":
            if number == 0:
                raise self._wrong("no toll is below 0", token)
            return "<=", number - 1
        return sign, number

    def _one(self, words: type[On] | type[Unit] | type[Certainty], value: str, token: _Token) -> On | Unit | Certainty:
        if value.lower() not in set(words):
            close = get_close_matches(value.lower(), list(words), 1)
            hint = f"did you mean {close[0]}?" if close else f"the words are {', '.join(words)}"
            raise self._wrong(f"{value!r} cannot stand here", token, hint)
        return words(value.lower())

    def _read_on(self, value: str, token: _Token) -> object:
        return self._one(On, value, token)

    def _read_unit(self, value: str, token: _Token) -> object:
        return self._one(Unit, value, token)

    def _read_certainty(self, value: str, token: _Token) -> object:
        return self._one(Certainty, value, token)

    def _several(self, words: type[Grade] | type[Modality], value: str, token: _Token) -> set[str]:
        if value.lower() == "all":
            return set(words)
        given = {word for word in value.lower().split(",") if word}
        for word in sorted(given - set(words)) or ([] if given else [""]):
            close = get_close_matches(word, list(words), 1)
            hint = f"did you mean {close[0]}?" if close else f"the words are {', '.join(words)} and all"
            raise self._wrong(f"{word!r} cannot stand here", token, hint)
        return given

    def _read_grades(self, value: str, token: _Token) -> object:
        given = self._several(Grade, value, token)
        return tuple(grade for grade in GRADE_ORDER if grade in given) or DEFAULT_GRADES

    def _read_modalities(self, value: str, token: _Token) -> object:
        given = self._several(Modality, value, token)
        return tuple(modality for modality in Modality if modality in given) or DEFAULT_MODALITIES

    def _read_without(self, value: str, token: _Token) -> object:
        if not value:
            raise self._wrong("without: names no source", token, "write without:acled")
        try:
            return tuple(sorted({self.resolver.source(slug.strip('"')) for slug in _pieces(value)}))
        except UnknownValue as problem:
            raise self._wrong(str(problem), token) from problem

    def _read_as_of(self, value: str, token: _Token) -> object:
        try:
            return dates.show(dates.day(value))
        except UnknownValue as problem:
            raise self._wrong(str(problem), token, "write as-of:2024-01-31") from problem


def _pieces(value: str) -> list[str]:
    """Values between commas; a comma within quotation marks is part of the value."""
    return re.findall(r'(?:[^,"]|"[^"]*")+|(?<=,)(?=,|$)|^(?=,|$)', value) or [""]
