"""What becomes of a message that is well-formed: the questions that the platform asks about its situation.

They are asked in the order of these tables, which is ours; the first one with the answer yes decides. Those
of `AT_ONCE` answer the POST; those of `LATER` let it be accepted and fail as a callback; those of
`ON_ARRIVAL` are asked when the message is about to reach the phone. Some codes are documented both ways: a
policy may turn them round (`CallbackPolicy.answered` and `called_back`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from .account import BusinessNumber, Line
from .chat import Chat
from .messages import Content, Message
from .numbers import country_of, dialling_code
from .phones import Phone
from .policy import CallbackPolicy
from .refusals import Refusal, Refused
from .standing import Measure

NO_MARKETING_TO_US_SINCE = datetime(2025, 4, 1, tzinfo=UTC)  # Meta's marketing limits; all of +1 here
NAMES_FIT_TO_SEND = ("APPROVED", "AVAILABLE_WITHOUT_REVIEW", "PENDING_REVIEW")
INVENTED_BY_META = "1555"  # numbers that Meta hands out begin with +1 555; their name must be approved first


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A message, its two ends, and the instant.

    written_to: the digits that the request named, None for a business-scoped id.
    identity: the identity key that the business expects of the person.
    """

    line: Line
    phone: Phone
    content: Content
    at: datetime
    window_open: bool
    written_to: str | None = None
    identity: str | None = None

    @property
    def chat(self) -> Chat:
        """The chat of the two."""
        return self.phone.chat(self.line.id)

    @property
    def category(self) -> str:
        """UTILITY, MARKETING or AUTHENTICATION; SERVICE is free-form."""
        return self.content.category

    @property
    def is_answer(self) -> bool:
        """Whether it is free-form in an open window; everything else is begun by the business."""
        return self.content.needs_window and self.window_open

    def measured(self, measure: Measure) -> bool:
        """Whether the platform took that measure about the account, and it is in force."""
        return self.line.account.standing.has(measure, self.at)


def of_message(message: Message, phone: Phone, at: datetime, *, written_to: str | None = None) -> Situation:
    """Return the situation of a message."""
    return Situation(
        line=message.line,
        phone=phone,
        content=message.content,
        at=at,
        window_open=message.window_open,
        written_to=written_to,
        identity=message.identity,
    )


def is_locked(it: Situation) -> bool:
    """The account is locked or disabled, or its number banned."""
    banned = it.line.number.status == "BANNED"
    return banned or it.measured(Measure.LOCKED) or it.measured(Measure.DISABLED)


def is_blocked_for_policy(it: Situation) -> bool:
    """The account is blocked for a while because of its violations."""
    return it.measured(Measure.POLICY_BLOCK)


def may_not_write_first(it: Situation) -> bool:
    """The account may only answer, and this is no answer."""
    return not it.is_answer and it.measured(Measure.NO_WRITING_FIRST)


def may_not_answer(it: Situation) -> bool:
    """The account may only write first, and this is an answer."""
    return it.is_answer and it.measured(Measure.NO_ANSWERS)


def is_misclassifier(it: Situation) -> bool:
    """The account filed templates wrongly, and this is a utility template."""
    limited = it.measured(Measure.MISCLASSIFICATION) or it.measured(Measure.NO_UTILITY)
    return limited and it.category == "UTILITY"


def lacks_name(it: Situation) -> bool:
    """The display name is not approved."""
    return lacks_approved_name(it.line.number)


def lacks_approved_name(number: BusinessNumber) -> bool:
    """Whether a number may not send for its name; one under review is none, unless Meta gave the number."""
    pending = number.name_status == "PENDING_REVIEW" and number.digits.startswith(INVENTED_BY_META)
    return pending or number.name_status not in NAMES_FIT_TO_SEND


def is_not_allowed(it: Situation) -> bool:
    """A test number writes to somebody who is not on its list, as the list is written."""
    allowed = it.line.number.allowed
    return allowed is not None and (it.written_to or it.phone.wa_id) not in allowed


def is_window_closed(it: Situation) -> bool:
    """It is free-form, and the person has not written for a day."""
    return it.content.needs_window and not it.window_open


def is_hiccup(it: Situation) -> bool:
    """It is free-form, and the platform takes the open window for closed."""
    return it.is_answer and it.chat.hiccups > 0


def is_spammer(it: Situation) -> bool:
    """The number is restricted because of quality or reports."""
    return it.line.number.status in ("RESTRICTED", "RATE_LIMITED")


def is_blocked_by_us(it: Situation) -> bool:
    """The business blocked the person."""
    return it.phone.wa_id in it.line.number.blocked


