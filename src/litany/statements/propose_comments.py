"""What do the comments in a proposed mapping say to the person who will change it?"""

from __future__ import annotations

from collections.abc import Sequence

from litany.statements.mapping_spec import Mapping
from litany.statements.propose_roles import Seen


def comments_of(seen: Sequence[Seen], mapping: Mapping | None) -> dict[str, list[str]]:
    """Lines of comment by the path of what they explain."""
    if mapping is None:
        return {}
    left = [f"{one.column}: {one.left}" for one in seen if one.left and one.column in mapping.ignore]
    rest = [f"not used: {one.column}: {one.left}" for one in seen if one.left and one.column not in mapping.ignore]
    return {
        "": ["Proposed by `litany map`. Change what is wrong, then look again: litany map FILE"],
        "recognise": ["A table with these columns is read with this mapping unasked."],
        "missing": ["Cells that say nothing, in every column."],
        "ignore": ["Left out on purpose:", *left],
        "source": [*(["Columns that were not understood, or are in doubt:"] if rest else []), *rest, "Who speaks."],
        "statement.when": ["The date of the incident; never the date of a report."],
        "statement.died": ["The date of death, where it is another date than the incident's."],
        "statement.where": ["text names the spot, areas what lies around it, from large to small."],
        "statement.by": ["Who did it, as the rows say; a word that no actor has is kept and listed."],
        "statement.speakers": ["root = true: this column names who said it first, not who was read."],
    }
