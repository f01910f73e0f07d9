"""Whoever knows is asked: the configuration, the database, WhatsApp, the service on this machine."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from wa_notify.cli.doctor.service import examine as examine_service
from wa_notify.cli.place import Place, service_runs
from wa_notify.cli.spoken import relative
from wa_notify.clock import system_clock, system_token
from wa_notify.config.examination import examine as examine_config
from wa_notify.config.examination import judge_templates
from wa_notify.core.errors import PlatformUnreachable, StoreError
from wa_notify.core.examination import Check, Finding, Grade, fault, note, ok
from wa_notify.core.template import TemplateShape
from wa_notify.pipeline.overview import Overview, overview
from wa_notify.service import account_of
from wa_notify.store.examination import examine as examine_database
from wa_notify.store.opening import open_store
from wa_notify.whatsapp.client import CloudApi
from wa_notify.whatsapp.examination import Examiner, examine

SYNC = "Start the service, which reads them."
HEARD = "Look at the callback: whether WhatsApp has the right address, and whether it leads here."


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the database says; nothing when it cannot be read."""

    overview: Overview | None = None
    shapes: Sequence[TemplateShape] = ()


async def gather(
    place: Place, http: httpx.AsyncClient, *, secrets: Sequence[str], now: datetime, offline: bool
) -> AsyncIterator[Finding]:
    """Everything, one after the other. Offline only this machine is asked."""
    for finding in (*examine_config(place.config, secrets), *examine_database(place.database)):
        yield finding
    kept = _kept(place, now)
    locked = service_runs(place.database)
    service = [finding async for finding in examine_service(http, place.config, locked=locked)]
    serving = any(one.check is Check.SERVICE and one.grade is Grade.OK for one in service)
    online = [] if offline else [finding async for finding in _online(place, http, serving=serving)]
    for finding in online:
        yield finding
    if not any(one.check is Check.TEMPLATES for one in online):
        for finding in _templates(place, kept.shapes):
            yield finding
    if kept.overview is not None:
        yield _heard(kept.overview, now)
    for finding in service:
        yield finding


async def _online(place: Place, http: httpx.AsyncClient, *, serving: bool) -> AsyncIterator[Finding]:
    """What WhatsApp says, and whether the rules fit the templates that it has now."""
    account, config = account_of(place.config), place.config
    examiner = Examiner(
        http=http,
        account=account,
        clock=system_clock,
        challenge=system_token(),
        app_id=config.whatsapp.app_id,
        serving=serving,
    )
    findings = await examine(examiner)
    for finding in findings:
        yield finding
    if any(one.check in (Check.PLATFORM, Check.TOKEN) and one.grade is Grade.FAULT for one in findings):
        return
    try:
        shapes = [shape async for shape in CloudApi(http=http, account=account).templates()]
    except PlatformUnreachable as error:
        yield fault(Check.TEMPLATES, str(error), "See that the token may manage the account.")
        return
    for finding in judge_templates(config, shapes):
        yield finding


def _templates(place: Place, shapes: Sequence[TemplateShape]) -> Sequence[Finding]:
    """As the service last read them."""
    if not shapes:
        return [note(Check.TEMPLATES, "The account's templates were never read.", SYNC)]
    return list(judge_templates(place.config, shapes, known="had when they were last read"))


def _kept(place: Place, now: datetime) -> Kept:
    config = place.config
    try:
        store = open_store(place.config.store, exclusive=False)
    except StoreError:
        return Kept()  # which the look at the file has told
    try:
        number_id = config.whatsapp.number_id
        return store.read(
            lambda views: Kept(
                overview=overview(views, config.rulebook, number_id, now, None), shapes=views.templates()
            )
        ).result()
    except StoreError:
        return Kept()
    finally:
        store.close()


def _heard(seen: Overview, now: datetime) -> Finding:
    """Whether callbacks come, by what is kept of them."""
    if seen.unheard_since is not None:
        found = f"WhatsApp took messages {relative(seen.unheard_since, now)}, and no callback came since."
        return fault(Check.CALLBACKS_COME, found, HEARD)
    if seen.delivered_at is not None:
        found = f"Callbacks come: a message was delivered {relative(seen.delivered_at, now)}."
        return ok(Check.CALLBACKS_COME, found)
    return ok(Check.CALLBACKS_COME, "No message waits for a callback.")
