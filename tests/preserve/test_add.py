"""Files, folders and URLs become documents with proof of where they came from; what does not is listed with the reason."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import socket
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from litany.case import vault
from litany.case.case import Case
from litany.errors import CaseError, NotFound, UnreadableDate
from litany.preserve.add import Facts, Outcome, add
from litany.preserve.verify import verify
from litany.store import chain
from litany.types.records import Capture, Document


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case.create(tmp_path / "case", title="A case")


def put(case: Case, *given: Path | str, facts: Facts | None = None) -> list[Outcome]:
    return list(add(case, [str(one) for one in given], facts or Facts()))


def captures(case: Case) -> list[Capture]:
    return [capture for _, _, capture in case.store.each(Capture)]


def state(case: Case) -> tuple[object, ...]:
    files = sorted(str(p) for p in case.layout.vault.rglob("*") if p.is_file())
    return case.store.head(), files


def test_a_file_becomes_a_document(case: Case, tmp_path: Path) -> None:
    """Its bytes, read-only, under their sha256; who brought it, from where and when; one line of custody that says both."""
    data = os.urandom(3 << 20)
    path = tmp_path / "list of the dead.csv"
    path.write_bytes(data)
    facts = Facts(who="mya", source="aapp", published="2021-03", note="by hand")
    sha256 = hashlib.sha256(data).hexdigest()
    assert put(case, path, facts=facts) == [Outcome(str(path), sha256, len(data), True)]
    with case.open_bytes(sha256) as stored:
        assert stored.read() == data
    assert vault.path_of(case.layout.vault, sha256).stat().st_mode & 0o222 == 0
    (capture,) = captures(case)
    assert (capture.document, capture.name, capture.origin) == (sha256, path.name, str(path))
    assert (capture.who, capture.source, capture.published, capture.note) == ("mya", "aapp", "2021-03", "by hand")
    line = chain.decode(case.store.lines(case.store.installation)[-1])
    assert (line.act, line.count, line.facts) == ("add", 2, {"sha256": sha256, "size": str(len(data))})
    assert list(verify(case)) == []


def test_the_same_bytes_again_are_one_document(case: Case, tmp_path: Path) -> None:
    """Under another name, or the same: one more line and one more capture, no copy, the same document."""
    for name in ("a", "b"):
        (tmp_path / name).write_text("the same")
    first, second, third = put(case, tmp_path / "a", tmp_path / "b", tmp_path / "a")
    assert (first.new, second.new, third.new) == (True, False, False)
    assert first.sha256 == second.sha256 == third.sha256
    assert len(case.store.each(Document)) == 1
    assert len([p for p in case.layout.vault.rglob("*") if p.is_file() and p.name != ".lock"]) == 1
    acts = [chain.decode(line).act for line in case.store.lines(case.store.installation)]
    assert acts == ["new", "add", "add", "add"]
    assert {capture.name for capture in captures(case)} == {"a", "b"}
    assert list(verify(case)) == []


def test_a_folder_is_added_whole_and_links_are_listed(case: Case, tmp_path: Path) -> None:
    """Every file however deep; links to files and folders, pipes and sockets are named with the reason, and never followed."""
    folder = tmp_path / "sent to us"
    (folder / "deep" / "deeper").mkdir(parents=True)
    for name in ("b.txt", "a.txt", "deep/deeper/ရန်ကုန်.txt", "deep/.hidden"):
        (folder / name).write_text(name)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "passwords").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret" / "passwords")
    (folder / "linked folder").symlink_to(tmp_path / "secret")
    (folder / "broken").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(folder / "socket"))
        found = put(case, folder)
    added = [Path(one.origin).relative_to(folder).as_posix() for one in found if not one.refused]
    assert added == ["a.txt", "b.txt", "deep/.hidden", "deep/deeper/ရန်ကုန်.txt"]
    refused = {Path(one.origin).name: one.refused or "" for one in found if one.refused}
    assert refused.keys() == {"link", "linked folder", "broken", "pipe", "socket"}
    for name, reason in refused.items():
        assert name in reason and ("is a link" in reason if "pipe" != name != "socket" else "is no file" in reason)
    assert not any(capture.name == "passwords" for capture in captures(case))
    assert list(verify(case)) == []


def test_names_in_any_encoding_are_kept(case: Case, tmp_path: Path) -> None:
    """A file whose name is no UTF-8 (an old archive) is added; the bytes of its name that are none are shown as such."""
    folder = tmp_path / "old"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/na\xefme.txt")).write_text("found")
    (one,) = put(case, folder)
    assert one.sha256 == hashlib.sha256(b"found").hexdigest()
    assert captures(case)[0].name == "na\\xefme.txt"
    assert one.origin.endswith("na\\xefme.txt")


def test_a_folder_that_cannot_be_opened_is_listed(case: Case, tmp_path: Path) -> None:
    """What a folder deeper than the system opens holds is not silently left out."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_text("x")
    here = Path.cwd()
    os.chdir(tmp_path / "deep")
    try:
        for _ in range(20):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
        Path("lost").write_text("lost")
    finally:
        os.chdir(here)
    found = put(case, tmp_path / "deep")
    assert [Path(one.origin).name for one in found if not one.refused] == ["file"]
    assert "what it holds was not added" in (found[-1].refused or "")


@pytest.mark.parametrize("given", ["nowhere", "empty.txt", "empty folder", "link", "pipe", "http://[x", "nul\0name"])
def test_what_cannot_be_added_is_refused_and_leaves_nothing(case: Case, tmp_path: Path, given: str) -> None:
    """A reason for each, the rest of the arguments is added, and no byte stays of what was refused."""
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "good")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "good").write_text("good")
    before = state(case)
    (refused,) = put(case, given if "://" in given else tmp_path / given)
    assert given in (refused.refused or "") and refused.sha256 is None
    assert state(case) == before or given == "empty.txt"
    refused, good = put(case, given if "://" in given else tmp_path / given, tmp_path / "good")
    assert refused.refused and good.new
    assert list(verify(case)) == []
    assert [p.name for p in (case.layout.vault / "incoming").iterdir()] == [".lock"]


