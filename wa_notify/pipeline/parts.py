"""Long text leaves in several messages: each part is an item of its own, and waits for the one before.

All of them are planned in the transaction that marks the first as sending, under keys of their own, so no
crash loses or doubles one. WhatsApp promises no order, so the next part leaves when the one before has
arrived, or after a short grace when nothing is heard of it (see `core.decision.not_its_turn`).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wa_notify.core.decision import PART_GRACE
from wa_notify.core.outbox import ARRIVED, Intent, Item, ItemState
from wa_notify.ports import Transaction


def line_up(tx: Transaction, first: Item, rest: Sequence[str], now: datetime) -> Item:
    """Plan the further parts behind the first, each knowing its neighbours; a second try plans nothing."""
    if not rest or first.intent.ahead is not None:
        return first
    line = [first]
    for number, text in enumerate(rest, start=2):
        part = tx.enqueue(_part(first, line[-1], number, text, now))
        if part is None:  # it was planned for other words of the same item
            break
        line[-1] = replace(line[-1], intent=replace(line[-1].intent, ahead=part.id))
        line.append(part)
    for part in line[1:-1]:
        tx.save_item(part)
    return line[0]


def _part(first: Item, before: Item, number: int, text: str, now: datetime) -> Item:
    said = first.intent
    intent = Intent(
        free_form=text,
        answers=said.answers,
        only_now=said.only_now,
        ticket_ref=said.ticket_ref,
        change=said.change,
        behind=before.id,
        part=number,
    )
    follows_at = now + PART_GRACE * (number - 1)
    return Item(
        key=f"{first.key}/part-{number}",
        ticket_id=first.ticket_id,
        episode=first.episode,
        recipient_id=first.recipient_id,
        occasion=first.occasion,
        intent=intent,
        priority=first.priority,
        due_at=follows_at,
        planned_at=follows_at,
        expires_at=first.expires_at and first.expires_at + (follows_at - now),
        created_at=now,
    )


def bring_on(tx: Transaction, arrived: Item, now: datetime) -> None:
    """A part has arrived, so the next one need not wait any longer."""
    if arrived.intent.ahead is None or arrived.state not in ARRIVED:
        return
    following = tx.item(arrived.intent.ahead)
    if following and following.state is ItemState.PENDING and now < following.due_at:
        tx.save_item(replace(following, due_at=now))
