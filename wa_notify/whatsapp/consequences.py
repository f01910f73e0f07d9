"""What refusals mean beyond the one message: the vocabulary of the table `wa_notify.whatsapp.codes`.

Each says how far a refusal reaches, what it does there, whether administrators hear of it, and what ends it.
Source: Meta's error reference; spans that it does not name are our choice, and say so.
"""

from dataclasses import replace
from datetime import timedelta

from wa_notify.core.condition import (
    FIRST_PAUSE,
    NO_CONSEQUENCE,
    STOPPED_MARKETING,
    Consequence,
    Effect,
    Recovery,
    Scope,
)
from wa_notify.core.condition import (
    TOKEN as TOKEN_REFUSED,
)

THIS = NO_CONSEQUENCE
WINDOW = Consequence(scope=Scope.PERSON)  # kept as their window, not as a condition
PAIR = Consequence(scope=Scope.PERSON, effect=Effect.SLOWS)  # paces end by themselves
NUMBER_PACE = Consequence(scope=Scope.NUMBER, effect=Effect.SLOWS)
ACCOUNT_PACE = Consequence(scope=Scope.ACCOUNT, effect=Effect.SLOWS)
APP_PACE = Consequence(scope=Scope.APP, effect=Effect.SLOWS)
APP_OUT = Consequence(scope=Scope.APP, effect=Effect.BLOCKS, tells=True, recovery=Recovery.PROBE)
NUMBER_OUT = replace(APP_OUT, scope=Scope.NUMBER)
ACCOUNT_OUT = replace(APP_OUT, scope=Scope.ACCOUNT)
TOKEN = replace(APP_OUT, cause=TOKEN_REFUSED)
PAYMENT = replace(ACCOUNT_OUT, cause="payment")
SPAM = Consequence(
    scope=Scope.NUMBER,
    effect=Effect.SLOWS,
    tells=True,
    recovery=Recovery.TIME,
    lasts=timedelta(hours=4),  # Meta says "later"; integrators tell of hours
    cause="spam",
)
MISFILED = Consequence(
    scope=Scope.ACCOUNT,
    effect=Effect.NO_TEMPLATES,
    tells=True,
    recovery=Recovery.TIME,
    lasts=timedelta(hours=6),
)
COUNTRY_OUT = Consequence(
    scope=Scope.COUNTRY, effect=Effect.BLOCKS, tells=True, recovery=Recovery.TIME, lasts=timedelta(hours=24)
)
PERSON = Consequence(scope=Scope.PERSON)
STOPPED = replace(PERSON, cause=STOPPED_MARKETING)  # kept in the consent ledger
CAPPED = Consequence(scope=Scope.PERSON, recovery=Recovery.TIME, lasts=timedelta(hours=24))
DOUBTFUL = Consequence(scope=Scope.PERSON, effect=Effect.DOUBTS, recovery=Recovery.DELIVERY)
TO_MEND = replace(DOUBTFUL, tells=True)
IDENTITY = Consequence(
    scope=Scope.PERSON, effect=Effect.BLOCKS, tells=True, recovery=Recovery.HAND, cause="identity"
)
PAUSED = Consequence(
    scope=Scope.TEMPLATE,
    effect=Effect.BLOCKS,
    tells=True,
    recovery=Recovery.STATE,
    lasts=FIRST_PAUSE,
    cause="paused",
    refresh=True,
)
DISABLED = replace(PAUSED, lasts=None, cause="disabled")
MISSING = replace(PAUSED, recovery=Recovery.TIME, lasts=timedelta(hours=1), cause="missing")
NO_MARKETING = replace(MISSING, lasts=timedelta(hours=24), cause="", refresh=False)
OUTDATED = replace(MISSING, effect=Effect.WARNS, lasts=timedelta(hours=24), cause="parameters")
REFUSED_TEXT = Consequence(refresh=True)
