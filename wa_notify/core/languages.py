"""Languages: the codes that the platform has for templates, and which of them one reader can stand in for.

Source: Meta's page "Supported languages" of the template reference, as of 2026-05-21. A code that is not in
the table cannot be the language of a template; ``en``, ``en_GB`` and ``en_US`` are three different ones.
"""

import difflib
from collections.abc import Iterable

_TABLE = """
af ar ar_AE ar_EG ar_LB ar_MA ar_QA az be_BY bg bn bn_IN ca cs da de de_AT de_CH el en en_AE en_AU en_CA
en_GB en_GH en_IE en_IN en_JM en_MY en_NZ en_QA en_SG en_UG en_US en_ZA es es_AR es_CL es_CO es_CR es_DO
es_EC es_ES es_HN es_MX es_PA es_PE es_UY et fa fi fil fr fr_BE fr_CA fr_CH fr_CI fr_MA ga gu ha he hi hr
hu id it ja ka kk kn ko ky_KG lo lt lv mk ml mr ms nb nl nl_BE pa pl prs_AF ps_AF pt_BR pt_PT ro ru rw_RW
si_LK sk sl sq sr sv sw ta te th tr uk ur uz vi zh_CN zh_HK zh_TW zu
"""
CODES = tuple(_TABLE.split())
ENGLISH = "en"  # what everybody gets when nothing else is there
SEPARATOR = ","  # between the codes of one reader, in the text that is stored

# How others write what the platform calls differently.
OTHER_NAMES = {
    "en_uk": ("en_GB",),
    "gb": ("en_GB",),
    "us": ("en_US",),
    "br": ("pt_BR",),
    "in": ("id",),
    "iw": ("he",),
    "no": ("nb",),
    "nn": ("nb",),
    "tl": ("fil",),
    "zh": ("zh_CN", "zh_TW", "zh_HK"),
    "zh_hans": ("zh_CN",),
    "zh_hant": ("zh_TW", "zh_HK"),
    "zh_sg": ("zh_CN",),
    "zh_mo": ("zh_HK", "zh_TW"),
    "ua": ("uk",),
    "jp": ("ja",),
    "cz": ("cs",),
    "dk": ("da",),
    "gr": ("el",),
    "se": ("sv",),
    "kr": ("ko",),
}

# One language in two scripts: who reads one of them may not be able to read the other (CLDR, likely subtags).
SCRIPTS = {
    "zh": "Hans",
    "zh_CN": "Hans",
    "zh_SG": "Hans",
    "zh_HK": "Hant",
    "zh_MO": "Hant",
    "zh_TW": "Hant",
}


def chain(text: str) -> tuple[str, ...]:
    """The codes of a reader in the order of preference, out of the text that is stored."""
    return tuple(code for code in (part.strip() for part in text.split(SEPARATOR)) if code)


def stored(codes: Iterable[str]) -> str:
    """The text that is stored for these codes, each once."""
    return SEPARATOR.join(dict.fromkeys(codes))


def without_country(code: str) -> str:
    """The language alone, ``pt`` of ``pt_BR``."""
    return code.split("_", maxsplit=1)[0]


def are_kin(one: str, other: str) -> bool:
    """Whether who reads the one can read the other: the same language in the same script."""
    return _family(one) == _family(other)


def _family(code: str) -> tuple[str, str]:
    return without_country(code), SCRIPTS.get(code, "")


def meant(code: str) -> tuple[str, ...]:
    """Which codes of the platform somebody may have meant who wrote this one, the likeliest first."""
    plain = code.strip().lower().replace("-", "_")
    if plain in OTHER_NAMES:
        return OTHER_NAMES[plain]
    known = {one.lower(): one for one in CODES}
    language = without_country(plain)
    if plain in known or language in known:
        return (known.get(plain) or known[language],)
    if language in OTHER_NAMES:
        return OTHER_NAMES[language]
    relatives = tuple(one for one in CODES if without_country(one) == language)
    return relatives or tuple(
        known[near] for near in difflib.get_close_matches(plain, known, n=1, cutoff=0.75)
    )
