"""The single values of a configuration: what each may be, and what to say when it is not."""

import re
from datetime import timedelta
from typing import Any

import phonenumbers

from wa_notify.config.faults import kind_of, shown, suggestion
from wa_notify.config.secret import Hidden
from wa_notify.config.shape import Check, Flaw, listing, quoting
from wa_notify.core.languages import CODES, chain, meant, stored

LOCALE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
TEMPLATE_NAME = re.compile(r"[a-z0-9_]{1,512}")
DURATION = re.compile(r"(?:(\d{1,6})d)?\s*(?:(\d{1,6})h)?\s*(?:(\d{1,6})m)?\s*(?:(\d{1,6})s)?")
LONGEST = timedelta(days=365)
PHONE_FIX = 'Write it with its country code and in quotes, such as "+447700900123".'
DURATION_FIX = "Write a number with a unit, such as 90s, 10m, 4h, 1d or 1h30m."


def text(value: Any) -> str:
    """A text with something in it."""
    if not isinstance(value, str):
        raise Flaw(f"This takes a text, not {kind_of(value)}.", quoting(value))
    if not value.strip():
        raise Flaw("This text is empty.", "Write something or remove the key.")
    return value


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Flaw(f"This takes true or false, not {kind_of(value)}.", "Write it without quotes.")
    return value


def whole(least: int, most: int) -> Check:
    """A whole number between the two."""

    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Flaw(f"This takes a whole number, not {kind_of(value)}.", f"From {least} to {most}.")
        if not least <= value <= most:
            raise Flaw(f"{value} is out of range.", f"From {least} to {most}.")
        return value

    return check


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: Any) -> str:
        word = text(value)
        if word not in words:
            raise Flaw(f"{shown(word)} is not possible here.", suggestion(word, words))
        return word

    return check


def matching(pattern: re.Pattern[str], what: str, fix: str) -> Check:
    """A text of this form."""

    def check(value: Any) -> str:
        word = text(value)
        if not pattern.fullmatch(word):
            raise Flaw(f"{shown(word)} is no {what}.", fix)
        return word

    return check


name = matching(NAME, "name", "Use letters, digits, `-`, `_` and `.`, at most 64 of them.")
label = matching(re.compile(r"[^\s\x00-\x1f]{1,256}"), "label", "A label has no spaces.")
template_name = matching(TEMPLATE_NAME, "template name", "Templates are named in a-z, 0-9 and `_`.")
locale = matching(LOCALE, "language code", "Write it as the platform does, such as en or pt_BR.")


def language(value: Any) -> str:
    """A language that a template can have."""
    if value is False:
        raise Flaw("YAML reads this as false.", "Norwegian is nb.")
    word = text(value)
    if word in CODES:
        return word
    meant_ones = () if isinstance(value, Hidden) else meant(word)
    others = f" or {meant_ones[-1]}" if len(meant_ones) > 1 else ""
    likely = ", ".join(meant_ones[:-1] or meant_ones)
    fix = (
        f"Did you mean {likely}{others}?" if likely else "Write it as the platform does, such as en or pt_BR."
    )
    raise Flaw(f"{shown(value)} is no language code.", fix)


def languages(value: Any) -> str:
    """One language, or several in the order of preference, as the text that is kept."""
    if isinstance(value, list):
        return stored(_LANGUAGES(value))
    return language(value)


_LANGUAGES = listing("`language`", language, least=1, most=10)


def locales(value: Any) -> str:
    """Languages as a table from elsewhere has them, with commas in between; their form is looked at alone."""
    return stored(locale(code) for code in chain(text(value)))


def digits(value: Any) -> str:
    """An id of the platform; without quotes YAML takes it for a number, which does no harm."""
    word = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    if not re.fullmatch(r"[0-9]{5,32}", word):
        raise Flaw("This is no id of the platform.", "Ids consist of digits only.")
    return word


def phone(country: str) -> Check:
    """A phone number in E.164, out of any notation that is possible in this country."""

    def check(value: Any) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            raise Flaw("YAML reads this as a number and loses its plus or its zero.", PHONE_FIX)
        try:
            number = phonenumbers.parse(text(value), country or None)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise Flaw(f"{shown(value)} cannot be a phone number.", PHONE_FIX)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return check


def duration(*, zero: bool = False, longest: timedelta = LONGEST) -> Check:
    """A span of time with its unit."""

    def check(value: Any) -> timedelta:
        if isinstance(value, int | float) and not isinstance(value, bool):
            raise Flaw(f"{value} has no unit.", DURATION_FIX)
        word = text(value)
        found = DURATION.fullmatch(word.strip())
        if not found or not any(found.groups()):
            raise Flaw(f"{shown(word)} is no duration.", DURATION_FIX)
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        if span > longest or (not span and not zero):
            most = f"at most {longest.days}d."
            raise Flaw(f"{shown(word)} is out of range.", f"{'' if zero else 'More than 0s, '}{most}")
        return span

    return check
