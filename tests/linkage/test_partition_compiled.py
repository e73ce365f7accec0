"""What is compiled is compiled anew when any file of the sampler changes, not only its own."""

from __future__ import annotations

from pathlib import Path

from numba.core.caching import _Cache

from litany.linkage import (
    partition_chain,
    partition_cluster,
    partition_components,
    partition_evidence,
    partition_exact,
    partition_moves,
    partition_swap,
    partition_tree,
)
from litany.linkage.partition_compiled import source_stamp


def test_the_stamp_names_every_file_of_the_sampler() -> None:
    names = [name for name, _, _ in source_stamp()]
    here = Path(partition_chain.__file__).parent
    assert names == sorted(path.name for path in here.glob("partition*.py"))


def test_compiled_functions_carry_the_stamp() -> None:
    """Numba has no public way to ask: its cache is looked into, so that a Numba that changes it fails here, not in silence."""
    for function in (
        partition_chain._run,
        partition_cluster.new_clusters,
        partition_components._block_lists,
        partition_exact.sample_small,
    ):
        cache = getattr(function, "_cache")  # noqa: B009 - private, and unknown to Numba's types
        assert isinstance(cache, _Cache)
        assert getattr(cache, "_cache_file")._source_stamp == source_stamp()  # noqa: B009


def test_what_the_chains_call_counts_no_holders() -> None:
    """Counting who holds each array took three quarters of the time; what makes no array needs none."""
    makers = {partition_cluster.new_desk, partition_exact._new_room}
    called = [
        made
        for module in (partition_moves, partition_evidence, partition_swap, partition_tree, partition_cluster, partition_exact)
        for made in vars(module).values()
        if hasattr(made, "targetoptions") and made.py_func.__module__ == module.__name__
    ]
    inside = [one for one in called if "no_cpython_wrapper" in one.targetoptions and one not in makers]
    assert len(inside) > 30
    assert all(one.targetoptions["_nrt"] is False for one in (*inside, partition_tree.tree_score))
