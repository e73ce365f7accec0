"""What did people set for this case, and is every word of it understood?

`case.toml` is read strictly: an unknown key is an error with the closest known one, because a setting that is silently
ignored changes figures.
"""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from litany.errors import CaseError

TEMPLATE = """\
# The settings of this case. Every line may be changed by hand; what depends on it is rebuilt by the next `litany run`.

[case]
title = "{title}"
country = "{country}"          # ISO 3166-1: which gazetteer and actors are built in (MM: Myanmar)
seed = 20210201         # every random draw starts here and from the content that it is drawn for

# How the sides of the built-in actors are called in tables and the report. The code knows no side by name.
[sides]
{sides}

# Who is who, and what is one incident, is drawn this many times; every figure over several lists carries what is doubtful.
# 0: nothing is linked but what people judge to be the same.
[linkage]
draws = {draws}

# The scope of the report's tables, chart and map, and that of its incidents (as long as these lines begin with #: everybody
# killed in the country; incidents: the scope of the tables). docs/reference/scope.md says what a scope may ask.
# [report]
# scope = "killed in:{country} 2021-02-01..2023-12-31"
# incidents = "killed civilian in:{country} toll>=5"

# The figures that open the report, in this order. `count` is a scope; `by` may ask for one table beside the figure: month,
# place, actor, status, sex, age, source or means.
[[report.figures]]
title = "People killed"
count = "killed in:{country}"
"""


class Headline(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the figures that open the report: its title and its scope; ``by`` asks for one breakdown (an axis of counts)."""

    title: str
    count: str
    by: str | None = None


class ReportSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the report shows first, and the scope of its tables, chart and map."""

    figures: tuple[Headline, ...] = ()
    scope: str | None = None
    incidents: str | None = None


class CaseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[case]``."""

    title: str
    country: str
    seed: int = 20210201


class LinkageSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The table ``[linkage]``: how many posterior draws, in tens (0: statements are linked by judgements alone), and what
    compares the pairs (`litany.linkage.engine_spark`); the draws are the same whatever does.
    """

    draws: Annotated[int, Meta(ge=0, le=10_000, multiple_of=10)] = 0
    engine: Literal["duckdb", "spark"] = "duckdb"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of case.toml."""

    case: CaseSettings
    sides: dict[str, str] = {}
    report: ReportSettings = ReportSettings()
    linkage: LinkageSettings = LinkageSettings()


def parse(text: str, where: str = "case.toml") -> Settings:
    """Settings from the text of case.toml. Raises CaseError that says which key is wrong and what was meant."""
    try:
        return msgspec.convert(tomllib.loads(text), Settings)
    except tomllib.TOMLDecodeError as problem:
        raise CaseError(f"{where} is not valid TOML: {problem}") from problem
    except msgspec.ValidationError as problem:
        raise CaseError(f"{where}: {problem}{_closest(str(problem))}") from problem


def _closest(message: str) -> str:
    known = (
        "title", "country", "seed", "sides", "report", "figures", "scope", "incidents", "count", "by", "case", "linkage",
        "draws", "engine",
    )  # fmt: skip
    if "$.linkage.engine" in message:
        return """; engine is "duckdb" (on this machine) or "spark\""""
    wrong = message.split("`")[1] if "unknown field" in message and "`" in message else ""
    close = get_close_matches(wrong, known, 1) if wrong else []
    return f"; did you mean {close[0]}?" if close else ""


def template(title: str, country: str, sides: dict[str, str], draws: int = 0) -> str:
    """A fresh case.toml. The title may hold any character."""
    lines = "\n".join(f'{name} = "{_quoted(label)}"' for name, label in sides.items())
    return TEMPLATE.format(title=_quoted(title), country=_quoted(country), sides=lines, draws=draws)


_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _quoted(text: str) -> str:
    """Text inside a TOML basic string: quotes, backslashes and control characters are escaped."""
    return "".join(_ESCAPED.get(c) or (f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c) for c in text)
