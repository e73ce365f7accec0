"""The peer: the same comparisons and keys in plain Splink, as its documentation recommends, without draws.

u from random pairs, m by EM blocked on the first three keys (bounded by max_pairs), predict, cluster. Each step is timed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker
from splink.internals.blocking_rule_creator import BlockingRuleCreator

from litany.linkage.plan import Plan


class Peer(Struct, frozen=True):
    """What plain Splink made of a table, and the seconds that it took: training; predicting and clustering."""

    clusters: NDArray[np.int64]
    training: float
    linking: float
    pairs: int


def rules(plan: Plan) -> list[str | BlockingRuleCreator]:
    """The plan's keys as Splink's blocking rules."""
    return [" AND ".join(f'l."{column}" = r."{column}"' for column in key.columns) for key in plan.keys]


def run(frame: pl.DataFrame, plan: Plan, once: tuple[bool, ...], thresholds: Sequence[float]) -> list[Peer]:
    """Train, predict and cluster at each of the thresholds. ``once``: lists free of duplicates, for which the one-to-one
    clustering is used.
    """
    logging.disable(logging.WARNING)
    api = DuckDBAPI()
    table = frame.with_row_index("unique_id")
    one_to_one = bool(once) and all(once)
    parts = [part for _, part in table.group_by("list", maintain_order=True)] if one_to_one else [table]
    settings: dict[str, object] = {
        "link_type": "link_only" if one_to_one else "dedupe_only",
        "unique_id_column_name": "unique_id",
        "blocking_rules_to_generate_predictions": rules(plan),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "comparisons": [
            {
                "output_column_name": f"c{number}",
                "comparison_levels": [
                    {"sql_condition": one.missing, "label_for_charts": "unknown", "is_null_level": True},
                    *({"sql_condition": level.when, "label_for_charts": level.label} for level in one.levels),
                    {"sql_condition": "ELSE", "label_for_charts": "else"},
                ],
            }
            for number, one in enumerate(plan.comparisons)
        ],
    }
    tables = [
        api.register(part.to_arrow(compat_level=pl.CompatLevel.oldest()), dataset_display_name=f"list{n}")
        for n, part in enumerate(parts)
    ]
    linker = Linker(tables, settings)
    began = time.perf_counter()
    linker.training.estimate_probability_two_random_records_match(rules(plan)[:2], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    for rule in rules(plan)[:3]:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1_000_000)
    trained = time.perf_counter()
    predicted = linker.inference.predict(threshold_match_probability=0.01, warning_mode="never")
    made, ready = [], time.perf_counter()
    pairs = api.duckdb_con.execute(f"SELECT unique_id_l FROM {predicted.physical_name}").to_arrow_table().num_rows
    for threshold in thresholds:
        started = time.perf_counter()
        if one_to_one:
            lists = [f"list{n}" for n in range(len(parts))]
            found = linker.clustering.cluster_using_single_best_links(
                predicted, duplicate_free_datasets=lists, threshold_match_probability=threshold
            )
        else:
            found = linker.clustering.cluster_pairwise_predictions_at_threshold(
                predicted, threshold_match_probability=threshold
            )
        linking = ready - trained + time.perf_counter() - started
        rows = api.duckdb_con.execute(f"SELECT unique_id, cluster_id FROM {found.physical_name} ORDER BY unique_id")
        clusters = np.unique(rows.to_arrow_table()["cluster_id"].to_numpy(), return_inverse=True)[1].astype(np.int64)
        made.append(Peer(clusters, trained - began, linking, pairs))
    return made
