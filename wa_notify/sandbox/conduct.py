"""What the platform does about a business, on demand: more for who does well, less for who does not.

Each deed takes effect at once, and is told by the callback that belongs to it. `measures` says which; what
there is in the way of measures, and what they do to messages, stands in `standing` and `fates`.
"""

from collections.abc import Collection
from datetime import timedelta

from .account import Account, Line
from .growth import LEVELS, UPGRADE
from .measures import VIOLATION, MeasureOver, news_of, violation_news
from .reach import STEPS, UNVERIFIED
from .standing import LADDER, Measure
from .templates import QUALITIES
from .world import World

STATUSES = ("CONNECTED", "FLAGGED", "RESTRICTED", "RATE_LIMITED", "BANNED")
NAME_STATUSES = ("APPROVED", "PENDING_REVIEW", "DECLINED", "EXPIRED", "NONE", "AVAILABLE_WITHOUT_REVIEW")
DECISIONS = {"APPROVED": "APPROVED", "DECLINED": "REJECTED", "PENDING_REVIEW": "PENDING"}  # that are told
RECIPIENTS_OF_TESTS = 5  # Meta: verified recipients of a test number


def set_tier(world: World, tier: str) -> None:
    """Give the portfolio another tier, and announce it. Raises ValueError for an unknown one."""
    _require(tier, STEPS, "tier")
    old, world.portfolio.messaging_limit = world.portfolio.messaging_limit, tier
    world.regard.announce_tier(world.clock(), old=old)


def verify(world: World, *, verified: bool = True) -> None:
    """Let the business be verified, which lifts the smallest messaging limit; or take that back."""
    world.portfolio.verified = verified
    world.note("verified", verified=verified)
    if verified and world.portfolio.messaging_limit == UNVERIFIED:
        set_tier(world, "TIER_2K")


def set_throughput(world: World, line: Line, level: str, upgrade: timedelta = UPGRADE) -> None:
    """Give a number another throughput; for HIGH after a while of maintenance. Raises ValueError."""
    _require(level, LEVELS, "level")
    world.regard.change_throughput(line, level, upgrade, world.clock())


def maintain(world: World, line: Line, lasts: timedelta) -> None:
    """Refuse every message of a number with 131057 for so long."""
    world.paces[line.id].maintenance_until = world.clock() + lasts
    world.note("maintenance", business=line.id, seconds=lasts.total_seconds())


def take_measure(
    world: World,
    account: Account,
    measure: Measure,
    *,
    lasts: timedelta | None = None,
    violation: str = VIOLATION,
) -> None:
    """Take a measure about an account, for good or for so long, and announce it.

    `violation` is what the account is told it did. Raises ValueError for a ban to come without its date.
    """
    if measure is Measure.SCHEDULE_FOR_DISABLE and lasts is None:
        raise ValueError("A scheduled ban needs to know when: say how long the account still has.")
    now = world.clock()
    until = None if lasts is None else now + lasts
    account.standing.measures[measure] = until
    if until is not None:
        world.schedule.add(until, MeasureOver(account=account, measure=measure))
    news = news_of(account.standing, measure, violation=violation)
    if news is not None:
        world.announce("account_update", news, now, account=account)
    world.note("measure", measure=measure.value, until=until and until.isoformat())


def lift_measure(world: World, account: Account, measure: Measure) -> None:
    """End a measure before its time; that of a ban is announced. Raises ValueError if not in force."""
    if measure not in account.standing.measures:
        raise ValueError(f"{measure.value} is not in force.")
    del account.standing.measures[measure]
    if measure in (Measure.DISABLED, Measure.SCHEDULE_FOR_DISABLE):
        value = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}
        world.announce("account_update", value, world.clock(), account=account)
    world.note("measure", measure=measure.value, lifted=True)


def violate(world: World, account: Account, violation: str) -> None:
    """Tell an account of a violation, without a measure."""
    world.announce("account_update", violation_news(violation), world.clock(), account=account)
    world.note("violation", violation=violation)


def misclassify(world: World, account: Account) -> None:
    """Find a template of the account in the wrong category; the next step of the ladder follows."""
    standing = account.standing
    standing.misclassified += 1
    step = LADDER[min(standing.misclassified, len(LADDER)) - 1]
    if step is None:
        violate(world, account, Measure.MISCLASSIFICATION.value)
    else:
        measure, lasts = step
        take_measure(world, account, measure, lasts=lasts, violation=Measure.MISCLASSIFICATION.value)


def warn(world: World, account: Account, *, warned: bool = True) -> None:
    """Warn an account for misusing categories, whose templates then change theirs without notice."""
    account.standing.warned = warned
    world.note("warned", waba=account.waba_id, warned=warned)


def close_country(world: World, account: Account, country: str, *, closed: bool = True) -> None:
    """Let the account message nobody of a country (two letters), or let it again."""
    countries = account.standing.closed_countries
    (countries.add if closed else countries.discard)(country)
    world.note("country", country=country, closed=closed)


def charge_abroad(world: World, account: Account, country: str) -> None:
    """Let authentication templates to a country (two letters) cost the international rate from now on."""
    account.auth_international.add(country)
    value = {"event": "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE"}
    world.announce("account_update", value, world.clock(), account=account)
    world.note("international", country=country)


def rate(world: World, line: Line, quality: str) -> None:
    """Give a number another quality; with RED it is flagged until it has another one. Raises ValueError."""
    _require(quality, QUALITIES, "quality")
    world.regard.rate(line, quality, world.clock())


def set_status(world: World, line: Line, status: str) -> None:
    """Let the platform treat a number otherwise: RESTRICTED and RATE_LIMITED fail with 131048, BANNED is
    refused with 131031. No callback is documented for it. Raises ValueError.
    """
    _require(status, STATUSES, "status")
    line.number.status = status
    world.note("status of number", business=line.id, status=status)


def judge_name(world: World, line: Line, status: str, reason: str = "") -> None:
    """Let the display name have another status, and tell the decision if it is one. Raises ValueError."""
    _require(status, NAME_STATUSES, "status of a name")
    number = line.number
    number.name_status = status
    world.note("name", business=line.id, status=status)
    if status in DECISIONS:
        value = {
            "display_phone_number": number.digits,
            "decision": DECISIONS[status],
            "requested_verified_name": number.verified_name,
            "rejection_reason": reason or None,
        }
        world.announce("phone_number_name_update", value, world.clock(), account=line.account)


def allow_only(world: World, line: Line, recipients: list[str] | None) -> None:
    """Make a test number of it, which writes to up to five people (digits); None ends that.

    Raises ValueError for more than five.
    """
    if recipients is not None and len(recipients) > RECIPIENTS_OF_TESTS:
        raise ValueError(f"A test number has at most {RECIPIENTS_OF_TESTS} recipients.")
    line.number.allowed = recipients
    world.note("allowed", business=line.id, recipients=recipients)


def _require(given: str, known: Collection[str], what: str) -> None:
    if given not in known:
        raise ValueError(f"{given!r} is no {what}; there are {', '.join(sorted(known))}.")
