"""Consent: nobody is written to first who did not opt in, and STOP holds until START.

The platform's rule (Meta's business messaging policy): a business may start a conversation only with a person
who gave their number and agreed to be written to. We fail closed: no record, no message. Answering somebody
inside the window that they opened needs no record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wa_notify.core.reason import Reason


class Purpose(StrEnum):
    """What the person agreed to."""

    UTILITY = "utility"
    MARKETING = "marketing"


class ConsentAct(StrEnum):
    """What a record says."""

    GRANTED = "granted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One entry of the ledger. Entries are only ever added; the newest of a purpose counts."""

    recipient_id: str
    purpose: Purpose = Purpose.UTILITY
    act: ConsentAct
    source: str  # where it was said: cli, reply, config, web, ha, import
    evidence: str = ""  # what proves it: a sentence, a file name, a message id
    actor: str  # who recorded it
    at: datetime


def objection(records: Iterable[ConsentRecord], purpose: Purpose) -> Reason | None:
    """Why this person must not be written to first, or nothing when they agreed."""
    newest = max((record for record in records if record.purpose is purpose), key=_moment, default=None)
    if newest is None:
        return Reason.NO_CONSENT
    return None if newest.act is ConsentAct.GRANTED else Reason.OPTED_OUT


def _moment(record: ConsentRecord) -> tuple[datetime, bool]:
    # In the same instant the refusal wins.
    return record.at, record.act is ConsentAct.REVOKED
