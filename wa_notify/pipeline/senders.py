"""Who writes to us: a person we know by any of their addresses, or a guest from now on.

A part of the third door. Nobody is the key to a person but our own id: numbers change and have several
spellings, and people with a username show only a BSUID.
"""

from collections.abc import Iterable
from itertools import count

from wa_notify.core.alert import digest
from wa_notify.core.inbound import Sender
from wa_notify.core.recipient import Alias, AliasKind, Recipient, variants
from wa_notify.ports import Transaction

SHORTEST_MARK = 6  # hex digits in the name of a guest


def known(tx: Transaction, sender: Sender, *, also: str = "") -> Recipient | None:
    """The person with one of these addresses; ``also`` is another BSUID of theirs.

    The number counts before the BSUID, since administrators know people by it. A guest is meant only if
    nobody else is: people may have written from an address that we could not yet tell to be theirs.
    """
    aliases = [*numbers(sender.wa_id), *bsuids(also, sender.bsuid)]
    first = tx.recipient_by_alias(aliases)
    if first is None or not first.guest:
        return first
    owners = (tx.recipient_by_alias([alias]) for alias in aliases)
    return next((owner for owner in owners if owner and not owner.guest), first)


def welcome(tx: Transaction, sender: Sender) -> Recipient | None:
    """Somebody unknown wrote: a guest, named after their address. Without an address it is nobody."""
    address = sender.wa_id or sender.bsuid
    if not address:
        return None
    guest = Recipient(
        id=_free_name(tx, address),
        phone=f"+{sender.wa_id}" if sender.wa_id else "",
        bsuid="" if sender.wa_id else sender.bsuid,
        guest=True,
    )
    tx.save_recipient(guest)
    return guest


def _free_name(tx: Transaction, address: str) -> str:
    """A short mark of the address; two strangers never share a name, so the mark grows where it must."""
    mark = digest("guest", address)
    names = (
        f"guest-{mark[:length]}" if length <= len(mark) else f"guest-{mark}-{length}"
        for length in count(SHORTEST_MARK)
    )
    return next(name for name in names if tx.recipient(name) is None)


def numbers(wa_id: str) -> Iterable[Alias]:
    """The addresses that a number may have, in all its spellings."""
    for digits in variants(wa_id) if wa_id else ():
        yield Alias(kind=AliasKind.WA_ID, value=digits)
        yield Alias(kind=AliasKind.PHONE, value=f"+{digits}")


def bsuids(*ids: str) -> Iterable[Alias]:
    """The addresses that these BSUIDs are."""
    return (Alias(kind=AliasKind.BSUID, value=value) for value in ids if value)
