"""Statuses of our messages, and the marketing wishes of people.

Source: Meta's webhook reference. ``played`` (a voice note was heard) implies ``read``. ``deleted`` and
``warning`` belong to older days and move nothing. ``accepted`` never comes by webhook. A ``failed`` without
any reason is taken for 131000, "something went wrong", which is tried again a few times.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from wa_notify.core.delivery import DeliveryStatus
from wa_notify.core.inbound import Preference, Raw, StatusUpdate
from wa_notify.core.message import Failure
from wa_notify.whatsapp import codes
from wa_notify.whatsapp.reading import instant, piece, pieces, required, sender, text

WORDS: Mapping[str, DeliveryStatus] = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "played": DeliveryStatus.READ,
    "failed": DeliveryStatus.FAILED,
}
NO_REASON_GIVEN = 131000


def read_status(raw: Raw, contacts: Mapping[str, Raw], received_at: datetime) -> StatusUpdate:
    """Read one item of ``statuses``. Raises `OddItem` when it is not shaped as documented."""
    word = required(raw, "status")
    status = WORDS.get(word)
    group = text(raw, "recipient_type") == "group"  # then recipient_id is the group, not the person
    return StatusUpdate(
        wamid=required(raw, "id"),
        status=status,
        word=word,
        at=instant(raw.get("timestamp"), received_at),
        recipient=sender(
            contacts,
            wa_id=text(raw, "recipient_participant_id" if group else "recipient_id"),
            bsuid=text(raw, "recipient_participant_user_id" if group else "recipient_user_id"),
            parent_bsuid=text(raw, "recipient_parent_user_id"),
        ),
        callback_data=text(raw, "biz_opaque_callback_data"),
        failure=_failure(raw) if status is DeliveryStatus.FAILED else None,
        pricing=piece(raw, "pricing"),
        raw=raw,
    )


def _failure(raw: Raw) -> Failure:
    """Only code and title: the details may quote the number or the message, and are kept in the raw event."""
    judged = [codes.read_failure(error) for error in pieces(raw, "errors")]
    failure = next((failure for failure in judged if failure), codes.failure(NO_REASON_GIVEN))
    return replace(failure, details="")


def status_key(update: StatusUpdate) -> str:
    """The same for every time we are told of this step; in a group each person has their own."""
    person = f"/{update.recipient.wa_id or update.recipient.bsuid}"
    return f"{update.wamid}/{update.word}{person if update.raw.get('recipient_type') == 'group' else ''}"


def read_preference(raw: Raw, contacts: Mapping[str, Raw], received_at: datetime) -> Preference:
    """Read one item of ``user_preferences``. Raises `OddItem` when it is not shaped as documented."""
    return Preference(
        sender=sender(
            contacts,
            wa_id=text(raw, "wa_id"),
            bsuid=text(raw, "user_id"),
            parent_bsuid=text(raw, "parent_user_id"),
        ),
        category=text(raw, "category"),
        value=required(raw, "value"),
        at=instant(raw.get("timestamp"), received_at),
        raw=raw,
    )
