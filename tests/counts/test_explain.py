"""Every figure walks back to words and bytes, also when the case has moved on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from litany import ids
from litany.case.case import Case
from litany.counts.count import Counter, asked, counter
from litany.counts.explain import explain
from litany.errors import NotFound, ScopeError
from litany.preserve import withdraw
from litany.preserve.verify import verify
from litany.registry import acts
from litany.registry.refs import anchor_of
from litany.store import transfer
from litany.types.figure import Figure
from litany.types.records import Document, Exclusion
from tests.making import BY, add_rows, decide, new_case

ROWS = [
    {"source": "afp", "date": "2023-05-02", "place": "Loikaw township", "killed": "3-5", "same": "a", "root": "police"},
    {"source": "ap", "date": "2023-05-02", "place": "Loikaw township", "killed": "4", "same": "a", "root": "hospital"},
    {"source": "ap", "date": "2023-05-02", "place": "Loikaw township", "killed": "0", "same": "a", "modality": "denied"},
]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """One incident of three statements, a denial among them."""
    made = new_case(tmp_path / "case")
    add_rows(made, ROWS)
    decide(made, ROWS)
    return made


def figure_of(case: Case, scope: str) -> tuple[Counter, Figure]:
    """A counter and the figure of a scope."""
    counting = counter(case)
    return counting, counting.figure(counting.scope(scope))


def test_the_chain_reaches_the_bytes(case: Case) -> None:
    """Words that are quoted stand at the locator in bytes whose sha256 is given and which the vault holds."""
    _, figure = figure_of(case, "killed in:MM")
    made = explain(case, ids.read(figure.id))
    assert made.trouble is None and made.again == figure == made.figure
    (incident,) = made.incidents
    assert (incident.low, incident.best, incident.high) == (3, 3, 5)
    (document,) = made.documents
    with case.open_bytes(document.sha256) as file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == document.sha256
    lines = data.decode("utf-8").splitlines()
    for stated in incident.statements:
        statement = stated.statement
        assert statement.quote is not None
        for cell in statement.quote.split(" | "):
            assert cell.partition(": ")[2] in lines[statement.locator.row - 1]
    assert [stated.role for stated in incident.statements] == ["counted", "counted", "not counted: denied, incident"]
    assert len(made.decisions) == 2


def test_every_line_of_custody_is_there(case: Case) -> None:
    """The lines that the chain names are lines of custody/<installation>.jsonl."""
    _, figure = figure_of(case, "killed in:MM")
    made = explain(case, ids.read(figure.id))
    lines = (case.layout.custody / "one.jsonl").read_text("utf-8").splitlines()
    named = {line.n for document in made.documents for line in (document.custody,)}
    named |= {stated.custody.n for incident in made.incidents for stated in incident.statements}
    assert named and all(f'"n":{n},' in lines[n - 1] for n in named)


def test_yesterdays_figure_is_explained_as_it_was(case: Case) -> None:
    """After a correction the old figure still comes out as it was, with its own head; the new one differs."""
    _, before = figure_of(case, "killed in:MM")
    acts.exclude(case, "rows.csv:2", Exclusion.HOAX, BY)
    _, after = figure_of(case, "killed in:MM")
    assert before.id != after.id and (after.low, after.high) == (4, 4)
    old, new = explain(case, ids.read(before.id)), explain(case, ids.read(after.id))
    assert old.trouble is None and old.again == before
    assert new.trouble is None and new.again == after
    roles = [stated.role for stated in new.incidents[0].statements]
    assert "not counted: hoax" in roles


def test_a_figure_after_changed_settings_is_explained_with_its_own(case: Case) -> None:
    """case.toml as it stood is kept; a figure from before the change still comes out."""
    _, before = figure_of(case, "killed in:MM")
    path = case.layout.settings
    path.write_text(path.read_text("utf-8").replace('title = "test"', 'title = "other"'), "utf-8")
    again = Case(case.layout.root)
    figure_of(again, "killed in:MM")
    made = explain(again, ids.read(before.id))
    assert made.trouble is None and made.recipe.settings != counter(again).register.world.record.sha256


def test_what_was_withdrawn_is_said(case: Case) -> None:
    """After a withdrawal the figure as kept is shown, and that it does not come out any more."""
    _, before = figure_of(case, "killed in:MM")
    withdraw.anchor(case, anchor_of(case, "rows.csv:2"), "the witness asked", "a test")
    made = explain(case, ids.read(before.id))
    assert made.figure == before
    assert made.trouble is not None and "withdrawn" in made.trouble


def test_a_withdrawn_document_leaves_hash_and_reason(case: Case) -> None:
    """The bytes are gone, the figure stays, the words are not."""
    _, before = figure_of(case, "killed in:MM")
    ((_, _, document),) = case.store.each(Document)
    withdraw.document(case, document.sha256, "asked", None)
    made = explain(case, ids.read(before.id))
    assert made.figure == before and made.trouble is not None
    _, after = figure_of(case, "killed in:MM")
    assert (after.low, after.high, after.evidence.statements) == (0, 0, 0)


def test_as_of_counts_an_earlier_day(tmp_path: Path) -> None:
    """as-of: gives the case as it stood at the end of that day; before it began, the scope is refused."""
    case = new_case(tmp_path / "case")
    add_rows(case, ROWS[:1])
    later = Case(case.layout.root)
    add_rows(later, ROWS[1:2], "more.csv")
    then, scope = asked(later, "killed source:afp as-of:2024-01-02")
    assert then.figure(scope).best == 3
    now, all_of_it = asked(later, "killed source:ap")
    assert now.figure(all_of_it).best == 4
    earlier, early = asked(later, "killed source:ap as-of:2024-01-02")
    assert earlier.figure(early).best == 0
    with pytest.raises(ScopeError, match="begun later"):
        asked(later, "killed as-of:2019-01-01")


def test_an_id_of_nothing_is_named(case: Case) -> None:
    """No figure has this id."""
    with pytest.raises(NotFound, match="litany count"):
        explain(case, b"x" * 20)


def test_a_source_that_is_a_witness_goes_with_her_words(tmp_path: Path) -> None:
    """Where the source is a person's name, withdrawing the document erases every figure that names her, and only those."""
    case = new_case(tmp_path / "case")
    add_rows(case, [{"source": "Daw Secretname", "date": "2023-05-02", "place": "Loikaw township", "killed": "3"}], "hers.csv")
    add_rows(case, ROWS[:1], "theirs.csv")
    counting = counter(case)
    counting.count(counting.scope("killed"), ["source"])
    named = counting.figure(counting.scope('killed source:"Daw Secretname"'))
    other = counting.figure(counting.scope("killed source:afp"))
    assert b"Secretname" in case.layout.database.read_bytes() + b"".join(transfer.dump(case.store))
    withdraw.document(case, hashlib.sha256((tmp_path / "hers.csv").read_bytes()).hexdigest(), "she asked", "a test")
    case.close()
    for path in case.layout.root.rglob("*"):
        assert not path.is_file() or b"Secretname" not in path.read_bytes(), path
    again = Case(case.layout.root)
    assert list(verify(again)) == []
    with pytest.raises(NotFound, match="withdrawn"):
        explain(again, ids.read(named.id))
    assert explain(again, ids.read(other.id)).figure == other
