"""How is a mapping written so that a person can read and change it?

Values as by default are left out. Comments stand above the table or key that they explain; what is written is read back by
`litany.statements.mapping.load`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Table
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from litany.statements.mapping_spec import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INLINE = 90  # characters; a longer table gets a heading of its own
_INLINE_KEYS = frozenset(("low", "best", "high", "text", "sex", "age_group", "status", "level", "modality"))
_ORDER = (
    "name", "title", "recognise", "key", "incident", "missing", "optional", "ignore", "aliases", "source", "sources",
    "statement",
)  # fmt: skip
Plain = dict[str, Any]


def plain(value: Any) -> Any:
    """A mapping, or a part of it, as tables, lists and words, without what is as by default."""
    if isinstance(value, Struct):
        fields = msgspec.structs.fields(type(value))
        found = ((field.encode_name, getattr(value, field.name), field.default) for field in fields)
        return {name: plain(inner) for name, inner, default in found if inner is not None and inner != default and inner != {}}
    if isinstance(value, (tuple, list)):
        return [plain(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return value.value if hasattr(value, "value") else value


def write(mapping: Mapping, comments: Table[str, Sequence[str]] | None = None) -> str:
    """The mapping as TOML. ``comments`` are lines by the path of what they explain (``statement.when``, '' for the top)."""
    told = comments or {}
    lines = [_comment(line) for line in told.get("", ())]
    table = plain(mapping)
    _table({key: table[key] for key in sorted(table, key=_place)}, "", told, lines)
    return "\n".join(lines).strip("\n") + "\n"


def _place(key: str) -> int:
    return _ORDER.index(key) if key in _ORDER else _ORDER.index("statement")


def _table(table: Plain, path: str, told: Table[str, Sequence[str]], lines: list[str]) -> None:
    tables = {key: value for key, value in table.items() if _is_table(key, value)}
    for key, value in table.items():
        if key not in tables:
            lines += [_comment(line) for line in told.get(_join(path, key), ())]
            lines.append(f"{_key(key)} = {_value(value)}")
    for key, value in tables.items():
        below = _join(path, key)
        for one in value if isinstance(value, list) else [value]:
            if isinstance(value, list) or not one or any(not _is_table(*inner) for inner in one.items()):
                lines.append("")
                lines += [_comment(line) for line in told.get(below, ())]
                lines.append(f"[[{below}]]" if isinstance(value, list) else f"[{below}]")
            _table(one, below, told, lines)


def _is_table(key: str, value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, dict) for one in value)
    return isinstance(value, dict) and not (key in _INLINE_KEYS and len(_value(value)) <= _INLINE)


def _join(path: str, key: str) -> str:
    return f"{path}.{_key(key)}" if path else _key(key)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return _text(str(value))


def _comment(line: str) -> str:
    """One line of a comment: TOML allows no control character in it."""
    return "# " + "".join(char if char >= " " and char != "\x7f" else " " for char in line)