def test_facts_that_cannot_be_right_are_refused_at_once(case: Case, tmp_path: Path) -> None:
    """A date that is none, a source that is no short name, an edition that is not here: nothing is added."""
    (tmp_path / "good").write_text("good")
    before = state(case)
    wrong: list[tuple[Facts, type[Exception]]] = [
        (Facts(published="next week"), UnreadableDate),
        (Facts(source="The AAPP!"), CaseError),
        (Facts(replaces="a" * 64), NotFound),
    ]
    for facts, error in wrong:
        with pytest.raises(error):
            put(case, tmp_path / "good", facts=facts)
    assert state(case) == before


# --- URLs -------------------------------------------------------------------------------------------------------------


class Site(BaseHTTPRequestHandler):
    """A server with good and bad answers."""

    def do_GET(self) -> None:
        asked.append(self.path)
        if self.path.startswith("/missing"):
            self.send_error(404)
        elif self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/list.csv")
            self.end_headers()
        else:
            data = b"name,date\nU Kyaw,2021-02-01\n" * 1000
            self.send_response(200)
            if self.path != "/untyped":
                self.send_header("Content-Type", "text/csv; charset=utf-8")
            self.send_header("Content-Length", str(len(data) + (self.path == "/cut") * 7))
            self.send_header("ETag", '"v1"')
            self.send_header("Set-Cookie", "secret=1")
            self.end_headers()
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen."""


asked: list[str] = []


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("no_proxy", "*")
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.01))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_url_is_kept_with_what_the_server_said(case: Case, site: str) -> None:
    """The headers that date and name the bytes, the answer's status, the address that it came from in the end; no cookie."""
    (one,) = put(case, f"{site}/moved")
    assert one.new and one.size == 28_000
    (capture,) = captures(case)
    assert (capture.origin, capture.name, capture.media_type) == (f"{site}/moved", "moved", "text/csv")
    assert capture.headers["url"] == f"{site}/list.csv"
    assert capture.headers["status"] == "200"
    assert capture.headers["etag"] == '"v1"'
    assert capture.headers["content-type"] == "text/csv; charset=utf-8"
    assert "date" in capture.headers and "set-cookie" not in capture.headers
    assert list(verify(case)) == []


def test_a_type_that_the_server_did_not_say_stays_unknown(case: Case, site: str) -> None:
    """No content type, no media type: nothing stands in for it."""
    put(case, f"{site}/untyped")
    assert captures(case)[0].media_type is None


def test_an_address_in_burmese_is_fetched(case: Case, site: str) -> None:
    """What a browser shows is what people copy; it is kept as given, and sent as HTTP wants it."""
    url = f"{site}/သတင်း.csv?မြို့=ရန်ကုန် ၁&x=%2F#part"
    (one,) = put(case, url)
    assert one.new, one.refused
    assert (captures(case)[0].origin, captures(case)[0].name) == (url, "သတင်း.csv")
    assert asked[-1].isascii() and asked[-1].endswith("&x=%2F")


@pytest.mark.parametrize("path", ["/cut", "/missing"])
def test_an_answer_that_is_cut_short_or_an_error_is_refused(case: Case, site: str, path: str) -> None:
    """Fewer bytes than announced, or 404: nothing is kept of it, and the reason is given."""
    before = case.store.head()
    (one,) = put(case, site + path)
    assert ("7 of the announced bytes are missing" if path == "/cut" else "404") in (one.refused or "")
    assert case.store.head() == before
    assert [p.name for p in case.layout.vault.rglob("*") if p.is_file()] == [".lock"]
    assert list(verify(case)) == []


def test_a_server_that_is_not_there_is_refused(case: Case, site: str) -> None:
    """No answer is a reason, not a traceback."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        (one,) = put(case, f"http://127.0.0.1:{unused.getsockname()[1]}/x")
    assert "cannot be read" in (one.refused or "")


# --- many at once -----------------------------------------------------------------------------------------------------


def _add_many(root: str, folder: str, worker: int) -> None:
    files = [str(p) for p in sorted(Path(folder).iterdir())]
    random.Random(worker).shuffle(files)
    case = Case(Path(root))
    mine = [f for f in files if f"only-{worker}" in f or "shared" in f]
    assert not any(one.refused for one in add(case, mine, Facts(who=str(worker))))
    Case(Path(root))  # opening cleans what crashes left: not what others are adding


def test_eight_processes_add_at_once(case: Case, tmp_path: Path) -> None:
    """Shared files and own ones, in any order, with openings in between: no error, nothing lost, nothing doubled."""
    folder = tmp_path / "files"
    folder.mkdir()
    for worker in range(8):
        for number in range(4):
            (folder / f"only-{worker}-{number}").write_text(f"only {worker} {number}")
    for number in range(6):
        (folder / f"shared-{number}").write_text(f"shared {number}" * 1000)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(str(tmp_path / "case"), str(folder), n)) for n in range(8)]
    for process in workers:
        process.start()
    for process in workers:
        process.join()
    assert [process.exitcode for process in workers] == [0] * 8
    documents = {document.sha256 for _, _, document in case.store.each(Document)}
    assert documents == {hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}
    assert len(documents) == 8 * 4 + 6
    assert len(captures(case)) == 8 * (4 + 6)
    assert list(verify(case)) == []
    assert [p.name for p in (case.layout.vault / "incoming").iterdir()] == [".lock"]
