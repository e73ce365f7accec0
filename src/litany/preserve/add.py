"""How do files become documents of the case, with proof of when and from where they came?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from litany.case import points, vault
from litany.case.case import Case
from litany.errors import CaseError, NotFound, UnreadableFile
from litany.preserve import origins
from litany.preserve.origins import Origin
from litany.store.store import stamp
from litany.types.records import SLUG, Capture, Document
from litany.values import dates


class Facts(Struct, frozen=True, kw_only=True):
    """What the person says about what they add."""

    who: str | None = None
    source: str | None = None
    published: str | None = None
    replaces: str | None = None
    note: str | None = None


class Outcome(Struct, frozen=True, omit_defaults=True):
    """What became of one origin. ``new`` is false when the case had these bytes; ``refused`` says why nothing was added."""

    origin: str
    sha256: str | None = None
    size: int = 0
    new: bool = False
    refused: str | None = None


def check(case: Case, facts: Facts) -> None:
    """Raises UnreadableDate, CaseError or NotFound when the facts cannot be right."""
    if facts.published is not None:
        dates.parse(facts.published)
    if facts.source is not None and not SLUG.fullmatch(facts.source):
        raise CaseError(f"--source {facts.source}: write a short name in a-z, 0-9, '-' and '.', for example ucdp-ged")
    if facts.replaces is not None and not case.has_document(facts.replaces):
        raise NotFound(f"--replaces {facts.replaces}: no document of this case has this sha256 (`litany documents` lists them)")


def add(case: Case, given: list[str], facts: Facts) -> Iterator[Outcome]:
    """Add every file behind the arguments, one act each; what cannot be read comes out as refused, and the rest goes on."""
    check(case, facts)
    for text in given:
        own = _own(case, text)
        if own is not None:
            yield Outcome(text, refused=own)
            continue
        for origin in origins.expand(text):
            yield add_origin(case, origin, facts)


def _own(case: Case, text: str) -> str | None:
    """Why a path is not even opened: it is the case itself, whose keys must not get into its own vault."""
    try:
        path, root = Path(text).resolve(), case.layout.root.resolve()
    except (OSError, ValueError):
        return None  # no path at all: `origins` says what is wrong with it
    layout = case.layout
    if root.is_relative_to(path):
        return f"{text} is or holds the case itself: name the files to add"
    own = (layout.keys, layout.vault, layout.custody, layout.derived)
    if any(path.is_relative_to(one.resolve()) for one in own) or (path.parent == root and path.name.startswith("case.db")):
        return f"{text} belongs to the case itself: add what came from outside"
    return None


def add_origin(case: Case, origin: Origin, facts: Facts) -> Outcome:
    """Add one thing; what cannot be read comes out as refused."""
    if origin.refused:
        return Outcome(origin.text, refused=f"{origin.text} {origin.refused}")
    try:
        with vault.incoming(case.layout.vault) as incoming:
            with origins.opened(origin) as opened:
                sha256, size = incoming.take(opened.stream)
                media_type, headers = opened.media_type, opened.headers
            if size == 0:
                raise UnreadableFile(f"{origin.text} is empty: there is nothing to preserve")
            if sha256 == facts.replaces:
                raise UnreadableFile(
                    f"{origin.text} is the very document that it should replace (--replaces): nothing of it would count"
                )
            if sha256 in case.withdrawn():
                raise UnreadableFile(f"{origin.text} has bytes that were withdrawn from this case: they are not kept again")
            document = Document(schema=1, sha256=sha256, size=size)
            capture = Capture(
                schema=1, at=stamp(case.store.clock()), who=facts.who, document=sha256, name=origin.name, origin=origin.text,
                source=facts.source, published=facts.published, media_type=media_type, headers=headers,
                replaces=facts.replaces, note=facts.note,
            )  # fmt: skip
            with case.store.write("add", sha256=sha256, size=str(size)) as writer:
                _, new = writer.keep(document)
                writer.keep(capture)
                points.reached("row-inserted")
            points.reached("committed")
    except UnreadableFile as problem:
        vault.clean(case.layout.vault, case.holds)
        return Outcome(origin.text, refused=str(problem))
    return Outcome(origin.text, sha256, size, new)
