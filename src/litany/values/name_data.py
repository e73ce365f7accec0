"""Which English and Burmese words describe a person, and what do they say of sex and age group?

Only what the word itself says: a son may be of any age, a child of any sex. The lists are those of docs/reference/names.md.
"""

from __future__ import annotations

from msgspec import Struct

from litany.values.terms import AgeGroup, Sex


class Noun(Struct, frozen=True):
    """A noun of people. ``role``: an occupation or organisation; ``kin``: a relative; ``plural``: surely more than one."""

    sex: Sex | None = None
    group: AgeGroup | None = None
    plural: bool = False
    role: bool = False
    kin: bool = False


def words(text: str, between: str | None = None) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split(between))


_M, _F, _CHILD, _ADULT = Sex.MALE, Sex.FEMALE, AgeGroup.CHILD, AgeGroup.ADULT
_IRREGULAR = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "wife": "wives",
    "person": "persons",
    "policeman": "policemen",
}
_IRREGULAR |= {"fisherman": "fishermen", "gentleman": "gentlemen", "policewoman": "policewomen", "businessman": "businessmen"}
_IRREGULAR |= {
    "passerby": "passersby",
    "housewife": "housewives",
    "headman": "headmen",
    "chairman": "chairmen",
    "serviceman": "servicemen",
}
_COMMON: tuple[tuple[str, Noun], ...] = (
    ("man gentleman", Noun(_M, _ADULT)),
    ("woman lady", Noun(_F, _ADULT)),
    ("boy", Noun(_M, _CHILD)),
    ("girl", Noun(_F, _CHILD)),
    ("male", Noun(_M)),
    ("female", Noun(_F)),
    ("minor", Noun(None, _CHILD)),
    ("child kid baby infant toddler newborn", Noun(None, _CHILD, kin=True)),
    ("adult", Noun(None, _ADULT)),
    ("person individual victim body corpse other teenager youth elder", Noun()),
    ("son husband father brother uncle nephew grandson grandfather stepson", Noun(_M, kin=True)),
    ("daughter wife mother sister aunt niece granddaughter grandmother stepdaughter", Noun(_F, kin=True)),
    ("widow", Noun(_F, kin=True)),
    ("grandchild", Noun(kin=True)),
    ("sibling relative cousin parent spouse partner neighbour neighbor friend", Noun(kin=True)),
    ("monk policeman fisherman businessman headman", Noun(_M, role=True)),
    ("nun policewoman housewife", Noun(_F, role=True)),
    (
        "villager civilian resident local student pupil teacher lecturer professor farmer driver worker employee "
        "member soldier fighter rebel officer official nurse doctor medic volunteer protester protestor "
        "demonstrator activist prisoner detainee refugee leader administrator admin clerk guard merchant trader "
        "vendor seller shopkeeper labourer laborer journalist reporter engineer cadre passenger passerby bystander "
        "pedestrian migrant novice abbot idp native lawyer priest pastor carpenter mechanic cook tailor miner "
        "logger hunter businesswoman militant guerrilla serviceman chairman",
        Noun(role=True),
    ),
)
_ALWAYS_PLURAL = {
    "people": Noun(plural=True),
    "folk": Noun(plural=True),
    "twins": Noun(plural=True),
    "triplets": Noun(plural=True),
    "couple": Noun(plural=True),
    "family": Noun(plural=True),
    "families": Noun(plural=True),
    "grandchildren": Noun(plural=True, kin=True),
}
# One or many: a number before it makes a group of it, without one it is a single person.
EITHER = words("staff police personnel crew troops")


def _nouns() -> dict[str, Noun]:
    table: dict[str, Noun] = dict(_ALWAYS_PLURAL) | {word: Noun(role=True) for word in EITHER}
    for words, noun in _COMMON:
        for word in words.split():
            table[word] = noun
            more = _IRREGULAR.get(word) or (word[:-1] + "ies" if word.endswith(("by", "dy")) else word + "s")
            if word in ("boy", "passerby"):
                more = _IRREGULAR.get(word, word + "s")
            table[more] = Noun(noun.sex, noun.group, True, noun.role, noun.kin)
    return table


NOUNS = _nouns()
FIXED = {"couple": 2, "twins": 2, "triplets": 3}  # how many the word says
# Heads that take any words before them as the organisation's name: Save the Children staff.
ORGANISED = words("staff employee employees personnel worker workers native natives crew")
ACRONYMS = words(
    "idp idps pdf kia kio knu knla kndf knpp nld nug cdm ldf uwsa tnla mndaa cnf cnda cndf cdf ngo ingo absfu "
    "abfsu ssa rcss dkba eao ktla bpla bgf usdp pla nup aapp mp"
)
MODIFIERS = words(
    "school university college primary middle high private government township village ward district town taxi "
    "truck bus car motorbike motorcycle trishaw bank hospital police army military security health medical aid "
    "relief rice vegetable street shop market factory construction garment railway union party local fellow "
    "family resistance rescue charity community buddhist muslim christian hindu rohingya karen kachin chin "
    "shan mon rakhine kayah karenni burmese ethnic politics political household electoral election hundred "
    "former retired religious assistant head senior junior deputy daily"
)
FILLERS = words(
    "a an the one of his her their my its another other unnamed unidentified unknown dead deceased killed "
    "murdered innocent unarmed local said same remaining additional displaced disabled pregnant wounded young "
    "old elderly aged teenage unspecified newborn infant still yet"
)
AGE_WORDS = words("elderly old young teenage teenager teenagers newborn newborns infant infants toddler toddlers")
VAGUE = words("several many some multiple numerous various few dozens hundreds scores")
# Brackets that say something of the death or the source, and no name.
REMARKS = words("deceased dead killed unconfirmed confirmed alleged late died missing injured arrested martyr unverified")
# Words that are names too often to be remarked on.
ALSO_NAMES = words("man nun son boy lady baby minor local elder cook body other others native major pastor novice")

MISSING = words(
    "na;n a;none;nil;null;tbc;tbd;tba;unk;u k;xxx;no name;no names;unnamed;anonymous;name withheld;withheld;"
    "not known;name not known;names not known;not available;not stated;not given;not recorded;not identified;"
    "not disclosed;undisclosed;no information;no info;no data;to be confirmed;name not available;"
    "name not given;name not stated;name not disclosed;name unnamed;not yet known;not yet identified;"
    "name missing;no name given;no name available;неизвестно;неизвестный;неизвестная;неизвестен;неопознанный;"
    "مجهول;مجهولة;مجهول الهوية;غير معروف;desconocido;desconocida;inconnu",
    ";",
)

BURMESE_WORDS: tuple[tuple[str, Noun], ...] = (
    ("အမျိုးသမီး", Noun(_F, _ADULT)),
    ("အမျိုးသား", Noun(_M, _ADULT)),
    ("ယောက်ျားလေး", Noun(_M, _CHILD)),
    ("ယောက်ျား", Noun(_M)),
    ("မိန်းကလေး", Noun(_F, _CHILD)),
    ("မိန်းမ", Noun(_F)),
    ("ကလေးငယ်", Noun(None, _CHILD)),
    ("ကလေး", Noun(None, _CHILD)),
)
BURMESE_KIN = {"ဇနီး": _F, "သမီး": _F, "မိခင်": _F, "သား": _M, "ဖခင်": _M, "ခင်ပွန်း": _M}
