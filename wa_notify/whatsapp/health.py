"""What the platform says of the health of number, account, business and app (``health_status``).

Source: Meta's reference of the health status: each entity is AVAILABLE, LIMITED or BLOCKED. LIMITED is normal
for small senders (141010, the business is not verified) or noise (138024, calling is off); BLOCKED is not,
nor are payment (141006) and ban (141014), whatever stands beside them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wa_notify.core.condition import Effect, Health, Recovery, Scope, Sign
from wa_notify.whatsapp.reading import pieces, word

FIELDS = "id,health_status"
BLOCKED = "BLOCKED"
SCOPES: Mapping[str, Scope] = {
    "PHONE_NUMBER": Scope.NUMBER,
    "WABA": Scope.ACCOUNT,
    "BUSINESS": Scope.ACCOUNT,
    "APP": Scope.APP,
}
ALARMS: Mapping[int, str] = {
    141006: "payment",
    141014: "ban",
}  # and what the same trouble is called elsewhere


def read_health(number: Mapping[str, Any]) -> Health:
    """Whether the number can send; without a health status it can, since it answered."""
    status = number.get("health_status")
    if not isinstance(status, Mapping):
        return Health(can_send=True)
    known = [entity for entity in pieces(status, "entities") if word(entity, "entity_type") in SCOPES]
    signs = tuple(sign for entity in known for sign in _signs(entity))
    blocked = bool(signs) or (not known and word(status, "can_send_message") == BLOCKED)
    return Health(can_send=not blocked, signs=signs)


def _signs(entity: Mapping[str, Any]) -> Iterator[Sign]:
    scope = SCOPES[word(entity, "entity_type")]
    errors = list(pieces(entity, "errors"))
    if word(entity, "can_send_message") == BLOCKED:
        yield from (_sign(scope, error) for error in errors or [{}])
        return
    yield from (_sign(scope, error) for error in errors if error.get("error_code") in ALARMS)


def _sign(scope: Scope, error: Mapping[str, Any]) -> Sign:
    code = error.get("error_code")
    number = code if isinstance(code, int) else 0
    described = word(error, "error_description").rstrip(".") or "WhatsApp says that it cannot send"
    return Sign(
        scope=scope,
        cause=ALARMS.get(number, str(number)),
        effect=Effect.BLOCKS,
        recovery=Recovery.PROBE,
        what=f"{described} ({number})" if number else described,
        advice=word(error, "possible_solution"),
    )
