"""Which words in the head of a column say what stands in it?

English first, some French and Spanish, and the Burmese of the lists that we have seen. A head is compared word by word: what
is not explained by the words of a role counts against it, so that ``project name`` is no person's name.
"""

from __future__ import annotations

import re
import unicodedata

from litany.values.terms import AgeGroup, Harm, Means, Sex, Status

# Words that change nothing of what a head means.
FILLERS = frozenset(
    [
        "of",
        "the",
        "a",
        "an",
        "s",
        "in",
        "at",
        "on",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "del",
        "el",
        "los",
        "las",
        "victim",
        "victims",
        "person",
        "persons",
    ]
)

ROLES: dict[str, tuple[str, ...]] = {
    "name": (
        "name", "names", "full name", "name deceased", "deceased name", "name dead", "complete name", "victim", "victim name",
        "deceased", "name english", "name in english",
        "english name", "name burmese", "burmese name", "name myanmar", "nombre", "nombre completo", "nombres y apellidos",
        "nom", "nom complet", "nom et prenom", "အမည်", "နာမည်",
    ),
    "alias": ("alias", "aliases", "aka", "also known as", "other name", "other names", "nickname"),
    "name part": ("first name", "last name", "surname", "family name", "given name", "fname", "lname", "forename",
    "middle name",
                  "prenom", "apellido", "apellidos", "nom de famille"),
    "sex": ("sex", "gender", "sexe", "sexo", "genre", "genero", "ကျား မ", "ကျား/မ", "လိင်"),
    "age": ("age", "age years", "age in years", "age at death", "years old", "edad", "age ans", "အသက်"),
    "age group": ("age group", "age range", "age category", "minor", "child or adult", "child adult"),
    "status": ("civilian status", "victim status", "civilian or combatant", "civilian combatant", "civilian", "combatant",
               "victim type", "type victim", "status"),
    "father": ("father", "father name", "fathers name", "nombre padre", "nom pere", "အဘအမည်", "အဖအမည်"),
    "mother": ("mother", "mother name", "mothers name", "nombre madre", "nom mere", "အမိအမည်"),
    "parents": ("parents", "parents name", "father mother", "father mother name", "parent", "parent name", "father or mother",
    "မိဘအမည်"),
    "occupation": ("occupation", "profession", "job", "organization", "organisation", "profession occupation", "ocupacion",
                   "metier", "အလုပ်အကိုင်", "occupation organization"),
    "home": ("home", "home address", "address home", "home town", "hometown", "residence", "place residence", "native place",
             "domicile", "domicilio", "home township", "နေရပ်"),
    "note": ("remark", "remarks", "note", "notes", "comment", "comments", "description", "brief description", "details",
             "summary", "circumstances", "narrative", "observations", "observaciones", "remarques", "မှတ်ချက်"),
    "key": ("id", "uid", "uuid", "case id", "record id", "victim id", "unique id", "identifier", "case number", "case no",
            "code", "reference", "ref", "identifiant", "folio"),
    "running number": ("no", "nr", "sr", "sr no", "s n", "sn", "serial", "serial no", "serial number", "number", "num", "row",
                       "index", "numero", "စဉ်"),
    "incident": ("incident id", "event id", "incident number", "incident no", "incident code", "attack id", "event number"),
    "date": (
        "date", "dates", "day", "event date", "incident date", "date incident", "date event", "date attack", "attack date",
        "date occurrence", "occurred", "occurred on", "occurrence date", "date killed", "date killing", "killed on",
        "date shot", "date arrest", "arrest date", "date arrested", "date injury", "date disappearance", "when", "fecha",
        "fecha hecho", "fecha incidente", "fecha suceso", "date faits", "date evenement", "date incident", "နေ့စွဲ", "ရက်စွဲ",
        "date injured", "date detained", "date missing", "date reported missing",
    ),
    "died": ("deceased date", "date deceased", "date death", "death date", "date died", "died", "died on", "dod",
    "fecha muerte", "fecha fallecimiento",
             "date deces", "date mort", "သေဆုံးသည့်ရက်", "date passing", "ကျဆုံးသည့်ရက်"),
    "first": ("start date", "date start", "date from", "from date", "begin date", "date begin", "from", "start", "first day",
              "date debut", "fecha inicio"),
    "last": ("end date", "date end", "date to", "to date", "enddate", "end", "to", "until", "last day", "date fin",
    "fecha fin"),
    "born": ("date birth", "birth date", "birthdate", "dob", "birthday", "born", "year birth", "birth year",
             "fecha nacimiento", "date naissance", "မွေးနေ့", "မွေးသက္ကရာဇ်"),
    "other date": (
        "date reported", "report date", "reported date", "reporting date", "date report", "publication date", "date published",
        "published", "publish date", "date publication", "entry date", "date entry", "date entered", "date added", "created",
        "created at", "updated", "updated at", "last updated", "date updated", "last modified", "date recorded", "recorded",
        "source date", "date source", "date accessed", "retrieved", "date posted", "timestamp", "date modified",
        "fecha publicacion", "fecha registro", "date saisie", "submission date", "date collected", "date burial",
        "date funeral",
    ),
    "year": ("year", "ano", "annee", "ခုနှစ်"),
    "month": ("month", "period", "mes", "mois", "quarter", "reporting period", "reporting month", "လ"),
    "time": ("time", "hour", "time incident", "local time", "time event", "hora", "heure", "အချိန်"),
    "country": ("country", "country name", "pais", "pays", "admin0", "adm0", "နိုင်ငံ"),
    "adm1": ("state", "region", "state region", "state division", "province", "division", "governorate", "admin1", "adm1",
             "adm 1", "admin 1", "admin1 name", "adm1 name", "adm1 en", "state name", "region name", "departamento", "estado",
             "provincia", "တိုင်းပြည်နယ်", "တိုင်း/ပြည်နယ်", "တိုင်းဒေသကြီး", "ပြည်နယ်", "admin1name en"),
    "adm2": ("district", "county", "admin2", "adm2", "adm 2", "admin 2", "adm2 name", "adm2 en", "district name", "municipio",
             "distrito", "ခရိုင်"),
    "adm3": ("township", "admin3", "adm3", "adm 3", "admin 3", "adm3 name", "adm3 en", "township name", "tsp", "commune",
             "sub district", "မြို့နယ်"),
    "adm1 code": ("state code", "region code", "sr pcode", "state pcode", "state region pcode", "adm1 code", "adm1 pcode",
                  "admin1 pcode", "admin1 code", "province code", "region pcode"),
    "adm2 code": ("district code", "district pcode", "adm2 code", "adm2 pcode", "admin2 pcode", "admin2 code"),
    "adm3 code": ("township code", "township pcode", "tsp pcode", "ts pcode", "adm3 code", "adm3 pcode", "admin3 pcode",
                  "admin3 code", "pcode", "p code"),
    "town": ("city", "town", "city town", "ciudad", "ville", "municipality", "မြို့"),
    "place": (
        "place", "location", "village", "site", "locality", "place name", "location name", "place incident", "incident place",
        "location incident", "incident location", "place death", "location death", "where", "village ward", "ward village",
        "ward", "village tract", "village name", "camp", "neighborhood", "neighbourhood", "area", "lugar", "lugar hechos",
        "lieu", "lieu incident", "village quartier", "ကျေးရွာ", "ရပ်ကွက်", "နေရာ", "ဖြစ်ပွားရာနေရာ", "place as written",
        "street address incident", "address incident", "incident address", "location details", "where description",
        "place occurrence",
    ),
    "address": ("address", "street address", "street", "adresse", "direccion", "လိပ်စာ"),
    "latitude": ("lat", "latitude", "y", "gps lat", "gps latitude", "latitud", "point y"),
    "longitude": ("lon", "lng", "long", "longitude", "x", "gps lon", "gps longitude", "longitud", "point x"),
    "by": (
        "perpetrator", "perpetrators", "suspected perpetrator", "alleged perpetrator", "attributed to", "armed group",
        "armed actor",
        "responsible", "party responsible", "responsible party", "actor responsible", "group responsible", "killed by",
        "agency", "agency responsible", "agency responsible death", "attacker", "attackers", "belligerent", "by whom", "who",
        "suspect group", "force responsible", "police department", "law enforcement agency", "agencies involved",
        "perpetrador", "responsable", "autor", "auteur", "auteur presume", "actor responsable", "grupo armado", "culprit",
        "agencies", "accused", "arresting agency", "detained by", "arrested by",
    ),
    "means": ("cause death", "manner death", "cause", "means", "method", "weapon", "weapon used", "weapon type", "weapons",
              "type attack", "attack type", "mode death", "manner", "how", "type weapon", "causa muerte", "cause deces",
              "arme", "arma",
              "circumstances death", "means as reported", "cause of injury", "သေဆုံးရသည့်အကြောင်းရင်း"),
    "speaker": ("source", "sources", "reported by", "told by", "informant", "according to", "news source", "media source",
                "source name", "source original", "fuente", "fuentes", "witness", "information source"),
    "precision of date": ("date prec", "date precision", "time precision"),
    "precision of place": ("where prec", "geo precision", "place precision"),
    "contact": ("phone", "telephone", "phone number", "contact", "contact number", "email", "e mail", "mobile", "telefono",
                "ဖုန်း", "contact person"),
    "link": ("url", "link", "links", "web link", "source url", "source link", "website", "photo", "image", "url image",
    "image url",
             "news link"),
    "organisation": ("org", "ngo", "partner", "implementing partner", "lead organisation", "lead organization", "donor",
                     "donors", "cluster", "sector", "implementing agency", "reporting organization", "reporting organisation",
                     "reporting agency", "acronym", "lead agency", "organization type", "organisation type"),
    "activity": ("activity", "activities", "project", "project name", "modality", "delivery modality", "project title",
                 "project status", "assistance", "intervention", "activity type", "aid", "programme"),
}  # fmt: skip

