"""Writes the built-in case's copy of UCDP GED; run by hand when UCDP publishes a new version, never at run time.

    python tools/build_demo.py ucdp-ged-myanmar.csv

Only the columns that the mapping uses, of events that end in 2021 to 2023; no headlines, no sentences of others.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path

OUT = (
    Path(__file__).resolve().parents[1] / "src" / "litany" / "steps" / "cases" / "myanmar" / "ucdp-ged-myanmar-2021-2023.csv.gz"
)
COLUMNS = (
    "id", "relid", "type_of_violence", "side_a", "side_b", "source_original", "where_prec", "where_coordinates",
    "where_description", "adm_1", "adm_2", "latitude", "longitude", "country", "event_clarity", "date_prec", "date_start",
    "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low",
)  # fmt: skip


def main(source: str) -> None:
    """Cut columns and years, keep the order, and compress without a time stamp, so that the same input gives the same bytes."""
    with Path(source).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "2021" <= row["year"] <= "2023"]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with OUT.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(text.getvalue().encode("utf-8"))
    print(f"{len(rows)} rows, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
