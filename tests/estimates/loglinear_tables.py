"""Published tables of capture patterns, typed from the papers named: counts are facts. A word names the lists of a pattern."""

from __future__ import annotations

import numpy as np

from litany.estimates.captures import Captures, captures

# Killings in Kosovo, March to June 1999: Ball, Betts, Scheuren, Dudukovich and Asher (2002), AAAS.
KOSOVO = (
    "EXH ABA OSCE HRW",
    "D 306, C 936, CD 123, B 845, BD 31, BC 217, BCD 32, A 1131, AD 106, AC 228, ACD 42, AB 177, ABD 18, ABC 181, ABCD 27",
)
# Victims of modern slavery in the United Kingdom, 2013: Bales, Hesketh and Silverman (2015), Significance 12(3).
UK = (
    "LA NG PF GO GP NCA",
    "F 57, E 316, EF 1, D 695, DF 6, DE 8, C 907, CF 31, CE 10, CD 69, CDF 1, B 463, BF 3, BE 1, BD 19, BC 56, BCF "
    "3, BCD 4, A 54, AD 3, AC 19, AB 15, ABD 1, ABC 1, ABCD 1",
)
# The same with police and National Crime Agency joined.
UK5 = (
    "LA NG PFNCA GO GP",
    "E 316, D 695, DE 8, C 995, CE 11, CD 76, B 463, BE 1, BD 19, BC 62, BCD 4, A 54, AD 3, AC 19, AB 15, ABD 1, ABC 1, ABCD 1",
)
# Victims of trafficking in the Netherlands: van Dijk, Cruyff, van der Heijden and Kragten-Heerdink (2017), UNODC.
NETHERLANDS = (
    "I K O P R Z",
    "F 632, E 650, EF 2, D 4466, DF 125, DE 82, DEF 1, C 403, CF 57, CE 2, CD 59, CDF 7, CDE 2, B 1299, BF 4, BD "
    "44, BC 1, A 352, AF 16, AE 3, AD 18, ADF 4, AC 1, ACD 4",
)
# The same with two lists joined.
NETHERLANDS5 = (
    "IO K P R Z",
    "E 632, D 650, DE 2, C 4466, CE 125, CD 82, CDE 1, B 1299, BE 4, BC 44, A 756, AE 73, AD 5, AC 81, ACE 11, ACD 2, AB 1",
)
# Victims of trafficking in New Orleans: Bales, Murphy and Silverman (2020), Journal of Human Trafficking 6.
NEW_ORLEANS = (
    "A B C D E F G H",
    "H 21, G 6, F 6, E 6, EH 1, D 33, DE 2, C 70, CG 1, CE 1, CD 1, B 5, BF 1, A 25, AE 1, AD 2, ADE 1, AC 1, ACG 1",
)
# The same with the smallest lists joined.
NEW_ORLEANS5 = (
    "A BEFG C D H",
    "E 21, D 33, C 70, CD 1, B 24, BE 1, BD 2, BC 2, A 25, AD 2, AC 1, AB 1, ABD 1, ABC 1",
)
# Victims of trafficking at a site in the western United States: Farrell, Dank, Kafafian and others (2019).
WESTERN = (
    "A B C D E",
    "E 21, D 45, DE 3, C 114, B 90, BD 1, BC 6, BCD 1, A 52, AE 5, AD 2, AC 4, ACE 1",
)
# Women held by the Japanese army in Palembang: Ball, Shin and Yang (2018); Silverman, Chan and Vincent (2024).
KOREA = (
    "b c d",
    "C 41, B 5, A 5, AC 6, AB 54, ABC 12",
)
# Made up by Chan, Silverman and Vincent (2021) to show both ways in which a model can fail.
ARTIFICIAL3 = (
    "A B C",
    "C 20, B 30, A 40, AB 6",
)
# Deaths by traumatic injury in Gaza, October 2023 to June 2024: Jamaluddine and others (2025), The Lancet 405.
GAZA = (
    "moh_hospitals moh_survey social_media",
    "C 1469, B 5104, BC 351, A 19048, AC 1173, AB 1929, ABC 197",
)

FILES = {
    "KOSOVO": "kosovo",
    "UK": "UKdat",
    "UK5": "UKdat_5",
    "NETHERLANDS": "Ned",
    "NETHERLANDS5": "Ned_5",
    "NEW_ORLEANS": "NewOrl",
    "NEW_ORLEANS5": "NewOrl_5",
    "WESTERN": "Western",
    "KOREA": "Korea",
    "ARTIFICIAL3": "Artificial_3",
    "GAZA": "gaza-2023-cells",
}


def table(known: tuple[str, str]) -> Captures:
    """One of the tables above."""
    names, cells = known
    lists = names.split()
    rows = [cell.split() for cell in cells.split(", ")]
    patterns = np.array([[chr(ord("A") + place) in word for place in range(len(lists))] for word, _ in rows])
    return captures(lists, patterns, np.array([int(count) for _, count in rows]))