def is_closed_country(it: Situation) -> bool:
    """The account may not message the person's country."""
    return country_of(it.phone.wa_id) in it.line.account.standing.closed_countries


def is_somebody_else(it: Situation) -> bool:
    """The person's identity key is not the expected one."""
    return it.identity is not None and it.identity != it.phone.identity_key


def is_experiment(it: Situation) -> bool:
    """Marketing to somebody who takes part in an experiment."""
    return it.category == "MARKETING" and it.phone.in_experiment


def is_stopped(it: Situation) -> bool:
    """Marketing to somebody who wants none from this number."""
    return it.category == "MARKETING" and it.chat.marketing_stopped


def is_marketing_to_us(it: Situation) -> bool:
    """Marketing to the United States."""
    to_us = it.category == "MARKETING" and dialling_code(it.phone.wa_id) == "1"
    return to_us and it.at >= NO_MARKETING_TO_US_SINCE


def is_undeliverable(it: Situation) -> bool:
    """The person is not on WhatsApp, has too old an app, or did not accept the terms."""
    return not it.phone.on_whatsapp or it.phone.app_outdated or not it.phone.terms_accepted


def is_blocked_by_person(it: Situation) -> bool:
    """The person blocked the number."""
    return it.chat.blocked


def is_unfetchable(it: Situation) -> bool:
    """A medium is linked that the platform cannot fetch."""
    return it.content.obstacle is Refusal.MEDIA_UNFETCHABLE


def is_unfit(it: Situation) -> bool:
    """A medium has another type than the message says, or is too large."""
    return it.content.obstacle is Refusal.MEDIA_UNFIT


def is_over_cap(it: Situation) -> bool:
    """Marketing to somebody who had as much of it as one gets in a day."""
    return it.category == "MARKETING" and it.phone.marketing.is_full(it.phone.wa_id, it.at)


Question: TypeAlias = Callable[[Situation], bool]
Table: TypeAlias = tuple[tuple[Question, Refusal], ...]

AT_ONCE: Table = (
    (is_locked, Refusal.ACCOUNT_LOCKED),
    (is_blocked_for_policy, Refusal.POLICY_BLOCK),
    (may_not_write_first, Refusal.MAY_NOT_WRITE_FIRST),
    (may_not_answer, Refusal.MAY_NOT_ANSWER),
    (is_misclassifier, Refusal.MISCLASSIFICATION),
    (lacks_name, Refusal.NAME_UNAPPROVED),
    (is_not_allowed, Refusal.NOT_ALLOWED_RECIPIENT),
)
LATER: Table = (
    (is_window_closed, Refusal.WINDOW_CLOSED),
    (is_hiccup, Refusal.WINDOW_HICCUP),
    (is_spammer, Refusal.SPAM_RATE),
    (is_blocked_by_us, Refusal.USER_BLOCKED),
    (is_closed_country, Refusal.COUNTRY_RESTRICTED),
    (is_somebody_else, Refusal.IDENTITY_CHANGED),
    (is_experiment, Refusal.EXPERIMENT),
    (is_stopped, Refusal.MARKETING_STOPPED),
    (is_marketing_to_us, Refusal.MARKETING_TO_US),
    (is_undeliverable, Refusal.UNDELIVERABLE),
    (is_blocked_by_person, Refusal.BLOCKED_BY_PERSON),
    (is_unfetchable, Refusal.MEDIA_UNFETCHABLE),
    (is_unfit, Refusal.MEDIA_UNFIT),
)
ON_ARRIVAL: Table = (
    (is_stopped, Refusal.MARKETING_STOPPED),
    (is_undeliverable, Refusal.UNDELIVERABLE),
    (is_blocked_by_person, Refusal.BLOCKED_BY_PERSON),
    (is_over_cap, Refusal.MARKETING_CAP),
)


def first_yes(table: Table, situation: Situation) -> Refusal | None:
    """Return the refusal of the first question that is answered with yes."""
    return next((refusal for asks, refusal in table if asks(situation)), None)


def fate_of(situation: Situation, policy: CallbackPolicy) -> Refusal | None:
    """Return the refusal that an accepted message will meet as a callback. Raises Refused for one at once."""
    refusal = first_yes(AT_ONCE, situation)
    if refusal is not None and refusal.value.code not in policy.called_back:
        raise Refused(refusal)
    refusal = refusal or first_yes(LATER, situation)
    if refusal is Refusal.WINDOW_HICCUP:
        situation.chat.hiccups -= 1
    if refusal is not None and refusal.value.code in policy.answered:
        raise Refused(refusal)
    return refusal
