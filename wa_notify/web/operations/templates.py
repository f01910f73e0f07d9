"""The account's templates: how they stand, how people take them, who uses them, and how they look."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from wa_notify.core.access import Right
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.errors import PlatformUnreachable
from wa_notify.core.message import Parameter
from wa_notify.core.quality import LOOK_BACK, Subject, Verdict
from wa_notify.core.template import TemplateShape, filled
from wa_notify.engine.approval import users_of
from wa_notify.pipeline.quality import Measured, measured
from wa_notify.ports import Views
from wa_notify.web.operations.bubbles import Bubble, of_shape
from wa_notify.web.operations.operation import Asked, Nothing, Shape, operation, unseen
from wa_notify.web.operations.paging import PageAsked, cursor, place
from wa_notify.web.refusals import Elsewhere, NotThere

IN_REVIEW = ("PENDING", "IN_APPEAL")


class TemplatesAsked(PageAsked, frozen=True, kw_only=True):
    """Which templates: those with these words in name or text, and of ``only`` this kind."""

    search: Annotated[str, msgspec.Meta(max_length=200)] = ""
    only: Annotated[
        str, msgspec.Meta(pattern="^(used|approved|review|refused)?$", description="A kind of them.")
    ] = ""


class TemplateLanguage(Shape, frozen=True, kw_only=True):
    """One language of a template. ``upcoming_category`` is announced, and not true yet."""

    language: str
    status: str
    sendable: bool
    category: str
    upcoming_category: str
    quality: str
    why_rejected: str


class TemplateLine(Shape, frozen=True, kw_only=True):
    """A template in all its languages, and what uses it: names of rules, and what else speaks."""

    name: str
    languages: list[TemplateLanguage]
    used_by: list[str]
    declared: bool


class TemplateList(Shape, frozen=True, kw_only=True):
    """Templates by name. ``synced_at`` is when the account was read; nothing when it never was."""

    synced_at: datetime | None
    items: list[TemplateLine]
    next: str


class Reception(Shape, frozen=True, kw_only=True):
    """How people took a template or a rule in the last seven days, and what is made of it.

    ``verdict`` is ``green``, ``slow`` (reminders come at half the pace) or ``warn`` (administrators hear it).
    ``platform`` are WhatsApp's own words on the quality of the template.
    """

    of: Subject
    name: str
    left: int
    delivered: int
    read: int
    failed: int
    people: int
    stopped: int
    lost: int
    platform: list[str]
    verdict: Verdict
    why: str


class ReceptionList(Shape, frozen=True, kw_only=True):
    """Templates and rules that are used, or of which something left lately."""

    days: int
    items: list[Reception]


class TemplateText(Shape, frozen=True, kw_only=True):
    """One language, in full. ``ttl`` is how long WhatsApp goes on trying; nothing is its own 30 days.

    ``bubble`` shows it with the examples of the configuration, where it declares any.
    """

    told: TemplateLanguage
    id: str
    ttl: timedelta | None
    bubble: Bubble
    with_examples: bool


class TemplateDetail(Shape, frozen=True, kw_only=True):
    """All that is known of a template."""

    name: str
    synced_at: datetime | None
    languages: list[TemplateText]
    used_by: list[str]
    declared: bool
    reception: Reception | None


class Synced(Shape, frozen=True, kw_only=True):
    """What the account has now. ``missing`` are sentences: what needs a template that cannot be sent."""

    text: str
    synced_at: datetime
    templates: int
    sendable: int
    missing: list[str]


@operation("GET", "/templates", right=Right.SEE)
async def list_templates(asked: Asked[Nothing, TemplatesAsked]) -> TemplateList:
    """List the account's templates as they were read last, with what uses them."""
    query = asked.query
    (after,) = place(query.after, str) or ("",)
    shapes, synced_at = await asked.look(lambda views: (views.templates(), views.templates_synced_at()))
    used = used_by(asked)
    declared = {draft.shape.name for draft in asked.book.drafts}
    found = [
        TemplateLine(
            name=name,
            languages=[_told(shape) for shape in languages],
            used_by=list(used.get(name, ())),
            declared=name in declared,
        )
        for name, languages in by_name(shapes).items()
        if name > after and _fits(query, name, languages, used)
    ]
    shown = found[: query.limit]
    return TemplateList(
        synced_at=synced_at, items=shown, next=cursor(shown[-1].name) if len(found) > len(shown) else ""
    )


@operation("GET", "/templates/quality", right=Right.SEE)
async def show_reception(asked: Asked[Nothing, Nothing]) -> ReceptionList:
    """Show how people take each template and rule: what became of the messages of the last seven days."""
    book, now = asked.book, asked.now

    def look(views: Views) -> list[Reception]:
        shapes = views.templates()
        words = {name: [one.quality for one in found] for name, found in by_name(shapes).items()}
        return [_reception(one, words) for one in measured(views, book, shapes, now)]

    return ReceptionList(days=LOOK_BACK.days, items=await asked.look(look))


