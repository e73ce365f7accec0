"""A case is made, found, opened and joined; what is wrong with it is said, with a way out."""

from __future__ import annotations

import multiprocessing
import shutil
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.case import layout, settings
from litany.case.case import Case
from litany.errors import CaseError, Fork, LitanyError
from litany.preserve import verify
from litany.store import transfer
from litany.types.records import Source


def make(path: Path) -> Case:
    return Case.create(path, title="A case")


def test_a_new_case_opens_again_and_holds(tmp_path: Path) -> None:
    """Making, closing and opening changes nothing; the custody file has the line that says when it was made."""
    made = make(tmp_path / "case")
    head = made.store.head()
    made.close()
    case = Case(tmp_path / "case")
    assert (case.store.head(), case.settings.case.title, case.settings.case.country) == (head, "A case", "MM")
    assert list(verify.verify(case)) == []
    installation = case.store.installation
    assert (tmp_path / "case" / "custody" / f"{installation}.jsonl").read_bytes() == case.store.lines(installation)[0] + b"\n"


def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    """The folder of keys is 0700 and what is in it 0600; git is told to leave keys, evidence and the database alone."""
    make(tmp_path / "case")
    keys = tmp_path / "case" / "keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {(p.name, stat.S_IMODE(p.stat().st_mode)) for p in keys.iterdir()} == {("id.key", 0o600), ("installation", 0o600)}
    ignored = (tmp_path / "case" / ".gitignore").read_text().splitlines()
    assert {"/keys/", "/vault/", "/case.db*", "/derived/", "/releases/"} <= set(ignored)


def test_a_case_is_found_from_within(tmp_path: Path) -> None:
    """The nearest folder upwards with a case.toml, as git does it; without one the message says how to make one."""
    make(tmp_path / "outer")
    make(tmp_path / "outer" / "lookups" / "inner")
    deep = tmp_path / "outer" / "vault" / "a" / "b"
    deep.mkdir(parents=True)
    assert layout.find(deep).root == (tmp_path / "outer").resolve()
    assert layout.find(tmp_path / "outer" / "lookups" / "inner" / "keys").root == (tmp_path / "outer/lookups/inner").resolve()
    with pytest.raises(CaseError, match="litany new"):
        layout.find(tmp_path)


def test_a_case_is_never_made_over_something(tmp_path: Path) -> None:
    """A folder that is not empty, or a file, is refused and stays as it was; an empty folder will do."""
    (tmp_path / "empty").mkdir()
    make(tmp_path / "empty")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name in ("empty", "full", "file"):
        with pytest.raises(CaseError, match="not empty"):
            make(tmp_path / name)
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["note.txt"]


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """Without case.toml, a key, or the database, the message says which is missing; nothing is made in its place."""
    make(tmp_path / "case").close()
    for name, said in (
        ("case.toml", "no case"),
        ("keys/id.key", "id key"),
        ("keys/installation", "installation"),
        ("case.db", "missing"),
    ):
        broken = tmp_path / name.replace("/", "-")
        shutil.copytree(tmp_path / "case", broken)
        (broken / name).unlink()
        with pytest.raises(CaseError, match=said):
            Case(broken)
        assert not (broken / name).exists()


@pytest.mark.parametrize("name", ["id.key", "installation"])
@pytest.mark.parametrize("content", [b"", b"\n", b"zz\n", b"../../x\n", b"abc\xff\n", b"00" * 31, b"x y"])
def test_a_damaged_key_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    """A key file with something else in it is an error with the way out, not a traceback."""
    make(tmp_path / "case").close()
    (tmp_path / "case" / "keys" / name).write_bytes(content)
    if name == "installation" and content in (b"zz\n", b"00" * 31):
        Case(tmp_path / "case")
        return
    with pytest.raises(CaseError, match=f"keys/{name} is damaged: restore it"):
        Case(tmp_path / "case")


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[case]\ntitel = "x"\ncountry = "MM"', "title"),
        ('[case]\ntitle = "x"\ncountry = "MM"\nsed = 1', "did you mean seed"),
        ('[case]\ntitle = "x"\ncountry = "MM"\n[repport]\n', "did you mean report"),
        ('[case]\ntitle = "x"\ncountry = "MM"\n[[report.figures]]\ntitle = "y"\ncout = "killed"', "did you mean count"),
        ('[case]\ntitle = "x"', "country"),
        ("", "case"),
        ('[case]\ntitle = 1\ncountry = "MM"', "title"),
        ("[case\n", "TOML"),
    ],
)
def test_a_wrong_setting_is_refused_with_what_was_meant(text: str, said: str) -> None:
    """No word of case.toml is silently ignored."""
    with pytest.raises(CaseError, match=r"case\.toml") as caught:
        settings.parse(text)
    assert said in str(caught.value)


