"""The desk's doors put together: the API for programs, the page for people, one table behind both."""

from datetime import timedelta

from starlette.routing import Route

from wa_notify.core.access import SESSION_IDLE, SESSION_LASTS
from wa_notify.core.guessing import FORGOTTEN_AFTER
from wa_notify.engine import Engine
from wa_notify.ports import Clock, Transaction
from wa_notify.web.access.entering import Entrance
from wa_notify.web.access.gate import Gate
from wa_notify.web.admin.app import Admin
from wa_notify.web.admin.entrance import EntrancePages
from wa_notify.web.admin.live import RULES, TEMPLATES, Live
from wa_notify.web.admin.pages import PAGES, RESULTS
from wa_notify.web.api import door
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.performing import REMEMBERED_FOR
from wa_notify.web.operations.table import OPERATIONS

FORGOTTEN_AT_ONCE = 500  # lines of the audit trail, in one transaction


def desk_routes(office: Office, live: Live) -> list[Route]:
    """All routes below ``/api/v1`` and ``/admin``."""
    office.standing.on_change = lambda: live.stir(RULES, TEMPLATES)
    gate = Gate(office.engine, office.clock, lambda: office.standing.config.admin)
    admin = Admin(office, gate, live, PAGES, RESULTS)
    entrance = Entrance(office.engine, office.clock)
    pages = EntrancePages(admin, entrance, gate, lambda: office.standing.config.admin)
    return [*pages.routes(), *admin.routes(OPERATIONS), *door.routes(OPERATIONS, office, gate)]


async def tidy(engine: Engine, clock: Clock, audit_kept: timedelta | None) -> None:
    """Forget sessions that are over, failures and answers of long ago, and the audit trail beyond its age.

    Raises `StoreError`; what was forgotten by then stays so.
    """
    now = clock()

    def forget(tx: Transaction) -> int:
        tx.forget_sessions(now - SESSION_IDLE, now - SESSION_LASTS)
        tx.forget_old_guesses(now - FORGOTTEN_AFTER)
        tx.forget_remembered(now - REMEMBERED_FOR)
        return tx.forget_audit(now - audit_kept, FORGOTTEN_AT_ONCE) if audit_kept else 0

    while await engine.desk.transact(forget) == FORGOTTEN_AT_ONCE:
        pass
