"""With which settings, actors and places is a state of the case understood?

What people wrote by hand is kept, by hash, whenever a run uses it, so that a figure of last year is explained with the
side labels, actors and places of last year.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from litany.case import settings as case_settings
from litany.case.case import Case
from litany.case.settings import Settings
from litany.errors import NotFound
from litany.ids import canonical, sha256
from litany.types.records import Setting
from litany.values import actors, places
from litany.values.actor_rows import read_yaml
from litany.values.actors import Actors
from litany.values.places import Gazetteer


class World(Struct, frozen=True):
    """Settings and reference tables; ``record`` is what is kept of the hand-written files."""

    settings: Settings
    actors: Actors
    places: Gazetteer
    record: Setting


def current(case: Case) -> World:
    """The world as the files of the case stand now. Raises CaseError or MappingError when one of them is wrong."""
    text = canonical(case.hand_written()).decode("utf-8")
    return World(case.settings, case.actors, case.places, Setting(schema=1, sha256=sha256(text.encode("utf-8")), text=text))


def earlier(case: Case, settings_sha256: str) -> World:
    """The world of an earlier run. Raises NotFound when its settings are not kept here."""
    for _, _, record in case.store.each(Setting):
        if record.sha256 == settings_sha256:
            return _of(record)
    raise NotFound(f"the settings {settings_sha256[:12]}… of that figure are not kept in this case")


def keep(case: Case, world: World) -> None:
    """Keep the hand-written files as they stand, unless they are kept already."""
    if case.store.key_of(case.store.name_of(world.record)) is None:
        with case.store.write("settings", sha256=world.record.sha256) as writer:
            writer.keep(world.record)


def _of(record: Setting) -> World:
    files = dict(msgspec.json.decode(record.text, type=list[tuple[str, str]]))
    known_actors, known_places = actors.load(), places.load()
    if "lookups/actors.yaml" in files:
        known_actors = known_actors.merge(read_yaml(files["lookups/actors.yaml"], "actors.yaml"), "lookups/actors.yaml")
    if "lookups/places.yaml" in files:
        known_places = known_places.merge(read_yaml(files["lookups/places.yaml"], "places.yaml"), "lookups/places.yaml")
    return World(case_settings.parse(files["case.toml"]), known_actors, known_places, record)