HARMS: dict[str, Harm] = {
    **dict.fromkeys(["killed", "deaths", "death", "dead", "fatalities", "fatality", "died", "killings", "kills", "slain",
        "murdered", "deceased", "muertos", "fallecidos", "morts", "tues", "decedes", "asesinados"], Harm.KILLED),
    **dict.fromkeys(["injured", "wounded", "injuries", "injury", "wounds", "hurt", "heridos", "blesses", "lesionados"],
        Harm.INJURED),
    **dict.fromkeys(["displaced", "idp", "idps", "displacement", "desplazados", "deplaces"], Harm.DISPLACED),
    **dict.fromkeys(["detained", "arrested", "arrests", "detentions", "detainees", "imprisoned", "detenidos", "arretes"],
        Harm.DETAINED),
    **dict.fromkeys(["disappeared", "missing", "disappearances", "abducted", "desaparecidos", "disparus"], Harm.DISAPPEARED),
    **dict.fromkeys(["tortured", "torture", "torturados"], Harm.TORTURED),
}  # fmt: skip
KILLING = frozenset(word for word, harm in HARMS.items() if harm is Harm.KILLED) | frozenset(
    ["killing", "murder", "homicide", "fatal", "killed", "muerte", "mort", "deces", "fallecimiento"]
)
KILLING_MY = ("သေဆုံး", "ကျဆုံး", "အသတ်ခံ")