@operation("GET", "/templates/{name}", right=Right.SEE)
async def show_template(asked: Asked[Nothing, Nothing]) -> TemplateDetail:
    """Show a template in all its languages, as a phone would."""
    name, book, now = asked.path["name"], asked.book, asked.now

    def look(views: Views) -> tuple[list[TemplateShape], datetime | None, list[Reception]]:
        shapes = [shape for shape in views.templates() if shape.name == name]
        found = measured(views, book, shapes, now) if shapes else []
        mine = [one for one in found if one.judgement.subject is Subject.TEMPLATE]
        words = {name: [shape.quality for shape in shapes]}
        told = [_reception(one, words) for one in mine if one.judgement.name == name]
        return shapes, views.templates_synced_at(), told

    shapes, synced_at, reception = await asked.look(look)
    if not shapes:
        raise NotThere(f"The account has no template {name[:60]}.", where="name", fix="Read it anew.")
    drafts = {(one.shape.name, one.shape.language): one for one in book.drafts}
    return TemplateDetail(
        name=name,
        synced_at=synced_at,
        languages=[_text(shape, drafts.get((name, shape.language))) for shape in shapes],
        used_by=list(used_by(asked).get(name, ())),
        declared=any(declared == name for declared, _ in drafts),
        reception=reception[0] if reception else None,
    )


@operation("POST", "/templates/sync", right=Right.TEMPLATES)
async def sync_templates(asked: Asked[Nothing, Nothing]) -> Synced:
    """Read all templates of the account now. The service does so every hour, and sooner after news."""
    count = await read_account(asked)
    shapes, synced_at = await asked.look(lambda views: (views.templates(), views.templates_synced_at()))
    sendable = sum(shape.sendable for shape in shapes)
    await asked.change("templates", unseen, facts=lambda _: {"read": count, "sendable": sendable})
    lacking = asked.office.standing.held_against(shapes)
    return Synced(
        text=f"{count} templates read, {sendable} of them may be sent.",
        synced_at=synced_at or asked.now,
        templates=count,
        sendable=sendable,
        missing=[one.complaint.what for one in lacking if one.severity == "fault"],
    )


async def read_account(asked: Asked[Any, Any]) -> int:
    """Read and keep the account's templates; how many. Raises `Elsewhere`; then what was known stays."""
    try:
        return await asked.office.engine.sync_templates()
    except PlatformUnreachable as error:
        raise Elsewhere(str(error), where="WhatsApp", fix="What was known stays. Try again later.") from error


def used_by(asked: Asked[Any, Any]) -> Mapping[str, Sequence[str]]:
    """Which rules, and what else, use which template."""
    return users_of(asked.book, asked.office.standing.config.defaults.invite)


def by_name(shapes: Iterable[TemplateShape]) -> dict[str, list[TemplateShape]]:
    """The languages of each template, both in their order."""
    found: dict[str, list[TemplateShape]] = {}
    for shape in sorted(shapes, key=lambda one: (one.name, one.language)):
        found.setdefault(shape.name, []).append(shape)
    return found


def _fits(
    query: TemplatesAsked, name: str, languages: Sequence[TemplateShape], used: Mapping[str, Sequence[str]]
) -> bool:
    words = query.search.casefold().split()
    text = " ".join((name, *(f"{one.header} {one.body} {one.footer}" for one in languages))).casefold()
    kinds = {
        "": True,
        "used": bool(used.get(name)),
        "approved": any(one.sendable for one in languages),
        "review": any(one.status in IN_REVIEW for one in languages),
        "refused": any(not one.sendable and one.status not in IN_REVIEW for one in languages),
    }
    return kinds[query.only] and all(word in text for word in words)


def _told(shape: TemplateShape) -> TemplateLanguage:
    return TemplateLanguage(
        language=shape.language,
        status=shape.status,
        sendable=shape.sendable,
        category=shape.category,
        upcoming_category=shape.upcoming_category,
        quality=shape.quality,
        why_rejected=shape.why_rejected,
    )


def _text(shape: TemplateShape, draft: TemplateDraft | None) -> TemplateText:
    return TemplateText(
        told=_told(shape),
        id=shape.id,
        ttl=None if shape.ttl is None else timedelta(seconds=shape.ttl),
        bubble=with_examples(shape, draft),
        with_examples=draft is not None,
    )


def with_examples(shape: TemplateShape, draft: TemplateDraft | None) -> Bubble:
    """A template as a phone shows it; a blank without an example stays a blank."""
    shown = of_shape(shape)
    if draft is None:
        return shown
    examples = tuple(Parameter(name=name, text=text) for name, text in draft.body_examples if text)
    above = (Parameter(text=draft.header_example),) if draft.header_example else ()
    is_text = shape.header_format in ("", "TEXT")
    return msgspec.structs.replace(
        shown,
        header=filled(shape.header, above) if is_text else shown.header,
        body=filled(shape.body, examples),
    )


def _reception(one: Measured, words: Mapping[str, Sequence[str]]) -> Reception:
    counted, judgement = one.tally, one.judgement
    of_template = judgement.subject is Subject.TEMPLATE
    return Reception(
        of=judgement.subject,
        name=judgement.name,
        left=counted.left,
        delivered=counted.delivered,
        read=counted.read,
        failed=counted.failed,
        people=counted.people,
        stopped=counted.stopped,
        lost=counted.lost,
        platform=sorted({*filter(None, words.get(judgement.name, ()))}) if of_template else [],
        verdict=judgement.verdict,
        why=judgement.why,
    )


OPERATIONS = (list_templates, show_reception, show_template, sync_templates)
