"""Recipients: people, known by several addresses of which none is the key."""

from dataclasses import dataclass, replace
from enum import StrEnum

from wa_notify.core.languages import chain


class AliasKind(StrEnum):
    """The names WhatsApp has for a person.

    ``wa_id`` is the phone number as the platform writes it, without plus and sometimes with other digits
    (Brazil, Mexico, Argentina). A BSUID is the id of a person inside one business portfolio; people with a
    username may have no other.
    """

    PHONE = "phone"
    WA_ID = "wa_id"
    BSUID = "bsuid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One address of a person."""

    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person. ``id`` is the short name the configuration gives them, such as ``alice``.

    ``phone`` is E.164 with its plus, or empty for somebody known only by BSUID. A ``guest`` wrote to us
    without being in the configuration: they may be answered, and nobody's alerts ever go to them.
    ``former`` are addresses of which WhatsApp told us that the person gave them up: they belong to nobody
    now, and to a stranger one day, so an old configuration must not bring them back. ``language`` holds the
    codes they read with commas in between, the one they like best first.
    """

    id: str
    name: str = ""
    phone: str = ""
    bsuid: str = ""
    language: str = ""
    guest: bool = False
    former: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """How others call them."""
        return self.name or self.id

    @property
    def languages(self) -> tuple[str, ...]:
        """What they read, the best first; nothing while nobody said."""
        return chain(self.language)

    @property
    def masked_phone(self) -> str:
        """The number as it may stand on a screen; empty without one."""
        return masked(self.phone) if self.phone else ""

    @property
    def reachable(self) -> bool:
        """Whether there is any address to send to."""
        return bool(self.phone or self.bsuid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A person as the configuration introduces them. ``opt_in`` is the proof of an opt-in, or empty."""

    recipient: Recipient
    opt_in: str = ""
    source: str = "config"  # where the opt-in was said, see `wa_notify.core.consent.SOURCES`


def seeded(given: Recipient, known: Recipient | None) -> Recipient:
    """What the configuration says of a person, but for addresses that they gave up since it was written.

    Once it names the present addresses, the former ones are forgotten: whatever it says later is meant so.
    """
    if known is None:
        return given
    left = {one for one in (given.phone, given.bsuid) if one in known.former}
    person = replace(
        given,
        phone=known.phone if left and given.phone in ("", *left) else given.phone,
        bsuid=known.bsuid if left and given.bsuid in ("", *left) else given.bsuid,
    )
    return person if person == given else replace(person, former=known.former)


def masked(phone: str) -> str:
    """A phone number that may stand in a log or on a screen: ``+44 •••• 0123``."""
    country = phone[:2] if phone.startswith(("+1", "+7")) else phone[:3]
    return f"{country} •••• {phone[-4:]}" if len(phone) > 8 else "••••"


def variants(digits: str) -> tuple[str, ...]:
    """All ways in which WhatsApp may write this number (digits without plus), the given one first.

    Source: Meta's phone number reference and reports of API clients. Brazil may lose the ninth digit of a
    mobile number, Mexico may gain a 1 and Argentina a 9 behind the country code.
    """
    if digits.startswith("55") and len(digits) == 13 and digits[4] == "9" and digits[5] in "6789":
        return (digits, digits[:4] + digits[5:])
    if digits.startswith("55") and len(digits) == 12 and digits[4] in "6789":  # others are landlines
        return (digits, f"{digits[:4]}9{digits[4:]}")
    return (digits, *_mexican_and_argentine_variants(digits))


def _mexican_and_argentine_variants(digits: str) -> tuple[str, ...]:
    """Other ways in which WhatsApp writes the same number (see `variants`)."""
    if digits.startswith("521") and len(digits) == 13:
        return (f"52{digits[3:]}",)
    if digits.startswith("52") and len(digits) == 12:
        return (f"521{digits[2:]}",)
    if digits.startswith("549") and len(digits) == 13:
        return (f"54{digits[3:]}",)
    if digits.startswith("54") and len(digits) == 12:
        return (f"549{digits[2:]}",)
    return ()