ENDS = {"low": "low", "min": "low", "minimum": "low", "lowest": "low", "best": "best", "high": "high", "max": "high",
        "maximum": "high", "highest": "high"}  # fmt: skip
GROUPS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(["child", "children", "minors", "kids", "boys", "girls", "ninos", "enfants"], ("age",
        AgeGroup.CHILD.value)),
    **dict.fromkeys(["adult", "adults"], ("age", AgeGroup.ADULT.value)),
    **dict.fromkeys(["women", "female", "females", "woman", "mujeres", "femmes", "f"], ("sex", Sex.FEMALE.value)),
    **dict.fromkeys(["men", "male", "males", "hombres", "hommes", "m"], ("sex", Sex.MALE.value)),
    **dict.fromkeys(["civilian", "civilians", "civiles", "civils"], ("status", Status.CIVILIAN.value)),
    **dict.fromkeys(["combatant", "combatants", "soldiers", "fighters", "militants"], ("status", Status.COMBATANT.value)),
}  # fmt: skip
# Of a child only the age is counted in a part: a column of boys or girls names two groups at once, and stays out.
TWO_GROUPS = frozenset(("boys", "girls"))
AROUND_TOLL = frozenset(["number", "num", "no", "n", "nb", "total", "toll", "count", "counts", "people", "persons", "person",
    "of", "the", "reported", "estimated", "estimate", "est", "confirmed", "total", "casualties", "victims", "victim",
    "reportedly", "de", "nombre", "numero", "total", "sum", "by", "in", "at"])  # fmt: skip

# With one of these in it, a head that speaks of harm does not count people.
NO_TOLL = frozenset(
    (
        "month", "year", "day", "date", "week", "time", "hour", "age", "place", "location", "id", "code", "name", "by", "url",
        "link",
        "source", "type", "cause", "manner", "rank", "status", "flag", "days", "months", "years",
    )
)  # fmt: skip

SHARES = frozenset(["percent", "percentage", "pct", "share", "ratio", "rate", "proportion", "per", "index", "score",
    "average", "avg", "mean", "median", "severity", "probability", "porcentaje", "pourcentage", "taux", "tasa",
    "density"])  # fmt: skip
MONEY = frozenset(
    [
        "usd",
        "mmk",
        "kyat",
        "kyats",
        "eur",
        "euro",
        "euros",
        "dollars",
        "amount",
        "cost",
        "budget",
        "funding",
        "price",
        "value",
        "money",
        "income",
    ]
)
NEED = frozenset(["population", "pop", "need", "needs", "pin", "target", "targeted", "targets", "reached", "beneficiaries",
    "beneficiary", "households", "household", "hh", "hhs", "families", "family", "inhabitants", "caseload", "assisted",
    "planned", "recipients", "returnees", "houses", "poblacion"])  # fmt: skip
