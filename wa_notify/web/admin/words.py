"""How times, lengths, money and counts are said on the admin page.

The functions are pure. ``say`` translates: whoever has no translation leaves it out. The same rules stand in
``static/words.js``, which keeps what is relative fresh in the browser.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from wa_notify.core import media, recipient
from wa_notify.core.pricing import spoken_amount
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.wallclock import MONTHS, local, spoken_time, zone_name

Say: TypeAlias = Callable[..., str]  # a sentence with blanks such as ``%(n)s``, and what fills them

MINUTE, HALF_A_SECOND = timedelta(minutes=1), timedelta(seconds=0.5)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥", "BRL": "R$", "AUD": "A$", "IDR": "Rp"}
HIDDEN = "•"


def as_written(text: str, **values: object) -> str:
    """Whoever has no translation says it as it stands."""
    return text % values


def span(length: timedelta, say: Say = as_written) -> str:
    """A length of time in its two largest units: ``45 min``, ``1 h 5 min``, ``3 d 4 h``, ``12 d``."""
    minutes = max(length, timedelta(0)) // MINUTE
    hours, days = minutes // 60, minutes // 1440
    if days >= 2:
        rest = hours % 24
        if days >= 7 or not rest:
            return say("%(d)s d", d=days)
        return say("%(d)s d %(h)s h", d=days, h=rest)
    if hours:
        rest = minutes % 60
        return say("%(h)s h %(m)s min", h=hours, m=rest) if rest else say("%(h)s h", h=hours)
    return say("%(m)s min", m=minutes) if minutes else say("less than a minute")


def short_span(length: timedelta, say: Say = as_written) -> str:
    """A length of time that machines take: ``40 ms``, ``2.5 s``, ``48 s``, ``3 min``."""
    seconds = max(length.total_seconds(), 0)
    if seconds < 0.9995:
        return say("%(n)s ms", n=round(seconds * 1000))
    if seconds < 9.95:
        return say("%(n)s s", n=f"{seconds:.1f}".removesuffix(".0"))
    return say("%(n)s s", n=round(seconds)) if seconds < 59.5 else span(length + HALF_A_SECOND, say)


def relative(at: datetime, now: datetime, say: Say = as_written) -> str:
    """How long ago, or until then: ``3 h ago``, ``in 12 min``.

    What is past is never said to be longer ago than it is, and what is to come never to be sooner.
    """
    if at > now:
        whole = -((now - at) // MINUTE) * MINUTE  # rounded up
        return say("in a moment") if at - now < MINUTE else say("in %(length)s", length=span(whole, say))
    return say("just now") if now - at < MINUTE else say("%(length)s ago", length=span(now - at, say))


def full(at: datetime, zone: str) -> str:
    """A time without any doubt, as people of this zone read it: ``Mon, 23 Nov 2026, 08:42:00 GMT``."""
    shown = at.astimezone(ZoneInfo(zone))
    day = f"{WEEKDAYS[shown.weekday()]}, {shown.day} {MONTHS[shown.month - 1]} {shown.year}"
    return f"{day}, {shown:%H:%M:%S} {zone_name(shown)}"


def minute(at: datetime, zone: str) -> str:
    """What the clock shows: ``08:42``."""
    return f"{local(at, ZoneInfo(zone)):%H:%M}"


def day(at: datetime, zone: str) -> str:
    """The day of a time: ``Mon, 23 Nov 2026``."""
    return full(at, zone).rpartition(", ")[0]


def moment(at: datetime, zone: str) -> str:
    """Day and minute: ``23 Nov 08:42 GMT``."""
    return spoken_time(at, zone)


def count(number: int) -> str:
    """A number with its thousands apart: ``12,345``."""
    return f"{number:,}"


def size(number: int) -> str:
    """Bytes as people say them: ``512 B``, ``48 kB``, ``2.5 MB``."""
    return f"{number} B" if number < 1000 else media.spoken_size(number)


def money(amount: Decimal | int, currency: str) -> str:
    """An amount with its currency: ``$3.42``, ``CHF 12.00``; small ones keep four digits: ``$0.0043``."""
    exact = Decimal(amount)
    digits = Decimal("0.0001") if 0 < abs(exact) < Decimal("0.1") else Decimal("0.01")
    written = spoken_amount(abs(exact).quantize(digits))
    minus = "\u2212" if exact < 0 and Decimal(written.replace(",", "")) else ""
    sign = SIGNS.get(currency, "")
    return f"{minus}{sign}{written}" if sign else f"{minus}{currency} {written}".strip()


def percent(share: float) -> str:
    """A share of 1: ``12 %``, ``0.4 %``, ``<0.1 %``."""
    hundredths = share * 100
    if 0 < hundredths < 0.1:
        return "<0.1 %"
    return (
        f"{hundredths:.0f} %"
        if hundredths >= 9.5 or hundredths == 0
        else f"{hundredths:.1f} %".replace(".0 ", " ")
    )


def masked(number: str) -> str:
    """A phone number that may be seen by all, such as ``+44 •••• 0123``; one that is masked stays so."""
    return number if HIDDEN in number or not number else recipient.masked(number)


def sentence(reason: Reason | str | None) -> str:
    """What a reason says to people. A word that is none is said as it stands."""
    if not reason:
        return ""
    try:
        return SENTENCES[Reason(reason)]
    except ValueError:
        return str(reason)


def without_reason(text: str, reason: str) -> str:
    """The sentence of an entry without the reason, where that stands below it anyway."""
    shorter = " ".join(text.replace(reason, "").split()) if reason and reason in text else text
    return shorter or text
