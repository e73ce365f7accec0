"""Every dependency has a reason, a pin and a licence that lets others use Litany freely."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
GROUPS: dict[str, list[str]] = {"Runtime": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
LEFT_OUT = {"spark"}  # make does not install it: what its packages need in turn is not looked at
_PIN = re.compile(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+")
_COPYLEFT = re.compile(r"\b(?:A?GPL)(?:v?\d|\b)|GNU (?:Affero )?General Public", re.IGNORECASE)


def plain(name: str) -> str:
    """A distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def documented() -> dict[str, set[str]]:
    """The packages that docs/dependencies.md lists, by heading."""
    found: dict[str, set[str]] = {}
    heading = ""
    for line in (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:].strip("`")
        elif (row := re.match(r"\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", line)) and row[1] not in ("package", "---"):
            found.setdefault(heading, set()).add(row[1])
    return found


def needed() -> dict[str, tuple[Distribution, list[Requirement]]]:
    """Every installed distribution that the project needs, directly or not, with what is asked of its version."""
    todo = [Requirement(text) for title, group in GROUPS.items() if title not in LEFT_OUT for text in group]
    found: dict[str, tuple[Distribution, list[Requirement]]] = {}
    while todo:
        wanted = todo.pop()
        name = plain(wanted.name)
        if name in found:
            found[name][1].append(wanted)
            continue
        try:
            made = distribution(wanted.name)
        except PackageNotFoundError:
            pytest.fail(f"{wanted} is not installed: run make again")
        found[name] = (made, [wanted])
        inner = [Requirement(text) for text in made.requires or ()]
        extras = wanted.extras or {""}
        todo += [one for one in inner if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in extras)]
    return found


def licences(made: Distribution) -> list[str]:
    """What a distribution says of its licence; several classifiers are a choice."""
    fields = {name: made.metadata.get_all(name) or [] for name in ("License-Expression", "Classifier", "License")}
    for expression in fields["License-Expression"]:
        return str(expression).split(" OR ")
    classifiers = [one for one in fields["Classifier"] if one.startswith("License ::")]
    return classifiers or [one.split("\n")[0] for one in fields["License"]] or ["not said"]


def test_every_dependency_has_a_reason_and_no_reason_is_left_over() -> None:
    """docs/dependencies.md and pyproject.toml list the same packages, group by group."""
    assert documented() == {title: {plain(Requirement(text).name) for text in group} for title, group in GROUPS.items()}


def test_constraints_are_pins_without_addresses() -> None:
    """Every line of constraints.txt is name==version: no address, no range, each name once."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").split("\n")
    pins = [line for line in lines if line.strip() and not line.startswith("#")]
    assert [line for line in pins if not _PIN.fullmatch(line)] == []
    names = [plain(line.split("==")[0]) for line in pins]
    assert sorted(set(names)) == sorted(names)


def test_everything_that_is_needed_is_pinned_at_a_version_that_fits() -> None:
    """Nothing is installed that constraints.txt does not name, at a version that everybody who asks for it accepts."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = {plain(name): version for name, _, version in (line.partition("==") for line in lines if "==" in line)}
    for name, (_, asked) in needed().items():
        assert name in pins, f"{name} is not pinned in constraints.txt"
        for wanted in asked:
            assert wanted.specifier.contains(pins[name], prereleases=True), f"{name}=={pins[name]} does not fit {wanted}"
    for wanted in (Requirement(text) for title in LEFT_OUT for text in GROUPS[title]):
        assert wanted.specifier.contains(pins[plain(wanted.name)], prereleases=True), f"{wanted} has no pin that fits"


def test_no_dependency_is_only_gpl() -> None:
    """Each dependency can be used under a licence that is neither GPL nor AGPL."""
    for name, (made, _) in needed().items():
        assert not all(_COPYLEFT.search(one) for one in licences(made)), f"{name}: {licences(made)}"


def test_the_licence_check_sees_the_gpl() -> None:
    """The words that metadata use for the GPL are seen; those of the LGPL and others are not taken for it."""
    for text in ("GPL-3.0-or-later", "AGPLv3", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"):
        assert _COPYLEFT.search(text), text
    for text in ("LGPL-2.1", "MIT", "License :: OSI Approved :: GNU Lesser General Public License v2 (LGPLv2)"):
        assert not _COPYLEFT.search(text), text
