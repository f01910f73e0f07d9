"""Other channels: when an item leaves by one of them instead of WhatsApp, and what it says there."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.builders import NOW, failure, intent, item, recipient, rule, shape, situation, ticket, wish
from wa_notify.core.decision import decide
from wa_notify.core.fallback import (
    FALLS_BACK,
    KNOWN_TO_FAIL,
    NO_LONGER_NEWS,
    Detour,
    says_the_same,
    secrets_in,
    spoken_channel,
    twin_key,
    words,
)
from wa_notify.core.message import Remedy, Tone
from wa_notify.core.outbox import MOST_UNCONFIRMED, WANTED, Channel, Intent, Item, ItemState, Occasion
from wa_notify.core.progress import TROUBLES, handed_over, not_taken
from wa_notify.core.reason import SENTENCES, Reason
from wa_notify.core.rule import OtherWay
from wa_notify.core.secret import Secret
from wa_notify.core.situation import Decision, Divert, Drop, Wait
from wa_notify.core.ticket import TicketState

AFTER = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
URL = Secret("mailto://robot:secret@example.net/?to=ops@example.net")
AT_DUE = NOW + AFTER


def first(**special: Any) -> Item:
    return item(**special)


def twin(**special: Any) -> Item:
    ordinary: dict[str, Any] = {
        "id": 8,
        "key": "12.1/opened/alice/recipient:alice",
        "channel": Channel.OTHER,
        "target": "recipient:alice",
        "instead_of": 7,
        "reason": Reason.SENT_ELSEWHERE_FIRST,
        "due_at": AT_DUE,
        "expires_at": NOW + timedelta(hours=4),
    }
    return item(**(ordinary | special))


def decided(original: Item | None, *, at: timedelta = AFTER, **special: Any) -> Decision:
    about = {"url": URL, "first": original, "after": AFTER, "told": False}
    detour = Detour(**(about | {key: special.pop(key) for key in tuple(special) if key in about}))
    return decide(situation(now=NOW + at, item=special.pop("twin", twin()), detour=detour, **special))


def diverted(decision: Decision) -> Divert:
    assert isinstance(decision, Divert)
    return decision


@pytest.mark.parametrize("state", [ItemState.DELIVERED, ItemState.READ])
def test_what_whatsapp_delivered_goes_no_other_way(state: ItemState) -> None:
    decision = decided(first(state=state))
    assert decision == Drop(state=ItemState.CANCELLED, reason=Reason.DELIVERED_ALREADY)


@pytest.mark.parametrize("state", [ItemState.REFUSED, ItemState.FAILED])
@pytest.mark.parametrize("at", [timedelta(0), AFTER])
def test_what_ended_on_whatsapp_leaves_whenever_it_is_looked_at(state: ItemState, at: timedelta) -> None:
    decision = diverted(decided(first(state=state, reason=Reason.NO_CONSENT), at=at))
    assert decision.reason is Reason.WHATSAPP_FAILED
    assert decision.by == "mailto to example.net"
    assert f"WhatsApp cannot bring it to Alice: {SENTENCES[Reason.NO_CONSENT]}" in decision.message.body


@pytest.mark.parametrize("reason", sorted(KNOWN_TO_FAIL))
def test_what_waits_for_somebody_to_act_leaves_at_once(reason: Reason) -> None:
    decision = diverted(decided(first(reason=reason, due_at=NOW + timedelta(hours=1)), at=timedelta(0)))
    assert decision.reason is Reason.WHATSAPP_FAILED


@pytest.mark.parametrize("reason", sorted(TROUBLES - KNOWN_TO_FAIL))
def test_what_is_being_tried_again_leaves_when_its_time_is_over(reason: Reason) -> None:
    decision = diverted(decided(first(reason=reason, due_at=NOW + timedelta(hours=1), attempts=4)))
    assert decision.reason is Reason.NOT_DELIVERED
    assert "WhatsApp did not deliver it to Alice within 5 min." in decision.message.body


@pytest.mark.parametrize(
    "reason", [None, Reason.QUIET_HOURS, Reason.SILENCED, Reason.INHIBITED, Reason.REPLIED]
)
def test_what_waits_on_purpose_is_not_late_before_it_was_due(reason: Reason | None) -> None:
    morning = NOW + timedelta(hours=6)
    assert decided(first(reason=reason, due_at=morning)) == Wait(
        until=morning + AFTER, reason=Reason.SENT_ELSEWHERE_FIRST
    )
    late = decided(
        first(reason=reason, due_at=morning), at=timedelta(hours=6) + AFTER, twin=twin(expires_at=None)
    )
    assert diverted(late).reason is Reason.NOT_DELIVERED


@pytest.mark.parametrize("state", [ItemState.SENDING, ItemState.ACCEPTED, ItemState.SENT])
@pytest.mark.parametrize(
    ("left_after", "attempts", "waits"),
    [(timedelta(0), 1, False), (5 * SECOND, 1, False), (6 * SECOND, 1, True), (4 * AFTER / 5, 2, False)],
)
def test_what_left_late_for_the_first_time_has_its_minutes_from_then_on(
    state: ItemState, left_after: timedelta, attempts: int, *, waits: bool
) -> None:
    decision = decided(first(state=state, claimed_at=NOW + left_after, attempts=attempts))
    if waits:
        assert decision == Wait(until=NOW + left_after + AFTER, reason=Reason.SENT_ELSEWHERE_FIRST)
    else:
        assert diverted(decision).reason is Reason.NOT_DELIVERED


@pytest.mark.parametrize("state", [ItemState.UNCERTAIN, ItemState.HELD])
def test_what_nobody_knows_about_or_waits_for_a_reply_leaves(state: ItemState) -> None:
    assert diverted(decided(first(state=state))).reason is Reason.NOT_DELIVERED


@pytest.mark.parametrize("reason", sorted(NO_LONGER_NEWS))
def test_what_was_cancelled_since_it_is_no_news_any_more_is_cancelled_here_too(reason: Reason) -> None:
    decision = decided(first(state=ItemState.CANCELLED, reason=reason))
    assert decision == Drop(state=ItemState.CANCELLED, reason=reason)


def test_what_came_too_late_for_whatsapp_leaves_all_the_same() -> None:
    decision = decided(first(state=ItemState.CANCELLED, reason=Reason.EXPIRED))
    assert diverted(decision).reason is Reason.NOT_DELIVERED


@pytest.mark.parametrize("state", [TicketState.ACKNOWLEDGED, TicketState.RESOLVED, TicketState.EXPIRED])
def test_a_ticket_that_moved_on_wants_no_mail(state: TicketState) -> None:
    decision = decided(first(state=ItemState.FAILED), ticket=ticket(state=state))
    assert isinstance(decision, Drop)
    assert decision.state is ItemState.CANCELLED


def test_an_address_that_was_told_the_same_is_not_told_again() -> None:
    decision = decided(first(state=ItemState.FAILED), told=True)
    assert decision == Drop(state=ItemState.CANCELLED, reason=Reason.TOLD_ALREADY)


def test_an_address_that_is_gone_is_not_written_to() -> None:
    gone = Drop(state=ItemState.CANCELLED, reason=Reason.NO_CHANNEL)
    assert decided(first(state=ItemState.FAILED), url=None) == gone
    assert decided(first(state=ItemState.FAILED), ticket=None) == gone


def test_what_a_channel_never_took_is_failed_once_it_is_too_late() -> None:
    tried = twin(reason=Reason.CHANNEL_FAILED, expires_at=AT_DUE)
    decision = decided(first(state=ItemState.FAILED), twin=tried)
    assert decision == Drop(state=ItemState.FAILED, reason=Reason.CHANNEL_FAILED)
    before = decided(first(state=ItemState.FAILED), at=AFTER - SECOND, twin=tried)
    assert diverted(before).reason is Reason.WHATSAPP_FAILED


def test_what_expired_untried_is_cancelled() -> None:
    decision = decided(first(state=ItemState.FAILED), twin=twin(expires_at=AT_DUE))
    assert decision == Drop(state=ItemState.CANCELLED, reason=Reason.EXPIRED)


def test_a_channel_that_never_answers_is_not_asked_for_ever() -> None:
    decision = decided(first(state=ItemState.FAILED), twin=twin(unconfirmed=MOST_UNCONFIRMED))
    assert decision == Drop(state=ItemState.FAILED, reason=Reason.UNCONFIRMED)


def test_a_message_that_may_have_arrived_says_so() -> None:
    again = diverted(decided(first(state=ItemState.FAILED), twin=twin(unconfirmed=1)))
    assert "this may be a repeat" in again.message.body
    assert "repeat" not in diverted(decided(first(state=ItemState.FAILED))).message.body


def test_the_text_says_what_why_and_where_to_answer() -> None:
    message = diverted(decided(first(state=ItemState.FAILED, reason=Reason.REQUEST_WRONG))).message
    assert message.title == "#12 Disk 96 % full on db-7"
    assert message.tone is Tone.TROUBLE
    assert message.body.split("\n\n") == [
        "*Disk full* on db-7",
        f"It comes this way because WhatsApp cannot bring it to Alice: {SENTENCES[Reason.REQUEST_WRONG]}",
        "Ticket #12. Nobody can answer here: answer on WhatsApp, or type `wa-notify tickets ack 12`.",
    ]


def test_the_all_clear_asks_for_no_answer() -> None:
    over = twin(occasion=Occasion.RESOLVED)
    closed = ticket(state=TicketState.RESOLVED)
    message = diverted(decided(first(state=ItemState.FAILED), twin=over, ticket=closed)).message
    assert message.tone is Tone.OVER
    assert message.body.endswith("Ticket #12.")


def test_news_about_an_earlier_message_say_only_that() -> None:
    late = twin(occasion=Occasion.LATE, instead_of=None, intent=Intent(free_form="It came at 03:41."))
    decision = diverted(decided(None, twin=late))
    assert decision.reason is Reason.DELIVERED_LATE
    assert decision.message.tone is Tone.NOTE
    assert decision.message.body == "It came at 03:41.\n\nTicket #12."


@pytest.mark.parametrize(("name", "who"), [("Alice", "Alice"), ("", "alice")])
def test_people_are_called_by_their_name_or_else_by_their_id(name: str, who: str) -> None:
    decision = diverted(decided(first(state=ItemState.UNCERTAIN), recipient=recipient(name=name)))
    assert f"deliver it to {who} within" in decision.message.body
    assert (
        "deliver it to alice within"
        in diverted(decided(first(state=ItemState.HELD), recipient=None)).message.body
    )


@pytest.mark.parametrize(
    ("after", "spoken"),
    [(timedelta(minutes=5), "5 min"), (timedelta(seconds=90), "1 min 30 s"), (timedelta(seconds=10), "10 s")],
)
def test_a_patience_is_spoken_in_minutes_and_seconds(after: timedelta, spoken: str) -> None:
    decision = diverted(decided(first(state=ItemState.UNCERTAIN), after=after))
    assert f"within {spoken}." in decision.message.body


def test_without_free_form_text_the_template_is_read_out() -> None:
    said = intent(free_form=None, template=wish(header="db-7", body=(("", "critical"), ("", "Disk full"))))
    approved = shape(header="Alert: {{1}}", body="{{2}} ({{1}}).")
    assert words(said, [approved], ["en"]) == "Alert: db-7\nDisk full (critical)."
    paused = shape(header="", body="{{2}} ({{1}}).", status="PAUSED")
    assert words(said, [paused], ["en"]) == "Disk full (critical)."
    foreign = shape(language="de", body="{{2}}: {{1}}")
    assert words(said, [foreign], ["pt_BR"]) == "Disk full: critical"
    named = intent(free_form=None, template=wish(body=(("what", "Disk full"),)))
    assert words(named, [shape(body="{{what}}! {{more}}")], ["en"]) == "Disk full! {{more}}"


def test_without_any_shape_the_texts_are_read_out() -> None:
    said = intent(free_form=None, template=wish(header="db-7", body=(("", "critical"), ("", ""))))
    assert words(said, [], ["en"]) == "db-7\ncritical"
    assert words(intent(free_form=None, template=None), [], ["en"]) == ""


@pytest.mark.parametrize(
    ("url", "spoken"),
    [
        ("mailto://robot:secret@example.net:587/?to=ops@example.net", "mailto to example.net"),
        ("mailtos://robot:p@ss@example.net", "mailtos to example.net"),
        ("json://localhost/hook", "json to localhost"),
        ("mailto://?to=ops@example.net", "mailto"),
        ("tgram://123456:token/42", "tgram"),
        ("slack://TOKENA/TOKENB/TOKENC", "slack"),
        ("notify.mobile_app_alices_phone", "notify.mobile_app_alices_phone"),
    ],
)
def test_a_channel_is_shown_without_what_opens_it(url: str, spoken: str) -> None:
    assert spoken_channel(Secret(url)) == spoken


def test_what_has_to_be_blanked_is_the_address_and_its_longer_parts() -> None:
    parts = secrets_in(Secret("mailto://robot:pass%20word@example.net/a?to=ops@example.net"))
    assert {"pass%20word", "pass word", "to=ops@example.net"} <= set(parts)
    assert "example.net" not in parts
    assert "TOKENA1" in secrets_in(Secret("slack://TOKENA1/TOKENB1"))
    assert secrets_in(Secret("json://[half")) == ("json://[half",)


@given(st.text(min_size=6, alphabet=st.characters(categories=("L", "N"), max_codepoint=126)))
def test_no_password_is_ever_spoken(password: str) -> None:
    for template in (
        "mailto://u:{}@h.example/?to=x",
        "tgram://{}/1",
        "json://u:{}@h.example/p",
        "slack://a/{}/b",
    ):
        spoken = spoken_channel(Secret(template.format(password)))
        assert password not in spoken or password in "h.example mailto tgram json slack"
        assert any(password in part for part in secrets_in(Secret(template.format(password))))


def test_twins_say_the_same_when_only_the_person_differs() -> None:
    def of(person: str, occasion: str = "reminder-1", target: str = "receiver:oncall") -> Item:
        key = twin_key(item(key=f"12.1/{occasion}/{person}"), target)
        return twin(key=key, recipient_id=person, target=target)

    assert says_the_same(of("alice"), of("bob"))
    assert not says_the_same(of("alice"), of("bob", occasion="reminder-2"))
    assert not says_the_same(of("alice"), of("alice", target="rule:disk"))


def test_what_falls_back_is_said_about_a_ticket() -> None:
    assert set(FALLS_BACK) <= set(WANTED)
    assert Occasion.DETAILS not in FALLS_BACK


def test_each_person_and_each_target_is_a_lane_of_its_own() -> None:
    assert (item().lane, twin().lane) == ("alice", "recipient:alice")
    assert twin().spoken == "The first message to alice by another channel"


def test_what_another_channel_took_is_sent_and_what_it_refused_is_tried_again() -> None:
    sending = twin(state=ItemState.SENDING, attempts=1, unconfirmed=1, lease_until=AT_DUE)
    taken = handed_over(sending, AT_DUE)
    assert (taken.state, taken.unconfirmed, taken.lease_until) == (ItemState.SENT, 0, None)
    again = not_taken(sending, failure(Remedy.RETRY), AT_DUE, 0.0)
    assert (again.state, again.reason) == (ItemState.PENDING, Reason.CHANNEL_FAILED)
    assert again.due_at > AT_DUE
    never = not_taken(sending, failure(Remedy.FIX), AT_DUE, 0.0)
    assert (never.state, never.reason) == (ItemState.FAILED, Reason.CHANNEL_FAILED)


def test_a_rule_knows_the_way_of_each_person() -> None:
    own, others = OtherWay(targets=("recipient:alice",)), OtherWay(targets=("rule:disk",))
    both = rule(other_ways={"alice": own, "": others})
    assert (both.other_way("alice"), both.other_way("bob")) == (own, others)
    assert rule().other_way("alice") is None
