"""Consent: nobody is written to first who did not opt in, and STOP holds until START.

The platform's rule (Meta's business messaging policy): a business may start a conversation only with a person
who gave their number and agreed to be written to. We fail closed: no record, no message. Answering somebody
inside the window that they opened needs no record.
"""

from collections.abc import Sequence
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
    LAPSED = "lapsed"  # what they agreed to was for a number that is no longer theirs; no word of the person


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One entry of the ledger. Entries are only ever added."""

    recipient_id: str
    purpose: Purpose = Purpose.UTILITY
    act: ConsentAct
    source: str  # where it was said: cli, reply, config, web, ha, import, number_change
    evidence: str = ""  # what proves it: a sentence, a file name, a message id
    actor: str  # who recorded it
    at: datetime


def standing(ledger: Sequence[ConsentRecord], purpose: Purpose) -> ConsentRecord | None:
    """The entry that counts, or nothing when the person was never asked.

    ``ledger`` is in the order of recording. An opt-in counts only if it is both the last that was recorded
    and later than every opt-out and every change of number: callbacks may come late, and clocks differ, so in
    doubt the refusal holds.
    """
    records = [record for record in ledger if record.purpose is purpose]
    refusals = [record for record in records if record.act in (ConsentAct.REVOKED, ConsentAct.LAPSED)]
    if not refusals:
        return records[-1] if records else None
    latest = max(refusals, key=lambda record: record.at)
    last = records[-1]
    return last if last.act is ConsentAct.GRANTED and latest.at < last.at else latest


def objection(ledger: Sequence[ConsentRecord], purpose: Purpose) -> Reason | None:
    """Why this person must not be written to first, or nothing when they agreed."""
    entry = standing(ledger, purpose)
    if entry is None:
        return Reason.NO_CONSENT
    if entry.act is ConsentAct.LAPSED:
        return Reason.NUMBER_CHANGED
    return None if entry.act is ConsentAct.GRANTED else Reason.OPTED_OUT
