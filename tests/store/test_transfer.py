"""Two offices become one record: a union in either order, of nothing that was changed on its way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litany import ids
from litany.errors import CustodyBroken, Fork, LitanyError, StoreError
from litany.store import chain, transfer
from litany.store.store import Store
from litany.types.records import Recipe, Source
from tests.store.store_making import KEY, everything, make, read, source, wrong

DOC, OTHER = "a" * 64, "b" * 64


def filled(path: Path, installation: str = "one") -> Store:
    """A store with sources, a whole reading, a reading that was cut short, and a recipe."""
    store = make(path, installation)
    with store.write("new"):
        pass
    with store.write("note") as writer:
        writer.keep(source("aapp"))
        writer.keep(source("iiss"))
    read(store, DOC, ["killed U Kyaw", "killed two in ရန်ကုန်", "killed three"])
    read(store, OTHER, ["burnt"], complete=False)
    recipe = Recipe(
        schema=1, scope="killed", scope_version=1, rules="1", head=store.head(), settings="s", places="p", actors="a", seed=1
    )
    store.keep_recipes([(recipe, b'{"low":1}')])
    return store


def compact(row: dict[str, object]) -> bytes:
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


def sealed(lines: list[bytes]) -> list[bytes]:
    """A changed dump with a last line that fits it again, as only somebody with the id key can write it."""
    digest = hashlib.sha256(b"".join(line + b"\n" for line in lines[:-1])).hexdigest()
    return [*lines[:-1], compact({"table": "end", "rows": len(lines) - 1, "id": ids.show(KEY.of("dump", digest))})]


def dumped(store: Store) -> list[bytes]:
    return list(transfer.dump(store))


def test_a_dump_loads_to_the_same_bytes(tmp_path: Path) -> None:
    """An empty store that loads a dump of a case dumps the same bytes again, and holds; one merge line says that they met."""
    one = filled(tmp_path)
    two = make(tmp_path, "two")
    lines = dumped(one)
    result = transfer.load(two, lines)
    assert (result.lines, result.known) == (len(one.lines("one")), 0)
    back = [json.loads(line) for line in dumped(two)]
    assert [row for row in back if row.get("custody", ["one"])[0] == "one" and row["table"] != "end"] == [
        row for row in map(json.loads, lines) if row["table"] != "end"
    ]
    merge = chain.decode(two.lines("two")[0])
    last, digest = one.head()[0][1:]
    assert (merge.act, merge.facts) == ("merge", {"head.one": f"{last}:{digest}"})
    assert wrong(two) == []


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    """A dump that was loaded, or one's own, adds neither row nor line."""
    one, two = filled(tmp_path), make(tmp_path, "two")
    transfer.load(two, dumped(one))
    before = everything(two)
    again = transfer.load(two, dumped(one))
    assert (again.lines, again.rows, again.erased) == (0, 0, 0)
    transfer.load(two, dumped(two))
    assert everything(two) == before


WORDS = st.lists(st.sampled_from(["killed one", "killed two", "ကျ", "burnt"]), max_size=3)
ACTS = st.lists(st.tuples(st.sampled_from([DOC, OTHER, "c" * 64]), st.sampled_from("12")), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ours=ACTS, theirs=ACTS, sources=st.tuples(WORDS, WORDS), first=st.booleans())
def test_two_offices_become_one_in_either_order(
    tmp_path_factory: pytest.TempPathFactory,
    ours: list[tuple[str, str]],
    theirs: list[tuple[str, str]],
    sources: tuple[list[str], list[str]],
    first: bool,
) -> None:
    """Whatever each office added, alone or both, and whoever loads first: after the exchange both dump the same bytes."""
    path = tmp_path_factory.mktemp("union")
    stores = (make(path, "one"), make(path, "two"))
    for store, acts, slugs in zip(stores, (ours, theirs), sources, strict=True):
        for document, version in acts:
            read(store, document, [f"{document[0]}{n}" for n in range(3)], version=version)
        with store.write("note") as writer:
            for number, slug in enumerate(slugs):
                writer.keep(source(f"s{number}", slug))
    before = [
        {row for store in stores for row in store.db.execute(f"SELECT id FROM {t}")} for t in ("kept", "anchor", "statement")
    ]
    one, two = stores if first else (stores[1], stores[0])
    transfer.load(one, dumped(two))
    transfer.load(two, dumped(one))
    transfer.load(one, dumped(two))
    assert dumped(one) == dumped(two)
    assert wrong(one) == wrong(two) == []
    assert one.installations() == ["one", "two"]
    after = [set(one.db.execute(f"SELECT id FROM {t}").fetchall()) for t in ("kept", "anchor", "statement")]
    assert after == before
    for store in stores:
        store.connection.close()


