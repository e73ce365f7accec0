"""Into which degrees of agreement do two names fall?

Conditions over the columns of `litany.linkage.name_columns`, strongest first. How rare the name is stands in the levels, so
that the weight of agreeing on a rare name is learned, and no engine has to adjust it. The similarity is Winkler's (1990), of
the sounds. DuckDB evaluates a level only for the pairs that none before it took: equality first, letters last.
"""

from __future__ import annotations

from litany.linkage.name_profile import Profile
from litany.linkage.plan import Comparison, Level

# From the tuning half of bench/name_pairs.py: most respelled names that do not sound the same are at 0.96 or above, where few
# different names are; below 0.90 there is hardly a respelled one.
# They are a little more, so that rounding decides nothing (u and ute are at 0.8).
NEAR, ALIKE, FAR = 0.9601, 0.9001, 0.8001
_SAME = '"name_l" = "name_r"'
_SOUND = '"name_key_l" = "name_key_r"'
_OTHER = (
    '("many_keys_l" IS NOT NULL OR "many_keys_r" IS NOT NULL) AND list_has_any('
    'coalesce("many_keys_l", list_value("name_key_l")), coalesce("many_keys_r", list_value("name_key_r")))'
)
# A sound may be split into syllables in two ways, so that one side alone would depend on which row is the left.
_RARE = '"name_rarity_l" = 2 AND "name_rarity_r" = 2'
_SHARED = '"rarest_l" = "rarest_r"'


def _letters(column: str, least: float) -> str:
    """Is the similarity at least so much? DuckDB gives up on a pair as soon as it cannot be."""
    return f'jaro_winkler_similarity("{column}_l", "{column}_r", {least}) >= {least}'


def comparison(profile: Profile) -> Comparison:
    """The comparison of a person's names: ten levels of agreement; unknown where either has none."""
    return Comparison(
        "name",
        '"name_key_l" IS NULL OR "name_key_r" IS NULL',
        (
            Level(f"{_SAME} AND {_RARE}", "same name, rare"),
            Level(f'{_SAME} AND "name_rarity_l" = 1', "same name"),
            Level(_SAME, "same name, common"),
            Level(f"{_SOUND} AND {_RARE}", "same sound, rare"),
            Level(_SOUND, "same sound"),
            Level(_OTHER, "one of the other names sounds the same"),
            Level(_letters("name_key", NEAR), "nearly the same sound"),
            Level(f"{_SHARED} AND {_letters('name_key', ALIKE)}", "alike, with the same rarest syllable"),
            Level(_letters("name_key", ALIKE), "alike"),
            Level(f"{_SHARED} AND {_letters('name_key', FAR)}", "a little alike, with the same rarest syllable"),
        ),
        "other name",
    )


def father_comparison(profile: Profile) -> Comparison:
    """The comparison of fathers' names: same (rare or not), alike, other; unknown where either is."""
    sound = '"father_key_l" = "father_key_r"'
    return Comparison(
        "father_name",
        '"father_key_l" IS NULL OR "father_key_r" IS NULL',
        (
            Level(f'{sound} AND "father_rarity_l" = 2 AND "father_rarity_r" = 2', "father's name sounds the same, rare"),
            Level(sound, "father's name sounds the same"),
            Level(_letters("father_key", ALIKE), "father's name is alike"),
        ),
        "father has another name",
    )