AID_NEED = NEED - frozenset(["family", "families", "houses"])

SEXES: dict[str, str] = {
    **dict.fromkeys(["m", "male", "man", "men", "boy", "boys", "masculino", "masculin", "homme", "hombre", "h", "varon",
        "ကျား", "ယောက်ျား"], Sex.MALE.value),
    **dict.fromkeys(["f", "female", "woman", "women", "girl", "girls", "femenino", "feminin", "femme", "mujer", "မ", "မိန်းမ",
        "အမျိုးသမီး"], Sex.FEMALE.value),
    "အမျိုးသား": Sex.MALE.value,
    **dict.fromkeys(["unknown", "u", "unk", "unclear", "na", "other", "x", "inconnu", "desconocido"], Sex.UNKNOWN.value),
}  # fmt: skip
STATUSES: dict[str, str] = {
    **dict.fromkeys(["civilian", "civilians", "civil", "non-combatant", "noncombatant"], Status.CIVILIAN.value),
    **dict.fromkeys(["combatant", "combatants", "soldier", "soldiers", "fighter", "fighters", "military", "militant",
        "insurgent"],
                    Status.COMBATANT.value),
    **dict.fromkeys(["unknown", "unclear", "undetermined"], Status.UNKNOWN.value),
}  # fmt: skip
AGE_GROUPS: dict[str, str] = {
    **dict.fromkeys(["child", "children", "minor", "minors", "baby", "infant", "boy", "girl"], AgeGroup.CHILD.value),
    **dict.fromkeys(["adult", "adults", "elderly", "man", "woman"], AgeGroup.ADULT.value),
    **dict.fromkeys(["unknown"], AgeGroup.UNKNOWN.value),
}  # fmt: skip
MEANS: dict[str, Means] = {
    **dict.fromkeys(["airstrike", "airstrikes", "shelling", "artillery", "shell", "bomb", "bombing", "bombardment", "missile",
        "rocket", "mortar", "drone", "jets", "aerial", "bombs"], Means.HEAVY_WEAPONS),
    **dict.fromkeys(["mine", "mines", "landmine", "landmines", "ied", "uxo", "erw"], Means.PLANTED_EXPLOSIVES),
    **dict.fromkeys(["shot", "gunshot", "gunshots", "shooting", "gun", "gunfire", "firearm", "firearms", "rifle", "pistol",
        "bullet", "sniper", "disparo", "balle", "handgun"], Means.SMALL_ARMS),
    **dict.fromkeys(["burned", "burnt", "burning", "arson", "napalm"], Means.INCENDIARY),
    **dict.fromkeys(["taser", "tasered", "baton", "teargas"], Means.LESS_LETHAL),
    **dict.fromkeys(["stabbed", "stabbing", "knife", "beaten", "beating", "beheaded", "strangled", "hanged", "asphyxiated"],
        Means.OTHER_MEANS),
    **dict.fromkeys(["starvation", "starved", "thirst"], Means.DEPRIVATION),
    **dict.fromkeys(("unknown", "undetermined", "unclear"), Means.UNKNOWN),
}  # fmt: skip
MISSING = ("NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "-", "--", "–", "—", ".")
YES, NO = frozenset(("yes", "y", "true", "1", "si", "oui")), frozenset(("no", "n", "false", "0", "non"))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a head or a cell: lower case, accents of Latin letters off, ``DateOfDeath`` and ``date_of_death`` parted."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    plain = unicodedata.normalize("NFKD", parted).lower().replace("%", " percent ")
    plain = re.sub(r"[\u0300-\u036f]", "", plain)
    return tuple(re.findall(r"[^\W_]+(?:[^\W_]|[\u1000-\u109f])*|[\u1000-\u109f]+", unicodedata.normalize("NFC", plain)))


def fit(head: str, phrase: str) -> float:
    """How much of a head a phrase explains: 0 where the phrase is not in it, 1 where it is all of it."""
    if "\u1000" <= phrase[0] <= "\u109f":
        bare, wanted = ("".join(re.findall(r"[\u1000-\u109f]", text)) for text in (head, phrase))
        return (len(wanted) / len(bare)) if wanted and wanted in bare else 0.0
    words, wanted_words = [_singular(word) for word in words_of(head)], [_singular(word) for word in phrase.split()]
    if words == wanted_words:
        return 1.0
    kept = [word for word in words if word not in FILLERS or word in wanted_words]
    kept = kept or words
    size = len(wanted_words)
    if any(kept[at : at + size] == wanted_words for at in range(len(kept) - size + 1)):
        return size / len(kept) * 0.99
    return 0.0


def _singular(word: str) -> str:
    """Without the s of a plural, in heads and phrases alike: ``states`` as ``state``."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
