"""Consent: nobody is written to first who did not opt in, and STOP holds until START.

The platform's rule (Meta's business messaging policy): a business may start a conversation only with a person
who gave their number and agreed to be written to. We fail closed: no record, no message. Answering somebody
inside the window that they opened needs no record. How the entries are kept from being changed unseen stands
in `wa_notify.core.ledger`.
"""

import hashlib
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
    INVITED = "invited"  # they asked for an invitation, outside WhatsApp; it allows that and nothing else
    ERASED = "erased"  # who they were, and what proved it, was deleted


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """What a person said about being written to, or an administrator for them.

    ``wording`` names the version of the text that the person agreed to, ``language`` the one they read it in.
    """

    recipient_id: str
    purpose: Purpose = Purpose.UTILITY
    act: ConsentAct
    source: str  # where it was said, see `SOURCES`
    wording: str = ""
    language: str = ""
    evidence: str = ""  # what proves it: a sentence, a message id, a file's name and SHA-256
    actor: str  # who recorded it
    at: datetime


SOURCES = (
    "web",
    "paper",
    "reply",
    "ha",
    "api",
    "import",
    "cli",
    "config",
    "number_change",
    "whatsapp_settings",
)
OWN_WORD = ("reply", "whatsapp_settings")  # sources in which nobody but the person speaks
COUNTED = (ConsentAct.GRANTED, ConsentAct.REVOKED, ConsentAct.LAPSED)  # the others are only noted


def standing(ledger: Sequence[ConsentRecord], purpose: Purpose) -> ConsentRecord | None:
    """The entry that counts, or nothing when the person was never asked.

    ``ledger`` is in the order of recording. An opt-in counts only if it is both the last that was recorded
    and later than every opt-out and every change of number: callbacks may come late, and clocks differ, so in
    doubt the refusal holds.
    """
    records = [record for record in ledger if record.purpose is purpose and record.act in COUNTED]
    refusals = [record for record in records if record.act is not ConsentAct.GRANTED]
    if not refusals:
        return records[-1] if records else None
    latest = max(refusals, key=lambda record: record.at)
    last = records[-1]
    return last if last.act is ConsentAct.GRANTED and latest.at < last.at else latest


def own_refusal(ledger: Sequence[ConsentRecord], purpose: Purpose) -> ConsentRecord | None:
    """The person's own no that holds now; nobody but they should undo it. No other no covers it up."""
    if objection(ledger, purpose) is None:
        return None
    agreed: list[datetime] = []  # whatever was recorded after the entry in question
    for entry in reversed([record for record in ledger if record.purpose is purpose]):
        if entry.act is ConsentAct.GRANTED:
            agreed.append(entry.at)
        own = entry.act is ConsentAct.REVOKED and entry.source in OWN_WORD
        if own and not any(entry.at < at for at in agreed):
            return entry
    return None


def invitation(ledger: Sequence[ConsentRecord], purpose: Purpose) -> ConsentRecord | None:
    """The newest invitation that the person has not answered; who ever opted out has none."""
    if standing(ledger, purpose) is not None:
        return None
    invited = [r for r in ledger if r.purpose is purpose and r.act is ConsentAct.INVITED]
    return invited[-1] if invited else None


def objection(ledger: Sequence[ConsentRecord], purpose: Purpose) -> Reason | None:
    """Why this person must not be written to first, or nothing when they agreed."""
    entry = standing(ledger, purpose)
    if entry is None:
        return Reason.NO_CONSENT
    if entry.act is ConsentAct.LAPSED:
        return Reason.NUMBER_CHANGED
    return None if entry.act is ConsentAct.GRANTED else Reason.OPTED_OUT


def file_evidence(name: str, content: bytes) -> str:
    """What stands in the ledger for a file that proves an opt-in; the file itself stays where it is."""
    return f"{name} (SHA-256 {hashlib.sha256(content).hexdigest()})"
