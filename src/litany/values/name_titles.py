"""Which words before a name are titles, and which may be a part of it?

The lists are those of docs/reference/names.md. Myanmar's honorifics are also syllables of names (Ma Ma Lay, Min Ko Naing), so
that taking one off never replaces the full name.
"""

from __future__ import annotations

import re

from litany.values.name_data import words

# Never the first word of a Burmese name, and titles of the world that are rarely a given name.
TITLES = words(
    "u daw dr mr mrs ms miss prof professor sir lt lieutenant maj capt captain col colonel sgt sergeant cpl corporal gen "
    "rev reverend fr father ashin ဦး ဒေါ် ဒေါက်တာ အရှင်"
)
HONORIFICS = words(
    "ko ma maung mg bo boh saw naw sai sao nang nan salai mai duwa khun mahn min mi nai shin saya sayar sayama sayadaw uzin "
    "thakin bogyoke major general pastor sister brother sheikh shaikh haji hajji mullah imam "
    "ကို မ မောင် ဗိုလ် စော နော် စိုင်း စဝ် နန်း နန် နမ့် ဆလိုင်း မိုင် ဒူးဝါး ခွန် မန်း မင်း မိ နိုင် ရှင် ဆရာ ဆရာမ ဆရာတော်"
)
LAST = frozenset(("sayadaw", "ဆရာတော်"))
MALE = words("u ko maung mg saw sai salai khun mahn nai duwa mr ဦး ကို မောင် စော စိုင်း ဆလိုင်း ခွန်")
FEMALE = words("daw ma naw nang nan mi mrs ms ဒေါ် မ နော် နန်း")

_BURMESE_FIRST = tuple(sorted((word for word in TITLES | HONORIFICS if not word.isascii()), key=len, reverse=True))
# The rest begins a syllable: a letter that is not killed (က်), stacked (က္က) or the bearer of another mark of the word before.
_STARTS = re.compile("[\u1000-\u102a\u103f\u104e](?![\u1037]?[\u103a\u1039])")


def first(folded: str) -> tuple[str, str]:
    """A folded name's first title or honorific and the rest; ("", the name) if it begins with neither."""
    word, _, rest = folded.partition(" ")
    if word in TITLES or word in HONORIFICS:
        return (word, rest) if rest else ("", folded)
    if not folded.isascii():
        for word in _BURMESE_FIRST:
            rest = folded[len(word) :]
            if folded.startswith(word) and _STARTS.match(rest):
                return word, rest
    return "", folded


def titled(folded: str) -> bool:
    """Does a name begin with a title or honorific, with something after it?"""
    return bool(first(folded)[0])


def _remains(rest: str, after: str) -> bool:
    left = rest.split()
    if len(left) >= 2:
        return any(word not in TITLES for word in left)
    return bool(rest) and rest not in TITLES and (after in TITLES or rest not in HONORIFICS)


def _without_titles(folded: str) -> str:
    word, rest = first(folded)
    while word in TITLES and _remains(rest, word):
        folded = rest
        word, rest = first(folded)
    return folded


def bare(folded: str) -> tuple[str, ...]:
    """A folded name without its titles, then without one honorific that may be a part of it: one form or more."""
    full = _without_titles(folded)
    found = [full]
    word, rest = first(full)
    if word in HONORIFICS and _remains(rest, word):
        found.append(_without_titles(rest))
    for last in LAST:
        if full.endswith(last) and _remains(short := full.removesuffix(last).rstrip(), last):
            found.append(short)
    return tuple(dict.fromkeys(found))
