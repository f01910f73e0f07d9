"""Telephone numbers: from what a client writes in `to` to the platform's canonical `wa_id`.

The platform echoes the input untouched and may answer with a different `wa_id`; a client has to match on the
latter. The national rules are those that API clients report; Meta does not document them and they have
exceptions (the age of an account plays a part), so the sandbox shows that rewriting happens, not when.
"""

import re

SHORTEST, LONGEST = 7, 15  # digits of an E.164 number, country code included
SEPARATORS = re.compile(r"[\s()\-.]")

# (pattern of the digits, replacement, why)
REWRITES = (
    (re.compile(r"55([3-9]\d)9(\d{8})"), r"55\1\2", "Brazil: area codes from 31 lose the extra 9"),
    (re.compile(r"52(\d{10})"), r"521\1", "Mexico: mobile numbers keep the old 1"),
    (re.compile(r"54([1-8]\d{9})"), r"549\1", "Argentina: mobile numbers carry a 9"),
)

# Dialling code to the country that starts a business-scoped user id; enough for tests, not an atlas.
COUNTRIES = {
    "1": "US", "7": "KZ", "27": "ZA", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "39": "IT", "41": "CH",
    "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL", "49": "DE", "52": "MX",
    "54": "AR", "55": "BR", "61": "AU", "62": "ID", "65": "SG", "81": "JP", "91": "IN", "351": "PT",
    "353": "IE", "358": "FI", "420": "CZ", "971": "AE", "972": "IL",
}  # fmt: skip
UNKNOWN_COUNTRY = "ZZ"


def digits_of(written: str) -> str:
    """Return the digits of a number as displayed, e.g. `+44 1632 960111`. Nothing else is checked."""
    return "".join(filter(str.isdecimal, written))


def wa_id_of(written: str, *, home: str) -> str | None:
    """Return the canonical id for a number as a client wrote it, None when it is no telephone number."""
    digits = full_digits(written, home=home)
    return None if digits is None else canonical(digits)


def full_digits(written: str, *, home: str) -> str | None:
    """Return all digits of a number as a client wrote it, None when it is no telephone number.

    Spaces, hyphens, dots and parentheses are accepted. Without a `+` the business number's own country code
    (`home`) is put in front when the digits look incomplete; Meta documents that this may happen but not
    when, so "at most ten digits or a leading zero" is our deduction.
    """
    bare = SEPARATORS.sub("", written)
    digits = bare.removeprefix("+")
    if not digits.isascii() or not digits.isdecimal():
        return None
    if not bare.startswith("+") and (len(digits) <= 10 or digits.startswith("0")):
        digits = home + digits
    if not SHORTEST <= len(digits) <= LONGEST:
        return None
    return digits


def canonical(digits: str) -> str:
    """Apply the national rewriting rules to the digits of a full number."""
    for pattern, replacement, _ in REWRITES:
        if pattern.fullmatch(digits):
            return pattern.sub(replacement, digits)
    return digits


def country_of(digits: str) -> str:
    """Return the two-letter country of a full number, `ZZ` when the small table does not know it."""
    return COUNTRIES.get(dialling_code(digits), UNKNOWN_COUNTRY)


def dialling_code(digits: str) -> str:
    """Return the country's dialling code of a full number, or nothing when the small table lacks it."""
    return next((digits[:length] for length in (3, 2, 1) if digits[:length] in COUNTRIES), "")
