"""Readers see one whole generation, whatever breaks off; locks say who waits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec
import pytest

from litany.case import generations
from litany.case.generations import KEEP, Generations, Manifest
from litany.case.locks import free, locked
from litany.errors import CaseBusy
from litany.ids import sha256


def build(made: Generations, number: int) -> Path:
    inputs = {"n": str(number)}
    with made.build(inputs) as folder:
        (folder / "table").write_text(f"table {number}")
        (folder / "deep").mkdir()
        (folder / "deep" / "draws").write_text("draws")
    path = made.find(inputs)
    assert path is not None
    return path


def test_a_generation_is_found_by_its_inputs(tmp_path: Path) -> None:
    """The same inputs find the finished generation; its manifest names inputs and the hash of each file."""
    made = Generations(tmp_path)
    assert made.current() is None
    path = build(made, 1)
    assert made.find({"n": "1"}) == path and made.find({"n": "2"}) is None
    assert made.current() is None
    made.point_to(path)
    assert made.current() == path
    manifest = msgspec.json.decode((path / generations.MANIFEST).read_bytes(), type=Manifest)
    assert manifest == Manifest({"n": "1"}, {"table": sha256(b"table 1"), "deep/draws": sha256(b"draws")})


def test_a_build_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    """An error inside leaves neither half a generation nor another current one."""
    made = Generations(tmp_path)
    made.point_to(build(made, 1))
    with pytest.raises(RuntimeError), made.build({"n": "2"}) as folder:
        (folder / "table").write_text("half")
        raise RuntimeError
    assert made.find({"n": "2"}) is None
    assert made.current() == made.find({"n": "1"})
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == [generations.name_of({"n": "1"})]


KILLED = """
import os, signal, sys
from pathlib import Path
from litany.case.generations import Generations
made = Generations(Path(sys.argv[1]))
with made.build({"n": "2"}) as folder:
    (folder / "table").write_text("half")
    if sys.argv[2] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    print("building", flush=True)
    sys.stdin.read()
"""


def test_a_crash_in_the_middle_leaves_the_old_one(tmp_path: Path) -> None:
    """A killed process: readers still see the old generation, the lock is free, the next build leaves nothing half behind."""
    made = Generations(tmp_path)
    old = build(made, 1)
    made.point_to(old)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "kill"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert made.current() == old and made.find({"n": "2"}) is None
    assert any(p.name.startswith("half-") for p in tmp_path.iterdir())
    build(made, 3)
    assert not any(p.name.startswith("half-") for p in tmp_path.iterdir())


def test_readers_never_see_half_a_generation(tmp_path: Path) -> None:
    """While one thread builds and points, another always finds a current generation with its manifest and its files.

    A reader whom the machine keeps waiting while KEEP newer ones are made may lose the one it looks at; never the current one.
    """
    made = Generations(tmp_path)
    made.point_to(build(made, 0))
    wrong: list[str] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            path = made.current()
            try:
                if path is None or not (path / "table").read_text().startswith("table"):
                    wrong.append(str(path))
            except FileNotFoundError:
                if path == made.current():
                    wrong.append(f"{path} without its table")

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(1, 30):
        made.point_to(build(made, number))
    stop.set()
    reader.join()
    assert wrong == []


def test_a_reader_that_was_kept_waiting_finds_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a reader's look at the pointer and at the folder, so many are made that its own is let go: it looks again."""
    made = Generations(tmp_path)
    made.point_to(build(made, 0))
    plain, waiting = Path.read_text, [range(1, KEEP + 2)]

    def slow(path: Path, *args: str) -> str:
        text = plain(path, *args)
        if path.name == "current" and waiting:
            for number in waiting.pop():
                made.point_to(build(made, number))
        return text

    monkeypatch.setattr(Path, "read_text", slow)
    assert made.current() == made.find({"n": str(KEEP + 1)}) is not None
    assert made.find({"n": "0"}) is None


def test_the_last_ones_stay_however_fast_they_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system whose clock stands still: the last KEEP that were pointed to stay, in their order."""
    made = Generations(tmp_path)
    plain = os.utime

    def standing(path: Path, times: None = None, *, ns: tuple[int, int] = (1, 1)) -> None:
        plain(path, ns=ns)

    monkeypatch.setattr(os, "utime", standing)
    paths = []
    for number in range(KEEP + 6):
        paths.append(build(made, number))
        made.point_to(paths[-1])
    assert {p for p in tmp_path.iterdir() if p.is_dir()} == set(paths[-KEEP:])


def test_the_same_generation_is_not_replaced_under_its_readers(tmp_path: Path) -> None:
    """Two processes that build the same inputs: the second finds it there, and the first one's files stay."""
    made = Generations(tmp_path)
    path = build(made, 1)
    file = (path / "table").stat().st_ino
    assert build(made, 1) == path
    assert (path / "table").stat().st_ino == file
    assert not any(p.name.startswith("half-") for p in tmp_path.iterdir())


def test_the_last_generations_are_kept(tmp_path: Path) -> None:
    """KEEP generations stay, those that were used last; the current one is always among them."""
    made = Generations(tmp_path)
    paths = [build(made, number) for number in range(KEEP + 3)]
    for age, path in enumerate(reversed(paths)):
        os.utime(path, (time.time() - 60 * age - 60,) * 2)
    made.point_to(paths[0])
    left = {p for p in tmp_path.iterdir() if p.is_dir()}
    assert left == {paths[0], *paths[-(KEEP - 1) :]}
    assert made.current() == paths[0]


def test_forgetting_leaves_nothing(tmp_path: Path) -> None:
    """A withdrawal: no generation, whole or half, stays, and no pointer."""
    made = Generations(tmp_path)
    made.point_to(build(made, 1))
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "kill"], check=False)
    made.forget()
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]
    assert made.current() is None


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    """A lock that another process holds: CaseBusy after the wait, not before; free as soon as that process ends."""
    command = [sys.executable, "-c", KILLED, str(tmp_path), "wait"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdin is not None
        assert holder.stdout.readline() == "building\n"
        assert not free(tmp_path / ".lock")
        start = time.monotonic()
        with pytest.raises(CaseBusy, match="counting waits"), locked(tmp_path / ".lock", "counting", wait=0.3):
            pass
        assert 0.3 <= time.monotonic() - start < 5
        holder.kill()
        holder.wait()
    assert free(tmp_path / ".lock")
    with locked(tmp_path / ".lock", "counting", wait=0):
        assert not free(tmp_path / ".lock")
    assert free(tmp_path / "nowhere")
