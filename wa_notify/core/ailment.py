"""What ails the service itself, so that alerts may not reach people although WhatsApp is well.

Administrators hear of it as of any trouble (see `wa_notify.core.condition`); strangers, such as whoever keeps
the dead man's switch, only the sentence that stands here.
"""

from enum import StrEnum, unique

from wa_notify.core.condition import Effect, Recovery, Scope, Sign


@unique
class Ailment(StrEnum):
    """One kind of illness, whatever its particulars."""

    DATABASE = "database"
    OUTBOX = "outbox"
    UNREACHABLE = "unreachable"
    ACCOUNT = "account"
    TEMPLATES = "templates"
    RULES = "rules"
    CONFIGURATION = "configuration"
    LEDGER = "ledger"


DISCREET: dict[Ailment, str] = {
    Ailment.DATABASE: "The database does not answer.",
    Ailment.OUTBOX: "Messages leave too late.",
    Ailment.UNREACHABLE: "WhatsApp does not answer.",
    Ailment.ACCOUNT: "The WhatsApp account cannot send.",
    Ailment.TEMPLATES: "Templates are missing or cannot be used.",
    Ailment.RULES: "There is no rule for alerts.",
    Ailment.CONFIGURATION: "The configuration is not obeyed as it is written.",
    Ailment.LEDGER: "The consent ledger is broken.",
}
ADVICE: dict[Ailment, str] = {
    Ailment.OUTBOX: "Look at `wa-notify outbox` and at the load of the machine.",
    Ailment.UNREACHABLE: "Messages wait, or go by other channels.",
    Ailment.TEMPLATES: "See `wa-notify templates plan`.",
    Ailment.RULES: "Write one, and `wa-notify check` it.",
    Ailment.CONFIGURATION: "What was good before goes on; `wa-notify check` tells the rest.",
    Ailment.LEDGER: "`wa-notify optin verify` looks again.",
}


def sign_of(ailment: Ailment, what: str) -> Sign:
    """What is kept of it; ``what`` are its particulars."""
    return Sign(
        scope=Scope.SERVICE,
        cause=ailment.value,
        effect=Effect.WARNS,
        recovery=Recovery.LOOK,
        what=what.rstrip("."),
        advice=ADVICE.get(ailment, ""),
    )
