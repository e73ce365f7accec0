"""A place in a table can be said in words and kept as JSON."""

from __future__ import annotations

import msgspec

from litany.documents.locator import Locator


def test_a_place_is_said_so_that_a_person_finds_it() -> None:
    """Sheet, row and columns, as far as they are known."""
    assert Locator(sheet="Deaths", row=12, columns=("killed", "date")).show() == "sheet Deaths, row 12, columns killed, date"
    assert Locator(row=2, columns=("name",)).show() == "row 2, column name"
    assert Locator(row=2).show() == "row 2"


def test_a_place_comes_back_from_json() -> None:
    """What is absent is not written."""
    place = Locator(sheet="Deaths", row=12, columns=("killed",))
    assert msgspec.json.decode(msgspec.json.encode(place), type=Locator) == place
    assert msgspec.json.encode(Locator(row=2)) == b'{"row":2}'
