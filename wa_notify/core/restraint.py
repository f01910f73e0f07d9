"""What holds back a message that may otherwise leave: the pace, the person, the number of people.

Nothing here makes a message late on purpose: its time to live runs on, and what would come too late goes
another way (see `wa_notify.core.fallback`).
"""

from datetime import datetime

from wa_notify.core.message import Form
from wa_notify.core.reason import Reason
from wa_notify.core.situation import Decision, Send, Situation, Wait


def within_limits(situation: Situation, decision: Decision) -> Decision:
    """The decision, or until when it has to wait. What may have left already is not kept back again."""
    if not isinstance(decision, Send) or situation.item.unconfirmed:
        return decision
    leeway = situation.leeway
    counted = decision.message.form is Form.TEMPLATE and not situation.window.is_open(situation.now)
    obstacles: tuple[tuple[datetime | None, Reason], ...] = (
        (leeway.paused_until, Reason.PACE),
        (leeway.pair_free_at, Reason.PAIR_PACE),
        (leeway.place_free_at if counted else None, Reason.REACH_USED_UP),
    )
    waits = [Wait(until=until, reason=reason) for until, reason in obstacles if until is not None]
    return max(waits, key=lambda wait: wait.until, default=decision)
