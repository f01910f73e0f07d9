"""How well everything is, as `health_status` tells of a number, an account or a template."""

from typing import Any

from wa_notify.sandbox.account import HEALTH, Account, Portfolio
from wa_notify.sandbox.health import state_of


def health(
    portfolio: Portfolio,
    account: Account,
    entity: str,
    id: str,  # noqa: A002 - Graph's name
    **state: Any,
) -> dict[str, Any]:
    """Return a `health_status`; the whole is as well as its worst entity.

    state: what else is to be said of the entity itself.
    """
    entities = [(entity, id), ("BUSINESS", portfolio.business_id), ("APP", account.app_id)]
    if entity != "WABA":
        entities.insert(1, ("WABA", account.waba_id))
    shown = [
        {
            "entity_type": kind, "id": of,
            **state_of(portfolio, account, kind, of), **(state if of == id else {}),
        }
        for kind, of in entities
    ]  # fmt: skip
    worst = max((entity["can_send_message"] for entity in shown), key=HEALTH.index)
    return {"can_send_message": worst, "entities": shown}
