"""How well the platform does: how callbacks travel, how fast one may send, faults, and the clock."""

from dataclasses import replace
from typing import Any

from wa_notify.sandbox.faults import FAULT_KINDS, Fault
from wa_notify.sandbox.messages import Status
from wa_notify.sandbox.policy import ANSWERS_BY_DEFAULT, LATE_BY_DEFAULT, ORDERS, PAD_MOST, SIGNATURES
from wa_notify.sandbox.refusals import Refusal, by_code
from wa_notify.sandbox.review_policy import PACING_MODES
from wa_notify.sandbox.view import fault_view, policy_view

from .operation import WABA, Asked, Operation
from .reading import (
    BadInput,
    address,
    among,
    any_text,
    codes,
    exactly_one,
    flag,
    instant,
    record,
    seconds,
    share,
    some_of,
    whole,
)  # fmt: skip

LIMIT_FIELDS = {
    "per_second": whole(1, 10_000),
    "pair_burst": whole(1, 10_000),
    "pair_every": seconds,
    "pair_borrows": flag,
    "complaints_a_step": whole(1, 1_000_000),
    "throttle_http": whole(400, 599),
}
REVIEWS_FIELDS = {
    "after": seconds,
    "most": whole(1, 100_000),
    "an_hour": whole(1, 100_000),
    "appeal_after": seconds,
    "notice": seconds,
    "complaints": whole(1, 100_000),
    "pacing": among(PACING_MODES),
    "sample": whole(0, 100_000),
    "judged_after": seconds,
}
POLICY_FIELDS = {
    "sent_after": seconds,
    "delivered_after": seconds,
    "read_after": seconds,
    "inbound_after": seconds,
    "duplicates": whole(0, 100),
    "order": among(ORDERS),
    "before_answer": flag,
    "drop": some_of(set(Status) - {Status.ACCEPTED}),
    "batch": whole(1, 1000),
    "batch_within": seconds,
    "held": flag,
    "unreachable": flag,
    "answered": codes(LATE_BY_DEFAULT),
    "called_back": codes(ANSWERS_BY_DEFAULT),
    "reaction_opens_window": flag,
    "jitter": seconds,
    "unknown_fields": flag,
    "pad_to": whole(0, PAD_MOST),
    "signature": among(SIGNATURES),
    "old_signature": flag,
    "limits": record(LIMIT_FIELDS),
    "reviews": record(REVIEWS_FIELDS),
}
FAULT_FIELDS = {
    "kind": among(FAULT_KINDS),
    "code": whole(0, 10_000_000),
    "row": among(refusal.name for refusal in Refusal),
    "times": whole(1, 1_000_000),
    "path": any_text,
    "status": whole(400, 599),
    "hold_seconds": seconds,
    "share": share,
    "lasts": seconds,
}
CLOCK_FIELDS = {"advance_seconds": seconds, "now": instant}


async def policy(asked: Asked) -> dict[str, Any]:
    """Show how callbacks travel, how fast a number may send, how templates are taken in."""
    return policy_view(asked.world)


async def change_policy(asked: Asked) -> dict[str, Any]:
    """Change how callbacks travel, how fast a number may send, how templates are taken in.

    `limits` and `reviews` hold the fields of the latter two.
    """
    world, values = asked.world, dict(asked.values)
    limits, reviews = values.pop("limits", {}), values.pop("reviews", {})
    changed = replace(world.courier.policy, **values)
    world.limits = replace(world.limits, **limits)
    world.reviewers.policy = replace(world.reviewers.policy, **reviews)
    world.courier.policy = changed
    world.note("policy", policy=policy_view(world))
    return policy_view(world)


async def add_fault(asked: Asked) -> dict[str, Any]:
    """Let the next matching requests fail, or a share of them for a while.

    Of all requests while it `lasts`, a `share` (0 to 1) fails; or the next `times`. With a `code`, or with a
    `row` of the table of refusals where several share one.
    """
    values = dict(asked.values)
    code, row = values.pop("code", Refusal.SOMETHING_WRONG.value.code), values.pop("row", None)
    refusal = by_code(code) if row is None else Refusal[row]
    if refusal is None:
        known = sorted({row.value.code for row in Refusal})
        raise BadInput(f"code: the table of refusals has {', '.join(map(str, known))}.")
    if "hold_seconds" in values:
        values["hold_seconds"] = values["hold_seconds"].total_seconds()
    added = asked.world.faults.add(Fault(refusal=refusal, **values), asked.world.clock())
    return fault_view(added)


async def clear_faults(asked: Asked) -> dict[str, Any]:
    """Forget the faults that have not happened."""
    asked.world.faults.clear()
    return {"faults": []}


async def move_clock(asked: Asked) -> dict[str, Any]:
    """Move the sandbox's time forward, if it is its own."""
    world, how = asked.world, exactly_one(asked.values, CLOCK_FIELDS)
    if how == "now":
        world.forward(asked.values["now"] - world.clock())
    else:
        world.forward(asked.values["advance_seconds"])
    return {"now": world.clock().isoformat()}


async def subscribe(asked: Asked) -> dict[str, Any]:
    """Send callbacks to an address from now on; try the handshake and tell whether it succeeded."""
    url, account = asked.values["callback_url"], asked.account
    verified = await asked.world.courier.verify(url, account.verify_token)
    account.subscribe(url)
    asked.world.note("subscribed", callback_url=url, verified=verified)
    return {"callback_url": url, "verified": verified}


OPERATIONS = (
    Operation(verb="GET", path="/policy", act=policy),
    Operation(verb="POST", path="/policy", act=change_policy, takes=POLICY_FIELDS),
    Operation(verb="POST", path="/faults", act=add_fault, takes=FAULT_FIELDS),
    Operation(verb="DELETE", path="/faults", act=clear_faults),
    Operation(verb="POST", path="/clock", act=move_clock, takes=CLOCK_FIELDS),
    Operation(
        verb="POST", path="/subscribe", act=subscribe, takes={"callback_url": address},
        needs=("callback_url",), asks=WABA,
    ),
)  # fmt: skip
