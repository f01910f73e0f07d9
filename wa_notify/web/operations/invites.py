"""Invitations: a link with a one-time code, or a template, that leads to the person's own opt-in."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import segno

from wa_notify.clock import system_token
from wa_notify.config import words
from wa_notify.core.access import Right
from wa_notify.core.consent import Purpose
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.invite import JOIN, LASTS, code_of, link
from wa_notify.core.outbox import Item
from wa_notify.pipeline.invites import InviteRefused, invite, invite_by_template
from wa_notify.pipeline.people import Said
from wa_notify.ports import Transaction
from wa_notify.web.operations.consent import Purposes
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import Asked, Given, Nothing, Shape, operation
from wa_notify.web.operations.recipients_shapes import (
    Evidence,
    Languages,
    Source,
    Wording,
    fitting,
    somebody,
    who_of,
)
from wa_notify.web.refusals import Elsewhere, NotNow
from wa_notify.web.request import storable
from wa_notify.whatsapp.client import CloudApi

LONGEST = 365  # days


class NewInvite(Given, frozen=True, kw_only=True):
    """What the person is asked for, and for how many days the link works."""

    purpose: Purposes = Purpose.UTILITY
    wording: Wording = ""
    language: Languages = ""
    days: Annotated[int, msgspec.Meta(ge=1, le=LONGEST)] = LASTS.days


class NewTemplateInvite(Given, frozen=True, kw_only=True):
    """How the person asked to be invited. Nobody may be invited unasked."""

    evidence: Annotated[Evidence, msgspec.Meta(min_length=1)]
    source: Source = "api"
    wording: Wording = ""
    language: Languages = ""


class InviteShape(Shape, frozen=True, kw_only=True):
    """An invitation; link, code and ``qr`` (an SVG as a data address) are shown here and never again.

    ``words`` are what the link has ready to be sent to ``our_number``.
    """

    recipient: str
    name: str
    link: str
    code: str
    words: str
    our_number: str
    qr: str
    expires_at: datetime


class TemplateInviteShape(Shape, frozen=True, kw_only=True):
    """The item of the outbox that invites somebody."""

    text: str
    recipient: str
    template: str
    item: int


@operation("POST", "/recipients/{id}/invites", right=Right.PEOPLE, status=201)
async def invite_recipient(asked: Asked[NewInvite, Nothing]) -> InviteShape:
    """Make a link and a QR code for somebody. Only their own message, from their own phone, is the opt-in.

    The link opens a chat with us that has the words ready to be sent. Its code works once. Give it to nobody
    else: whoever sends the code is taken for them.
    """
    who, given, now = who_of(asked), asked.body, asked.now
    language = fitting("language", words.locales, given.language)
    recipient = await asked.look(lambda views: somebody(views, who))
    number = await our_number(asked.office)
    code = code_of(int(system_token(), 16))

    def work(tx: Transaction) -> datetime:
        somebody(tx, who)
        made = invite(
            tx,
            who,
            code=code,
            now=now,
            purpose=given.purpose,
            wording=storable(given.wording).strip(),
            language=language,
            lasts=timedelta(days=given.days),
        )
        return made.expires_at

    expires_at = await asked.change(f"recipient {who}", work)
    address = link(number, code)
    return InviteShape(
        recipient=who,
        name=recipient.spoken,
        link=address,
        code=code,
        words=f"{JOIN} {code}",
        our_number=number,
        qr=segno.make(address, error="m").svg_data_uri(scale=8, border=4, light="white"),
        expires_at=expires_at,
    )


@operation("POST", "/recipients/{id}/invites/template", right=Right.PEOPLE, status=202, sends=True)
async def invite_with_template(asked: Asked[NewTemplateInvite, Nothing]) -> TemplateInviteShape:
    """Send the template of `defaults.invite` to somebody who asked for it; their yes is the opt-in."""
    who, given = who_of(asked), asked.body
    wish = asked.office.standing.config.defaults.invite
    if wish is None:
        fix = "Add `invite: {template: name}` to `defaults`, with a template that the account has approved."
        raise NotNow("No template for invitations is named.", where="defaults", fix=fix)
    said = Said(
        source=given.source,
        evidence=storable(given.evidence).strip(),
        actor=asked.caller.name,
        at=asked.now,
        wording=storable(given.wording).strip(),
        language=fitting("language", words.locales, given.language),
    )

    def work(tx: Transaction) -> Item:
        somebody(tx, who)
        try:
            return invite_by_template(tx, who, wish, said)
        except InviteRefused as error:
            raise NotNow(str(error), where="recipient", fix="Nothing was sent or recorded.") from error

    item = await asked.change(f"recipient {who}", work)
    text = f"{who} is invited with the template {wish.name}. Their yes is the opt-in."
    return TemplateInviteShape(text=text, recipient=who, template=wish.name, item=item.id)


async def our_number(office: Office) -> str:
    """Our number as people see it: the configuration's, else what the platform says. Raises `Elsewhere`."""
    named = office.standing.config.whatsapp.display_number
    if named:
        return named
    fix = "Add `display_number` to the section `whatsapp`, or try again when the platform answers."
    try:
        said = await CloudApi(http=office.http, account=office.account).number()
    except PlatformUnreachable as error:
        raise Elsewhere(
            f"The platform was asked for our number: {error}", where="whatsapp", fix=fix
        ) from error
    number = str(said.get("display_phone_number", ""))
    if not any(map(str.isdigit, number)):
        raise Elsewhere("The platform does not say what our number is.", where="whatsapp", fix=fix)
    return number


OPERATIONS = (invite_recipient, invite_with_template)