@given(title=st.text(st.characters(exclude_categories=["Cs"])), label=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_title_may_hold_any_character(title: str, label: str) -> None:
    """Quotes, backslashes, braces, line feeds, Burmese: what was given is what case.toml says."""
    made = settings.parse(settings.template(title, "MM", {"side-a": label}))
    assert (made.case.title, made.sides) == (title, {"side-a": label})


def test_hand_written_files_are_read_as_people_save_them(tmp_path: Path) -> None:
    """A byte order mark of Windows is no mistake; hidden files of file managers are not read; other encodings are refused."""
    case = make(tmp_path / "case")
    toml = case.layout.settings
    toml.write_bytes(b"\xef\xbb\xbf" + toml.read_bytes())
    (case.layout.lookups / ".DS_Store").write_bytes(b"\x00\xff")
    (case.layout.lookups / "mappings" / "own.toml").write_text("x = 1")
    assert case.settings.case.title == "A case"
    assert [path for path, _ in case.hand_written()] == ["case.toml", "lookups/mappings/own.toml"]
    (case.layout.lookups / "places.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(CaseError, match=r"places\.yaml is not UTF-8"):
        case.hand_written()


# --- joining ----------------------------------------------------------------------------------------------------------


def test_joined_cases_merge_and_others_do_not(tmp_path: Path) -> None:
    """A case made with join has the same id key and another installation; after an exchange both have all, and hold."""
    one = make(tmp_path / "one")
    two = Case.create(tmp_path / "two", title="B", join=tmp_path / "one")
    other = make(tmp_path / "other")
    for case in (one, two, other):
        with case.store.write("note") as writer:
            writer.keep(Source(schema=1, slug=case.settings.case.title[0].lower(), name="n"))
    transfer.load(one.store, transfer.dump(two.store))
    transfer.load(two.store, transfer.dump(one.store))
    transfer.load(one.store, transfer.dump(two.store))
    assert list(transfer.dump(one.store)) == list(transfer.dump(two.store))
    for case in (one, two):
        assert list(verify.verify(case)) == []
        assert len(case.store.each(Source)) == 2
        assert {p.name for p in case.layout.custody.glob("*.jsonl")} == {f"{n}.jsonl" for n in one.store.installations()}
    with pytest.raises(LitanyError, match="--join"):
        transfer.load(one.store, transfer.dump(other.store))


def test_joining_nothing_is_refused(tmp_path: Path) -> None:
    """The folder to join must be a case; nothing is made."""
    with pytest.raises(CaseError, match="no case"):
        Case.create(tmp_path / "two", title="B", join=tmp_path / "nowhere")
    assert not (tmp_path / "two").exists()


def test_a_copied_folder_is_not_a_second_office(tmp_path: Path) -> None:
    """Two copies of a folder that both went on are one installation with two histories: named, not mixed."""
    make(tmp_path / "one").close()
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    cases = [Case(tmp_path / name) for name in ("one", "copy")]
    for number, case in enumerate(cases):
        with case.store.write("note", number=str(number)):
            pass
    with pytest.raises(Fork, match="two histories"):
        transfer.load(cases[0].store, transfer.dump(cases[1].store))


# --- custody files ----------------------------------------------------------------------------------------------------


def _act(root: str, worker: int) -> None:
    case = Case(Path(root))
    for number in range(20):
        with case.store.write("note", worker=str(worker), number=str(number)):
            pass


def test_the_custody_file_is_the_table_with_many_writers(tmp_path: Path) -> None:
    """Four processes act at once: the file has each line of the table once, in its order."""
    case = make(tmp_path / "case")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_act, args=(str(tmp_path / "case"), n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    name = case.store.installation
    lines = case.store.lines(name)
    assert len(lines) == 81
    assert (case.layout.custody / f"{name}.jsonl").read_bytes() == b"".join(line + b"\n" for line in lines)


@pytest.mark.parametrize("lost", [0, 1, 100, 500])
def test_a_custody_file_that_was_cut_short_is_completed(tmp_path: Path, lost: int) -> None:
    """What a crash did not write, or wrote half, is written from the table when the case is opened."""
    case = make(tmp_path / "case")
    for number in range(5):
        with case.store.write("note", number=str(number)):
            pass
    path = case.layout.custody / f"{case.store.installation}.jsonl"
    whole = path.read_bytes()
    case.close()
    path.write_bytes(whole[: len(whole) - lost])
    assert list(verify.verify(Case(tmp_path / "case"))) == []
    assert path.read_bytes() == whole


@pytest.mark.parametrize("end", [b"\n", b"half a line", b"no line\n", b"{}\n\n"])
def test_a_custody_file_that_somebody_changed_is_left_as_it_is(tmp_path: Path, end: bytes) -> None:
    """What no crash leaves is named by verify, before and after the next act, and never mended or written over."""
    case = make(tmp_path / "case")
    path = case.layout.custody / f"{case.store.installation}.jsonl"
    case.close()
    changed = path.read_bytes() + end
    path.write_bytes(changed)
    case = Case(tmp_path / "case")
    for _ in range(2):
        assert path.read_bytes() == changed
        assert any(f"custody/{path.name}" in found for found in verify.verify(case))
        with case.store.write("note"):
            pass


def test_a_long_custody_file_is_completed_from_its_end(tmp_path: Path) -> None:
    """A last line longer than what is read at once, and a file of many lines, are found whole."""
    case = make(tmp_path / "case")
    facts = {f"head.{n:05}": "0" * 64 for n in range(2000)}
    for _ in range(3):
        with case.store.write("note", **facts):
            pass
    assert list(verify.verify(case)) == []
    path = case.layout.custody / f"{case.store.installation}.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100_000])
    with case.store.write("note"):
        pass
    assert path.read_bytes().startswith(whole)
    assert list(verify.verify(case)) == []
