"""Zawgyi is told from Unicode and converted where that is certain; nothing else is touched."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litany.values import scripts, zawgyi
from litany.values.scripts import Encoding

NAMES = Path(__file__).parents[3] / "shared/data/myanmar/myanmar-names.tsv"

# Zawgyi and Unicode of the same words, written by hand and checked against the transliterator of ICU 78 (Zawgyi-my).
PAIRS = [
    ("ေအာင္ေအာင္လြင္", "အောင်အောင်လွင်"),
    ("ေအာင္ေက်ာ္ျမင့္", "အောင်ကျော်မြင့်"),
    ("ေအာင္ႀကီး", "အောင်ကြီး"),
    ("ေအာင္ၿမိဳင္", "အောင်မြိုင်"),
    ("ေအာင္ၾကည္သိန္း", "အောင်ကြည်သိန်း"),
    ("မႏၲေလး", "မန္တလေး"),
    ("ျမန္မာ", "မြန်မာ"),
    ("ေဒၚေအာင္ဆန္းစုၾကည္", "ဒေါ်အောင်ဆန်းစုကြည်"),
    ("မဂၤလာ", "မင်္ဂလာ"),
    ("ေယာက္်ား", "ယောက်ျား"),
    ("ညြန႔္", "ညွန့်"),
    ("လႊင္", "လွှင်"),
    ("ၾသဂုတ္", "သြဂုတ်"),
    ("၄င္း", "၎င်း"),
]
# Words of Shan, Mon, Sgaw Karen and Pa'O in Unicode, whose letters Zawgyi uses for other glyphs.
MINORITIES = ["ၸၢႆးၶမ်း", "စဝ်ၶုၼ်သႃ", "နန်းမူၵ်ႇ", "ဇၞော်", "ကၠောန်", "ဍုၚ်", "စီၤအဲၣ်", "ပဒိၣ်", "သ့ၣ်", "နၢၤ"]


@pytest.mark.parametrize(("shown", "spoken"), PAIRS)
def test_conversion(shown: str, spoken: str) -> None:
    assert scripts.convert(shown) == unicodedata.normalize("NFC", spoken)


@pytest.mark.parametrize(("shown", "spoken"), PAIRS[:8])
def test_certain_zawgyi_is_converted_and_unicode_is_not(shown: str, spoken: str) -> None:
    read = scripts.decode(shown)
    assert (read.text, read.encoding) == (unicodedata.normalize("NFC", spoken), Encoding.ZAWGYI)
    assert read.zawgyi > scripts.ZAWGYI_ABOVE
    assert scripts.decode(spoken).text == unicodedata.normalize("NFC", spoken)
    assert scripts.decode(spoken).encoding is Encoding.UNICODE


@pytest.mark.parametrize("text", MINORITIES)
def test_minority_languages_are_never_converted(text: str) -> None:
    assert scripts.decode(text).text == unicodedata.normalize("NFC", text)
    assert scripts.decode(text).encoding is not Encoding.ZAWGYI


def test_a_letter_without_a_glyph_makes_zawgyi_doubtful() -> None:
    text = "ေအာင္ေအာင္လြင္ \u1022"
    assert scripts.decode(text).encoding is Encoding.DOUBTFUL
    assert scripts.decode(text).text == text


def test_what_is_the_same_in_both_is_no_doubt() -> None:
    for text in ("ကိုကို", "မမ", "ထားထားရီ"):
        assert scripts.decode(text).encoding is Encoding.UNICODE
        assert scripts.decode(text).text == text


def test_doubtful_text_is_left_as_given() -> None:
    read = scripts.decode("လွလွမူ")
    assert (read.text, read.encoding) == ("လွလွမူ", Encoding.DOUBTFUL)
    assert scripts.UNICODE_BELOW <= read.zawgyi <= scripts.ZAWGYI_ABOVE


def test_digits_alone_and_other_scripts() -> None:
    assert scripts.decode("၁၂").text == "၁၂"
    assert scripts.decode("José").text == unicodedata.normalize("NFC", "José")
    assert scripts.decode("Йосиф").text == unicodedata.normalize("NFC", "Йосиф")
    assert scripts.decode("ﻣﺤﻤﺪ").text == "ﻣﺤﻤﺪ"  # presentation forms are folded in forms only


def test_a_column_settles_what_a_name_does_not() -> None:
    shown = [shown for shown, _ in PAIRS[:6]]
    evidence = scripts.settle([*shown, "လွလွမူ", "ကိုကို", "Aung"])
    assert evidence == scripts.Evidence(Encoding.ZAWGYI, zawgyi=6, doubtful=1, same=1)
    assert "6 texts are certainly Zawgyi" in evidence.show()
    assert scripts.settle([*shown, "အောင်အောင်လွင်"]).encoding is None
    assert scripts.settle([spoken for _, spoken in PAIRS[:6]]).encoding is Encoding.UNICODE
    assert scripts.settle(["Aung", ""]) == scripts.Evidence(None)
    assert scripts.settle(shown[:2]).encoding is None


@given(st.text())
def test_decode_never_fails_and_gives_nfc_or_the_text(text: str) -> None:
    read = scripts.decode(text)
    assert 0.0 <= read.zawgyi <= 1.0
    assert read.text == text if read.encoding is Encoding.DOUBTFUL else unicodedata.is_normalized("NFC", read.text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], max_codepoint=0xFFF)))
def test_texts_without_burmese_are_not_touched(text: str) -> None:
    assert scripts.decode(text) == scripts.Decoded(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=[chr(code) for code in range(0x1000, 0x10A0)]))
def test_conversion_never_fails(text: str) -> None:
    assert unicodedata.is_normalized("NFC", zawgyi.to_unicode(text))


@pytest.mark.skipif(not NAMES.exists(), reason="the names of alvations/myth are not in ../shared/data")
def test_the_names_of_myth_are_zawgyi() -> None:
    names = [line.split("\t")[0] for line in NAMES.read_text(encoding="utf-8").splitlines()[1:]]
    evidence = scripts.settle(names)
    assert evidence == scripts.Evidence(Encoding.ZAWGYI, zawgyi=5114, unicode=5, doubtful=65, same=140)
    converted = [scripts.convert(name) for name in names]
    assert all(map(zawgyi.well_formed, converted))
    assert not any(scripts.decode(name).encoding is Encoding.ZAWGYI for name in converted)