def test_a_third_office_does_not_care_who_told_it(tmp_path: Path) -> None:
    """A row that two offices made reaches a third over either of them, or over both, as the same row."""
    one, two = filled(tmp_path, "one"), filled(tmp_path, "two")
    three, four = make(tmp_path, "three"), make(tmp_path, "four")
    transfer.load(three, dumped(one))
    transfer.load(three, dumped(two))
    transfer.load(four, dumped(two))
    transfer.load(four, dumped(one))

    def shared(store: Store) -> list[dict[str, object]]:
        return [r for line in dumped(store) if (r := json.loads(line)).get("custody", [""])[0] in ("one", "two")]

    assert shared(three) == shared(four)
    assert wrong(three) == wrong(four) == []


def test_work_goes_on_after_a_merge(tmp_path: Path) -> None:
    """What an office adds after a merge reaches the other by its next dump, and only that is new."""
    one, two = filled(tmp_path, "one"), filled(tmp_path, "two")
    transfer.load(two, dumped(one))
    with one.write("note") as writer:
        writer.keep(source("later"))
    result = transfer.load(two, dumped(one))
    assert (result.lines, result.rows) == (1, 1)
    assert "later" in {record.slug for _, _, record in two.each(Source)}
    assert wrong(two) == []


def test_a_backup_gets_its_own_later_lines_back(tmp_path: Path) -> None:
    """An office that was restored from an old dump is completed by what it had given to another."""
    one = filled(tmp_path)
    old = dumped(one)
    with one.write("note") as writer:
        writer.keep(source("later"))
    (tmp_path / "restored").mkdir()
    restored = make(tmp_path / "restored", "one")
    transfer.load(restored, old)
    transfer.load(restored, dumped(one))
    assert dumped(restored) == dumped(one)


# --- refused, with nothing loaded -----------------------------------------------------------------------------------


def refused(store: Store, lines: list[bytes], error: type[LitanyError] = LitanyError) -> str:
    """The message of the refusal, after a look that nothing was loaded."""
    before = everything(store)
    with pytest.raises(error) as caught:
        transfer.load(store, lines)
    assert everything(store) == before
    with store.write("still works"):
        pass
    return str(caught.value)


def test_a_fork_is_refused(tmp_path: Path) -> None:
    """Two histories of one installation (a copied folder that both went on with) are named, and not mixed."""
    one = filled(tmp_path)
    (tmp_path / "copy").mkdir()
    copy = make(tmp_path / "copy", "one")
    transfer.load(copy, dumped(one))
    for store, slug in ((one, "left"), (copy, "right")):
        with store.write("note") as writer:
            writer.keep(source(slug))
    assert "two histories" in refused(one, dumped(copy), Fork)


def test_a_dump_of_a_case_with_another_key_is_refused(tmp_path: Path) -> None:
    """The message says how cases that merge are made."""
    other = make(tmp_path, "other", ids.IdKey(b"x" * 32))
    with other.write("new"):
        pass
    assert "--join" in refused(filled(tmp_path), dumped(other), StoreError)


@pytest.mark.parametrize("lines", [[], [b""], [b"\n", b"  "]])
def test_an_empty_dump_is_refused(tmp_path: Path, lines: list[bytes]) -> None:
    """Nothing, or only blank lines, is no dump: the copy went wrong."""
    assert "empty" in refused(filled(tmp_path), lines, StoreError)


