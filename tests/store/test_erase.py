"""A withdrawal erases the words everywhere in the database, and keeps the proof that they existed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from litany import ids
from litany.errors import CaseBusy, NotFound, StoreError
from litany.store import chain, erase, rows, transfer
from litany.store.store import Store
from litany.types.records import Reading, Source, Withdrawal
from tests.store.store_making import KEY, anchor_of, clock, everything, make, new_row, raw, read, source, wrong

DOC = "a" * 64
SECRET = "witness Daw Mya of ရန်ကုန်"


def withdrawal(target: str, why: str = "the family asked") -> Withdrawal:
    return Withdrawal(schema=1, at="2026-01-02T03:04:05Z", target=target, why=why)


def test_nothing_of_the_words_stays_in_any_file(tmp_path: Path) -> None:
    """Neither case.db nor the files beside it hold the words; ids, places and custody stay; all other words stay."""
    store = make(tmp_path)
    read(store, DOC, ["killed one", SECRET, "killed three"])
    id_ = anchor_of(store, DOC, 3)
    assert SECRET.encode() in raw(store.connection.path)
    before = {table: store.db.execute(f"SELECT * FROM {table}").fetchall() for table in ("kept", "anchor", "statement")}
    withdrawn = erase.withdraw(store, withdrawal(ids.show(id_)), erase.rows_on_anchor(store, id_))
    assert SECRET.encode() not in raw(store.connection.path)
    assert b"killed one" in raw(store.connection.path)
    after = {table: store.db.execute(f"SELECT * FROM {table}").fetchall() for table in ("kept", "anchor", "statement")}
    assert after == {**before, "kept": [*before["kept"], after["kept"][-1]]}
    assert store.get(withdrawn, Withdrawal).why == "the family asked"
    assert [row.body for row in rows.on_anchor(store, id_)] == [None]
    assert rows.withdrawn(store) == {id_, *(row.id for row in rows.on_anchor(store, id_))}
    assert wrong(store) == []
    line = chain.decode(store.lines("one")[-1])
    assert (line.act, line.count) == ("withdraw", 3)
    store.connection.close()
    assert SECRET.encode() not in raw(store.connection.path)


@pytest.mark.parametrize("seed", [7, 8, 12])  # without VACUUM each of these leaves copies
def test_no_copy_of_the_words_stays_in_a_page(tmp_path: Path, seed: int) -> None:
    """After many withdrawals in any order, sizes mixed, no page holds a copy that SQLite left when it moved rows about."""
    chance = random.Random(seed)
    store = make(tmp_path)
    words = [f"SECRET{n:05d};" * chance.randint(1, chance.choice([3, 40, 400])) for n in range(600)]
    read(store, DOC, words)
    numbers = {anchor_of(store, DOC, n + 2): n for n in range(600)}
    order = list(numbers)
    chance.shuffle(order)
    for at in range(0, 500, 25):
        erase.withdraw(
            store, withdrawal(DOC, str(at)), [i for a in order[at : at + 25] for i in erase.rows_on_anchor(store, a)]
        )
    found = raw(store.connection.path)
    for anchor in order:
        assert (f"SECRET{numbers[anchor]:05d};".encode() in found) == (anchor in order[500:])
    assert wrong(store) == []


def test_reading_again_does_not_bring_withdrawn_rows_back(tmp_path: Path) -> None:
    """The same reading, or a better one, keeps nothing on a withdrawn anchor, and says how many rows that were."""
    store = make(tmp_path)
    read(store, DOC, ["killed one", SECRET])
    id_ = anchor_of(store, DOC, 3)
    erase.withdraw(store, withdrawal("a"), erase.rows_on_anchor(store, id_))
    for version in ("1", "2"):
        read(store, DOC, ["killed one", SECRET], version=version)
        assert SECRET.encode() not in raw(store.connection.path)
    assert wrong(store) == []
    with store.write("read") as writer:
        reading, _ = writer.keep(Reading(schema=1, document=DOC, reader="tables", version="3", mapping="m"), body=False)
        key = store.key_of(reading)
        assert key is not None
        added = rows.add_statements(writer, key, [new_row(store, reading, DOC, 3, SECRET)])
    assert added == rows.Added(0, 0, 1)


def test_a_withdrawn_record_does_not_come_back(tmp_path: Path) -> None:
    """Keeping the same record again leaves it withdrawn; looking for it says so."""
    store = make(tmp_path)
    with store.write("note") as writer:
        id_, _ = writer.keep(source("aapp", SECRET))
    erase.withdraw(store, withdrawal("a"), [id_])
    with store.write("note") as writer:
        assert writer.keep(source("aapp", SECRET)) == (id_, False)
    with pytest.raises(NotFound, match="withdrawn"):
        store.get(id_, Source)
    assert SECRET.encode() not in raw(store.connection.path)


def test_a_withdrawn_reading_is_not_completed_again(tmp_path: Path) -> None:
    """A reading whose content was withdrawn stays without it when it is run again."""
    store = make(tmp_path)
    id_ = read(store, DOC, [SECRET])
    key = store.key_of(id_)
    assert key is not None
    erase.withdraw(store, withdrawal(DOC), [id_, *erase.rows_of_readings(store, [key])])
    read(store, DOC, [SECRET])
    assert store.each(Reading) == []
    assert wrong(store) == []


def test_an_anchor_that_another_reading_uses_stays(tmp_path: Path) -> None:
    """Withdrawing a reading erases its statements, and only those anchors that no other reading stands on."""
    store = make(tmp_path)
    first, second = read(store, DOC, ["one", "two"]), read(store, DOC, ["one"], version="2")
    kept = anchor_of(store, DOC, 2)
    keys = [store.key_of(id_) for id_ in (first, second)]
    erased = erase.rows_of_readings(store, [k for k in keys[:1] if k])
    assert kept not in erased and anchor_of(store, DOC, 3) in erased and len(erased) == 3
    assert len(erase.rows_of_readings(store, [k for k in keys if k])) == 5


def test_all_readings_of_a_document_are_found(tmp_path: Path) -> None:
    """Also one that was cut short: it has no content that says which document it reads."""
    store = make(tmp_path)
    whole, half = read(store, DOC, ["one"]), read(store, DOC, ["one"], version="2", complete=False)
    read(store, "b" * 64, ["one"])
    assert set(erase.readings_of(store, DOC)) == {whole, half}


def test_erasure_spreads_to_the_other_office(tmp_path: Path) -> None:
    """A dump without the words takes them away where it is loaded; the older dump with them does not bring them back."""
    one, two = make(tmp_path, "one"), make(tmp_path, "two")
    read(one, DOC, ["killed one", SECRET])
    old = list(transfer.dump(one))
    transfer.load(two, old)
    assert SECRET.encode() in raw(two.connection.path)
    id_ = anchor_of(one, DOC, 3)
    erase.withdraw(one, withdrawal("a"), erase.rows_on_anchor(one, id_))
    new = list(transfer.dump(one))
    assert SECRET.encode() not in b"".join(new)
    assert transfer.load(two, new).erased == 2
    assert SECRET.encode() not in raw(two.connection.path)
    for store in (one, two, make(tmp_path, "three")):
        transfer.load(store, new)
        transfer.load(store, old)
        assert SECRET.encode() not in raw(store.connection.path)
        assert wrong(store) == []


def test_two_offices_withdraw_the_same_row(tmp_path: Path) -> None:
    """Each withdrawal has its own line, also when both were written in the same second with the same words."""
    one, two = make(tmp_path, "one"), make(tmp_path, "two")
    for store, why in ((one, "asked"), (two, "asked too")):
        read(store, DOC, ["killed one", SECRET])
        erased = erase.rows_on_anchor(store, anchor_of(store, DOC, 3))
        erase.withdraw(store, withdrawal("a"), erased)
        erase.withdraw(store, withdrawal("a", why), erased)
    transfer.load(one, transfer.dump(two))
    transfer.load(two, transfer.dump(one))
    transfer.load(one, transfer.dump(two))
    assert list(transfer.dump(one)) == list(transfer.dump(two))
    assert wrong(one) == wrong(two) == []


def test_a_withdrawal_is_not_withdrawn(tmp_path: Path) -> None:
    """The proof of what was erased, and why, cannot be erased itself."""
    store = make(tmp_path)
    with store.write("note") as writer:
        id_, _ = writer.keep(source("aapp", SECRET))
    proof = erase.withdraw(store, withdrawal("a"), [id_])
    before = everything(store)
    with pytest.raises(StoreError, match="proof"):
        erase.withdraw(store, withdrawal("b"), [proof])
    assert everything(store) == before


def test_a_reader_that_holds_old_pages_is_named(tmp_path: Path) -> None:
    """Old pages cannot go while another process looks at them: that is an error, and a second run clears them."""
    store = make(tmp_path)
    read(store, DOC, [SECRET])
    reader = Store(store.connection.path, KEY, "one", clock=clock)
    store.db.execute("PRAGMA busy_timeout = 50")
    erased = erase.rows_on_anchor(store, anchor_of(store, DOC, 2))
    with reader.snapshot():
        reader.head()
        with pytest.raises(CaseBusy, match="again"):
            erase.withdraw(store, withdrawal("a"), erased)
    erase.rewrite(store)
    assert SECRET.encode() not in raw(store.connection.path)
    assert rows.withdrawn(store) == set(erased)


def test_a_load_that_met_a_reader_is_finished_by_the_next(tmp_path: Path) -> None:
    """An erasure that came by a dump and could not clear old pages does so when the same dump is loaded again."""
    one, two = make(tmp_path, "one"), make(tmp_path, "two")
    read(one, DOC, [SECRET])
    transfer.load(two, transfer.dump(one))
    erase.withdraw(one, withdrawal("a"), erase.rows_on_anchor(one, anchor_of(one, DOC, 2)))
    dump = list(transfer.dump(one))
    reader = Store(two.connection.path, KEY, "two", clock=clock)
    two.db.execute("PRAGMA busy_timeout = 50")
    with reader.snapshot():
        reader.head()
        with pytest.raises(CaseBusy):
            transfer.load(two, dump)
    assert transfer.load(two, dump).erased == 0
    assert SECRET.encode() not in raw(two.connection.path)
    assert wrong(two) == []
