"""What is compiled is compiled anew when any file of the sampler changes, not only its own."""

from __future__ import annotations

from pathlib import Path

from numba.core.caching import _Cache

from litany.linkage import partition_chain, partition_cluster, partition_components, partition_exact
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
