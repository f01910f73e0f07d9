"""Double opt-in: the person's own message is the proof, and nobody else's."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.core.builders import NOW, consent, recipient, shape
from wa_notify.core.consent import ConsentAct, Purpose, objection
from wa_notify.core.errors import UnknownRecipient
from wa_notify.core.inbound import Arrival, Content, Deleted, InboundMessage, Reaction, Sender, Tap, Text
from wa_notify.core.invite import Invite
from wa_notify.core.outbox import Item, ItemState, Occasion
from wa_notify.core.reason import Reason
from wa_notify.core.recipient import Alias, AliasKind, Recipient, variants
from wa_notify.core.retention import Retention
from wa_notify.core.rule import Rulebook
from wa_notify.core.template import TemplateWish
from wa_notify.pipeline.deliver import claim
from wa_notify.pipeline.invites import InviteRefused, accept, confirm, invite, invite_by_template
from wa_notify.pipeline.people import Said
from wa_notify.pipeline.receive import receive
from wa_notify.pipeline.retention import sweep
from wa_notify.ports import Transaction
from wa_notify.store.sqlite import SqliteStore

N = "400000000000101"
CODE = "7KQ4M2XWPD"
DAVE = Recipient(id="dave")
HOUR = timedelta(hours=1)
UTILITY = Purpose.UTILITY


def says(
    text: str = f"JOIN {CODE}", *, at: datetime = NOW, wa_id: str = "447700900777", bsuid: str = "GB.dave99"
) -> InboundMessage:
    sender = Sender(wa_id=wa_id, bsuid=bsuid, profile_name="Dave D.")
    return InboundMessage(wamid="wamid.D1", sender=sender, at=at, content=Text(body=text))


def aliases_of(message: InboundMessage) -> list[Alias]:
    found = [Alias(kind=AliasKind.WA_ID, value=one) for one in variants(message.sender.wa_id)]
    return [*found, Alias(kind=AliasKind.BSUID, value=message.sender.bsuid)]


def invited(store: SqliteStore, person: Recipient = DAVE, **options: object) -> Invite:
    def work(tx: Transaction) -> Invite:
        if tx.recipient(person.id) is None:
            tx.save_recipient(person)
        return invite(tx, person.id, code=CODE, now=NOW, wording="v2", language="en", **options)  # type: ignore[arg-type]

    return store.transact(work).result()


def accepted(store: SqliteStore, message: InboundMessage, now: datetime = NOW) -> Recipient | None:
    assert isinstance(message.content, Text)
    body = message.content.body
    return store.transact(lambda tx: accept(tx, body, aliases_of(message), message, now)).result()


def agreed(store: SqliteStore, who: str, purpose: Purpose = Purpose.UTILITY) -> bool:
    return objection(store.transact(lambda tx: tx.consents(who)).result(), purpose) is None


def test_a_code_from_an_unknown_phone_makes_a_person_of_a_name(store: SqliteStore) -> None:
    invited(store)
    assert not agreed(store, "dave")
    dave = accepted(store, says(f"join {CODE.lower()}"))
    assert dave == Recipient(id="dave", name="Dave D.", phone="+447700900777", bsuid="GB.dave99")
    (entry,) = store.transact(lambda tx: tx.consents("dave")).result()
    assert (entry.act, entry.source, entry.wording, entry.language) == (
        ConsentAct.GRANTED,
        "reply",
        "v2",
        "en",
    )
    assert entry.evidence == "message wamid.D1, the invitation of 2026-11-21"
    assert (entry.actor, entry.at) == ("dave", NOW)
    for alias in aliases_of(says()):
        assert store.transact(lambda tx, alias=alias: tx.recipient_by_alias([alias])).result() == dave  # type: ignore[misc]


def test_who_hides_their_number_is_known_by_the_other_id(store: SqliteStore) -> None:
    invited(store)
    dave = accepted(store, says(wa_id=""))
    assert dave == Recipient(id="dave", name="Dave D.", bsuid="GB.dave99")


def test_a_code_works_once(store: SqliteStore) -> None:
    invited(store)
    assert accepted(store, says())
    assert accepted(store, says()) is None
    assert len(store.transact(lambda tx: tx.consents("dave")).result()) == 1


@pytest.mark.parametrize("text", ["JOIN 7KQ4M2XWPX", "hello", "JOIN"])
def test_any_other_text_is_no_code(store: SqliteStore, text: str) -> None:
    invited(store)
    assert accepted(store, says(text)) is None


def test_a_code_runs_out(store: SqliteStore) -> None:
    invited(store, lasts=HOUR)
    assert accepted(store, says(at=NOW + HOUR), NOW + HOUR) is None
    assert accepted(store, says(at=NOW + HOUR / 2), NOW + 2 * HOUR)  # it was sent in time and told late


def test_who_is_another_recipient_cannot_use_somebody_elses_code(store: SqliteStore) -> None:
    invited(store)
    assert accepted(store, says(wa_id="447700900123", bsuid="")) is None  # Alice
    assert not agreed(store, "dave")
    assert accepted(store, says())  # the code is still Dave's


def test_who_wrote_as_a_stranger_before_becomes_the_invited_person(store: SqliteStore) -> None:
    invited(store)
    guest = Recipient(id="guest-1", phone="+447700900777", guest=True)
    store.transact(lambda tx: tx.save_recipient(guest)).result()
    dave = accepted(store, says())
    assert dave is not None
    assert (dave.id, dave.guest) == ("dave", False)
    assert store.transact(lambda tx: tx.recipient("guest-1")).result() is None
    assert agreed(store, "dave")


def test_a_person_with_a_number_must_write_from_it(store: SqliteStore) -> None:
    invited(store, Recipient(id="dave", phone="+447700900778"))
    assert accepted(store, says()) is None
    assert not agreed(store, "dave")
    dave = accepted(store, says(wa_id="447700900778"))
    assert dave is not None
    assert dave.phone == "+447700900778"


def test_other_spellings_of_the_number_are_the_number(store: SqliteStore) -> None:
    invited(store, Recipient(id="dave", phone="+5511987654321"))
    assert accepted(store, says(wa_id="551187654321"))
    learned = store.transact(lambda tx: tx.aliases("dave")).result()
    assert Alias(kind=AliasKind.WA_ID, value="551187654321") in learned


def test_a_person_with_a_number_who_hides_it_may_join(store: SqliteStore) -> None:
    invited(store, Recipient(id="dave", phone="+447700900778"))
    assert accepted(store, says(wa_id=""))


def test_an_invitation_is_for_its_purpose(store: SqliteStore) -> None:
    invited(store, purpose=Purpose.MARKETING)
    assert accepted(store, says())
    assert agreed(store, "dave", Purpose.MARKETING)
    assert not agreed(store, "dave")


def test_joining_undoes_an_earlier_no_of_the_same_person(store: SqliteStore) -> None:
    invited(store)
    store.transact(
        lambda tx: tx.record_consent(consent(recipient_id="dave", act=ConsentAct.REVOKED, at=NOW - HOUR))
    ).result()
    assert accepted(store, says())
    assert agreed(store, "dave")


def test_a_code_of_somebody_who_was_erased_leads_nowhere(store: SqliteStore) -> None:
    with pytest.raises(UnknownRecipient):
        store.transact(lambda tx: invite(tx, "mallory", code=CODE, now=NOW)).result()


# by template

WISH = TemplateWish(name="ops_invite", body=(("", "Ops"),))
ASKED = Said(source="paper", evidence="Asked at the desk", actor="admin", at=NOW, wording="v2", language="en")


def asked(store: SqliteStore, said: Said = ASKED) -> Item:
    def work(tx: Transaction) -> Item:
        if tx.recipient("dave") is None:
            tx.save_recipient(Recipient(id="dave", phone="+447700900777"))
        tx.replace_templates([shape(name="ops_invite")], NOW)
        return invite_by_template(tx, "dave", WISH, said)

    return store.transact(work).result()


def sent(store: SqliteStore, item: Item) -> ItemState:
    """Decide what is due, and let WhatsApp have it."""

    def work(tx: Transaction) -> ItemState:
        claim(tx, Rulebook(), N, NOW, 10)
        after = tx.item(item.id)
        assert after is not None
        if after.state is ItemState.SENDING:
            after = replace(after, state=ItemState.DELIVERED, wamid="wamid.invite")
            tx.save_item(after)
        return after.state

    return store.transact(work).result()


def answer(content: Content, *, at: datetime = NOW + HOUR, context: str = "") -> InboundMessage:
    sender = Sender(wa_id="447700900777")
    return InboundMessage(wamid="wamid.D2", sender=sender, at=at, content=content, context_wamid=context)


def confirmed(store: SqliteStore, message: InboundMessage) -> bool:
    def work(tx: Transaction) -> bool:
        dave = tx.recipient("dave")
        assert dave is not None
        return confirm(tx, dave, message, NOW + 2 * HOUR)

    return store.transact(work).result()


def test_an_invitation_leaves_to_somebody_who_asked_and_a_yes_is_the_opt_in(store: SqliteStore) -> None:
    item = asked(store)
    assert (item.occasion, item.intent.template, item.ticket_id) == (Occasion.INVITE, WISH, None)
    assert sent(store, item) is ItemState.DELIVERED
    assert not agreed(store, "dave")
    assert confirmed(store, answer(Text(body="Yes!")))
    assert agreed(store, "dave")
    entry = store.transact(lambda tx: tx.consents("dave")).result()[-1]
    assert (entry.source, entry.wording, entry.language, entry.actor) == ("reply", "v2", "en", "dave")
    assert entry.evidence == "message wamid.D2, the answer to the invitation of 2026-11-21"
    assert not confirmed(store, answer(Text(body="yes")))  # there is nothing left to confirm


YES, NO = Tap(payload="Yes", title="Yes"), Tap(payload="No", title="No thanks")


@pytest.mark.parametrize(
    ("message", "yes"),
    [
        (answer(YES, context="wamid.invite"), True),
        (answer(Tap(payload="x", title="Sign me up"), context="wamid.invite"), True),
        (answer(NO, context="wamid.invite"), False),
        (answer(YES), False),
        (answer(YES, context="wamid.other"), False),
        (answer(Text(body="ja"), context="wamid.invite"), True),
        (answer(Text(body="ja"), context="wamid.other"), False),
        (answer(Text(body="what is this?"), context="wamid.invite"), False),
        (answer(Reaction(emoji="👍", to_wamid="wamid.invite"), context="wamid.invite"), False),
        (answer(Text(body="yes"), at=NOW - HOUR), False),
    ],
)
def test_what_counts_as_the_answer_to_an_invitation(
    store: SqliteStore, message: InboundMessage, yes: bool
) -> None:
    sent(store, asked(store))
    assert confirmed(store, message) is yes
    assert agreed(store, "dave") is yes


def test_a_tap_on_somebody_elses_invitation_is_no_answer(store: SqliteStore) -> None:
    sent(store, asked(store))

    def work(tx: Transaction) -> bool:
        alice = recipient(id="eve", phone="")
        tx.save_recipient(alice)
        tx.record_consent(consent(recipient_id="eve", act=ConsentAct.INVITED))
        return confirm(tx, alice, answer(YES, context="wamid.invite"), NOW + 2 * HOUR)

    assert not store.transact(work).result()


def test_a_yes_without_an_invitation_says_nothing(store: SqliteStore) -> None:
    store.transact(lambda tx: tx.save_recipient(DAVE)).result()
    assert not confirmed(store, answer(Text(body="yes")))


@pytest.mark.parametrize(
    ("act", "said", "why"),
    [
        (None, replace(ASKED, evidence=" "), "unasked"),
        (ConsentAct.GRANTED, ASKED, "opted in already"),
        (ConsentAct.REVOKED, ASKED, "opted out"),
        (ConsentAct.LAPSED, ASKED, "new number"),
    ],
)
def test_nobody_is_invited_unasked_or_against_their_will(
    store: SqliteStore, act: ConsentAct | None, said: Said, why: str
) -> None:
    store.transact(lambda tx: tx.save_recipient(DAVE)).result()
    if act:
        store.transact(lambda tx: tx.record_consent(consent(recipient_id="dave", act=act))).result()
    with pytest.raises(InviteRefused, match=why):
        asked(store, said)
    assert store.read(lambda views: views.items(limit=10)).result() == []


def test_for_one_wish_one_invitation_is_sent(store: SqliteStore) -> None:
    asked(store)
    with pytest.raises(InviteRefused, match="already"):
        asked(store)
    again = asked(store, replace(ASKED, evidence="Asked again by phone"))
    assert again.key == "invite-2/dave"


def test_an_invitation_that_is_in_the_outbox_already_is_told(store: SqliteStore) -> None:
    store.transact(lambda tx: tx.save_recipient(DAVE)).result()
    item = asked(store)

    def work(tx: Transaction) -> None:
        tx.save_recipient(Recipient(id="eve"))
        tx.enqueue(replace(item, id=0, key="invite-1/eve", recipient_id="eve"))
        invite_by_template(tx, "eve", WISH, ASKED)

    with pytest.raises(InviteRefused, match="Wait for the answer"):
        store.transact(work).result()


def test_an_invitation_is_dropped_when_the_person_says_no_before_it_leaves(store: SqliteStore) -> None:
    item = asked(store)
    store.transact(
        lambda tx: tx.record_consent(consent(recipient_id="dave", act=ConsentAct.REVOKED))
    ).result()
    assert sent(store, item) is ItemState.REFUSED
    after = store.transact(lambda tx: tx.item(item.id)).result()
    assert after is not None
    assert after.reason is Reason.OPTED_OUT


def hears(store: SqliteStore, *messages: InboundMessage) -> None:
    told = [Arrival(key=one.wamid, number_id=N, event=one) for one in messages]
    assert store.transact(lambda tx: receive(tx, Rulebook(), told, NOW + HOUR, 0.5)).result() == len(told)


def answers_to(store: SqliteStore, who: str) -> list[str | None]:
    items = store.read(lambda views: views.items(limit=20)).result()
    return [one.intent.free_form for one in items if one.recipient_id == who]


def test_a_code_that_comes_after_a_later_stop_promises_nothing(store: SqliteStore) -> None:
    invited(store)
    hears(store, replace(says("hello"), wamid="wamid.D0"))  # as a stranger
    hears(store, replace(says("STOP", at=NOW + HOUR), wamid="wamid.D2"), says())
    assert objection(store.transact(lambda tx: tx.consents("dave")).result(), UTILITY) is Reason.OPTED_OUT
    assert not any("You will get alerts" in str(text) for text in answers_to(store, "dave"))


def test_a_code_that_was_taken_back_before_it_came_is_no_opt_in(store: SqliteStore) -> None:
    invited(store)
    deletion = replace(says(), wamid="wamid.D2", content=Deleted(original_wamid="wamid.D1"))
    hears(store, deletion, says())
    assert not agreed(store, "dave")


def stranger(store: SqliteStore) -> Recipient:
    hears(store, says("hello"))
    return next(
        one.recipient for one in store.read(lambda views: views.people(N)).result() if one.recipient.guest
    )


def test_a_stranger_who_was_invited_can_turn_out_to_be_somebody(store: SqliteStore) -> None:
    invited(store, stranger(store))
    dave = replace(DAVE, phone="+447700900777")
    store.transact(lambda tx: tx.save_recipient(dave)).result()
    hears(store, replace(says(), wamid="wamid.D2"))
    assert agreed(store, "dave")


def test_a_stranger_is_remembered_as_long_as_the_invitation_lasts(store: SqliteStore) -> None:
    guest = stranger(store)
    invited(store, guest, lasts=timedelta(days=90))
    for days, remembered in ((80, True), (200, False)):
        at = NOW + timedelta(days=days)
        store.transact(lambda tx, at=at: sweep(tx, Retention(), at, 100)).result()  # type: ignore[misc]
        known = store.transact(lambda tx: tx.recipient(guest.id)).result()
        assert (known is not None) is remembered


@pytest.mark.parametrize("quoted", [True, False], ids=["tapped", "typed"])
def test_a_no_to_an_invitation_is_an_opt_out_that_no_later_word_undoes(
    store: SqliteStore, *, quoted: bool
) -> None:
    store.transact(lambda tx: tx.save_recipient(replace(DAVE, phone="+447700900777"))).result()
    asked = Said(source="paper", evidence="Asked at the gate", actor="ops", at=NOW)
    wish = TemplateWish(name="ops_invite")
    item = store.transact(lambda tx: invite_by_template(tx, "dave", wish, asked)).result()
    sent = replace(item, state=ItemState.DELIVERED, wamid="wamid.I", claimed_at=NOW)
    store.transact(lambda tx: tx.save_item(sent)).result()
    no = says("No thanks", at=NOW + HOUR / 4)
    if quoted:
        no = replace(no, content=Tap(payload="No thanks", title="No thanks"), context_wamid="wamid.I")
    hears(store, no, replace(says("ok", at=NOW + HOUR / 2), wamid="wamid.D2"))
    assert objection(store.transact(lambda tx: tx.consents("dave")).result(), UTILITY) is Reason.OPTED_OUT
    assert "no more alerts" in str(answers_to(store, "dave"))


def test_a_no_to_something_else_says_nothing_about_an_invitation(store: SqliteStore) -> None:
    store.transact(lambda tx: tx.save_recipient(replace(DAVE, phone="+447700900777"))).result()
    hears(store, says("no"))
    assert store.transact(lambda tx: tx.consents("dave")).result() == []
    asked = Said(source="paper", evidence="Asked at the gate", actor="ops", at=NOW)
    store.transact(lambda tx: invite_by_template(tx, "dave", TemplateWish(name="ops_invite"), asked)).result()
    elsewhere = replace(says("no"), wamid="wamid.D2", context_wamid="wamid.other")
    hears(
        store, elsewhere, replace(says(), wamid="wamid.D3", content=Reaction(emoji="👎", to_wamid="wamid.I"))
    )
    entries = store.transact(lambda tx: tx.consents("dave")).result()
    assert [entry.act for entry in entries] == [ConsentAct.INVITED]