def test_a_dump_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    """Cut after any line, or in the middle of one: refused, whatever section it was in."""
    lines = dumped(filled(tmp_path))
    two = make(tmp_path, "two")
    for end in range(1, len(lines)):
        refused(two, lines[:end])
    for end in (5, len(lines) // 2, len(lines) - 1):
        assert f"line {end + 1} of the dump" in refused(two, [*lines[:end], lines[end][:-3]], StoreError)


def test_a_dump_that_lacks_any_line_is_refused(tmp_path: Path) -> None:
    """A line taken out of the middle is missed; one that stands under custody even by who has the key and seals it anew."""
    lines = dumped(filled(tmp_path))
    two = make(tmp_path, "two")
    for gone in range(len(lines) - 1):
        left = [*lines[:gone], *lines[gone + 1 :]]
        refused(two, left)
        if json.loads(lines[gone])["table"] != "recipe":  # a recipe stands under no line: it can be made again
            refused(two, sealed(left))


@pytest.mark.parametrize(
    "garbage", [b"{", b"[]", b"\xff\xfe", b'{"table":"kept","word":1}', b'{"table":"nonsense"}', b'{"table":"kept"}']
)
def test_an_unreadable_line_is_named(tmp_path: Path, garbage: bytes) -> None:
    """The number of the line is in the message."""
    lines = dumped(filled(tmp_path))
    assert "line 4 of the dump" in refused(make(tmp_path, "two"), [*lines[:3], garbage, *lines[3:]])


def _body(row: dict[str, object]) -> dict[str, object]:
    body = row["body"]
    assert isinstance(body, dict)
    return body


Change = Callable[[dict[str, object]], object]
CHANGES: dict[str, tuple[str, Change]] = {
    "source name": ("kept", lambda r: _body(r).update(name="changed") if r["kind"] == "source" else None),
    "document size": ("kept", lambda r: _body(r).update(size=8) if r["kind"] == "document" else None),
    "document hash": ("kept", lambda r: _body(r).update(sha256="d" * 64) if r["kind"] == "document" else None),
    "document schema": ("kept", lambda r: _body(r).update(schema=2) if r["kind"] == "document" else None),
    "reading count": ("kept", lambda r: _body(r).update(unread=1) if "statements" in r.get("body", {}) else None),  # type: ignore[operator]
    "reading version": ("kept", lambda r: _body(r).update(version="9") if "statements" in r.get("body", {}) else None),  # type: ignore[operator]
    "kind": ("kept", lambda r: r.update(kind="mapping") if r["kind"] == "source" else None),
    "unknown kind": ("kept", lambda r: r.update(kind="nonsense") if r["kind"] == "source" else None),
    "anchor": ("anchor", lambda r: _body(r).update(row=77)),
    "statement words": ("statement", lambda r: _body(r).update(words="changed")),
    "statement's anchor": ("statement", lambda r: r.update(anchor=ids.show(b"a" * 20))),
    "statement's reading": ("statement", lambda r: r.update(reading=ids.show(b"a" * 20))),
    "id": ("kept", lambda r: r.update(id=ids.show(b"a" * 20))),
    "no id": ("kept", lambda r: r.update(id="nonsense")),
    "line": ("kept", lambda r: r.update(custody=["one", 1])),
    "no such line": ("kept", lambda r: r.update(custody=["one", 99])),
    "no body": ("kept", lambda r: r.pop("body", None) if r["kind"] != "reading" else None),
    "no body of a whole reading": ("kept", lambda r: r.pop("body", None)),
    "no body of a statement": ("statement", lambda r: r.pop("body")),
    "no body of an anchor": ("anchor", lambda r: r.pop("body")),
    "custody act": ("custody", lambda r: r["line"].update(act="other")),  # type: ignore[attr-defined]
    "custody place": ("custody", lambda r: r.update(custody=["one", 9])),
    "custody name": ("custody", lambda r: r.update(custody=["../../outside", 1])),
    "a huge number": ("statement", lambda r: r.update(place=[10**30, 0, 0, 0])),
    "place, which only the seal holds": ("statement", lambda r: r.update(place=[0, 9, 9, 9])),
    "recipe": ("recipe", lambda r: _body(r).update(scope="injured")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_refused(tmp_path: Path, change: str) -> None:
    """Each row of each table, changed in each way, is given away by its id, its line or the count of its line.

    That holds also against somebody who has the id key and seals the dump anew; the seal holds the rest.
    """
    table, act = CHANGES[change]
    lines = dumped(filled(tmp_path))
    changed = 0
    last_of_chain = max(n for n, line in enumerate(lines) if b'"table":"custody"' in line)
    stores = [make(tmp_path, "two")]
    if not change.startswith("no body"):  # where the content is here already, its absence in a dump takes nothing away
        stores.append(filled(tmp_path, "three"))
    for store in stores:
        for number, line in enumerate(lines):
            row = json.loads(line)
            if row["table"] != table:
                continue
            act(row)
            new = compact(row)
            if new == line or (change == "no body of a whole reading" and row.get("kind") != "reading"):
                continue
            changed += 1
            new_lines = [*lines[:number], new, *lines[number + 1 :]]
            refused(store, new_lines)
            if number != last_of_chain and "only the seal" not in change:  # nothing follows it yet: only the seal holds it
                refused(store, sealed(new_lines))
    assert changed >= len(stores)


def test_no_row_slips_under_a_line_that_is_here(tmp_path: Path) -> None:
    """A line that two cases share cannot be given one more row on the way, nor can a row be erased under it."""
    one, two = filled(tmp_path), make(tmp_path, "two")
    transfer.load(two, dumped(one))
    with one.write("note") as writer:
        id_, _ = writer.keep(source("planted"))
    rows = [json.loads(line) for line in dumped(one)]
    planted = next(row for row in rows if row.get("id") == ids.show(id_))
    rest = [row for row in rows if row is not planted and row.get("custody") != planted["custody"]]
    planted["custody"] = ["one", 2]
    claim = {"table": "claim", "custody": ["one", 1], "id": next(r["id"] for r in rest if r["table"] == "kept")}
    for extra in (planted, claim):
        new = [compact(row) for row in (*rest[:-1], extra, rest[-1])]
        assert "does not speak of it" in refused(two, sealed(new), CustodyBroken)
