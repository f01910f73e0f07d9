"""Every macro of the admin page with made-up data, some hostile, on a real server with the real policy.

``python -m tests.web.admin.gallery`` serves it on a port of loopback for whoever wants to look.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import ChoiceLoader, DictLoader, Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from wa_notify.core.reason import Reason
from wa_notify.core.timeline import Entry, EntryKind
from wa_notify.core.window import Window
from wa_notify.web.admin import charts
from wa_notify.web.admin.rendering import ASSETS, ASSETS_VERSION, POLICY, STATIC_URL, environment

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LONG = "averyveryverylongwordwithoutanyspaceatall" * 4
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</style><style>*{display:none}</style>",
    "{{7*7}} ${alert(1)} %(n)s {n}",
    "\u202eevil\u202c & &lt;b&gt; __proto__",
    LONG,
    "دیتابیس پر شده است",
    "🧯🔥👩🏽‍🚒 Feuer im Rechenzentrum ohne Ende und weiter",
)
STATES = (
    "open", "acknowledged", "resolved", "expired", "pending", "held", "sending", "uncertain", "refused",
    "cancelled", "accepted", "sent", "delivered", "read", "failed", "granted", "revoked", "lapsed", "invited",
    "none", "APPROVED", "PAUSED", "REJECTED", "ok", "warning", "broken", "SOMETHING_NEW",
)  # fmt: skip
RULES = """rules:
  - name: disk
    template: {name: ops_alrt}
    match: {severity: critical, alertname: "=~Disk.*"}
    receiver: nobody
    remind: {after: 10m, every: 15m, times: 3}"""
VIEWS = (
    ("/admin/", "Overview"), ("/admin/tickets", "Tickets"), ("/admin/recipients", "People"),
    ("/admin/outbox", "Outbox"), ("/admin/templates", "Templates"), ("/admin/rules", "Rules"),
    ("/admin/explain", "Explain"), ("/admin/silences", "Silences"), ("/admin/schedules", "Schedules"),
    ("/admin/audit", "Audit"), ("/admin/accounts", "Accounts"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who looks at the gallery."""

    name: str = "Sam"
    role: str = "admin"
    rights: frozenset[str] = frozenset({"tickets"})


@dataclass(kw_only=True)
class Gallery:
    """What the gallery shows, and what was done with it. Change it, then `tell` the topics that changed."""

    jinja: Environment = field(default_factory=environment)
    rows: list[dict[str, Any]] = field(default_factory=lambda: made_rows(12))
    seen: int = 1
    done: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    listeners: set["asyncio.Queue[list[str]]"] = field(default_factory=set)
    refuses: bool = False
    page_length: int = 40
    delay: float = 0
    live_is_down: bool = False

    def __post_init__(self) -> None:
        loader = self.jinja.loader
        assert loader is not None
        own = DictLoader({"gallery.html": (HERE / "gallery.html").read_text(encoding="utf-8")})
        self.jinja.loader = ChoiceLoader([loader, own])

    @property
    def app(self) -> Starlette:
        """The gallery as a server."""
        return Starlette(
            routes=[
                Route(f"{STATIC_URL}/{{version}}/{{name}}", self.file),
                Route("/admin/live", self.live),
                Route("/admin/do/{operation}", self.do, methods=["POST"]),
                Route("/admin/logout", self.do, methods=["POST"]),
                Route("/admin/{path:path}", self.show),
            ]
        )

    async def file(self, request: Request) -> Response:
        asset = ASSETS.get(request.path_params["name"])
        if asset is None or request.path_params["version"] != ASSETS_VERSION:
            return Response(status_code=404)
        return Response(asset.content, media_type=asset.media_type)

    async def show(self, request: Request) -> Response:
        self.asked.append(str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""))
        query = request.query_params
        await asyncio.sleep(self.delay)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        html = self.drawn(request.url.path, query.get("q", ""), int(query.get("from", "0")))
        return Response(html, media_type="text/html", headers=headers)

    def drawn(self, path: str = "/admin/gallery", q: str = "", start: int = 0) -> str:
        """The page as the server says it."""
        found = [row for row in self.rows if q.lower() in row["title"].lower()]
        end = start + self.page_length
        return self.jinja.get_template("gallery.html").render(
            **frame(path),
            **shown(),
            q=q,
            seen=self.seen,
            rows=found[start:end],
            next_url=f"{path}?q={q}&from={end}" if end < len(found) else None,
        )

    async def do(self, request: Request) -> Response:
        async with request.form() as form:
            fields = {name: str(value) for name, value in form.items()}
        heads = {name: request.headers.get(name, "") for name in ("accept", "x-csrf-token")}
        self.done.append((request.url.path, fields, heads))
        await asyncio.sleep(self.delay)
        by_script = "application/json" in heads["accept"]
        if request.path_params.get("operation") == "silence":
            return Response(self.made(), media_type="text/html", headers={"Content-Security-Policy": POLICY})
        if self.refuses:
            complaints = [
                {"where": "name", "what": "This name is taken.", "fix": "Take another one."},
                {"where": "elsewhere", "what": HOSTILE[0], "fix": ""},
            ]
            problem = {"title": "It was refused", "detail": "Two things are wrong.", "complaints": complaints}
            return JSONResponse(problem, status_code=422, media_type="application/problem+json")
        if by_script:
            return JSONResponse({"message": "It is done.", "location": fields.get("back", "")})
        return RedirectResponse(fields.get("back", "/admin/"), 303)

    def made(self) -> str:
        """A page that a deed answers with, such as a key that is shown once."""
        source = '{% extends "base.html" %}{% block title %}{{ _("Made") }}{% endblock %}'
        return self.jinja.from_string(source).render(**frame("/admin/made"))

    async def live(self, request: Request) -> Response:
        if self.live_is_down:
            return Response(status_code=503)
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        queue: asyncio.Queue[list[str]] = asyncio.Queue()
        self.listeners.add(queue)
        try:
            yield "retry: 200\n\n"
            while not self.live_is_down:
                try:
                    topics = await asyncio.wait_for(queue.get(), 0.1)
                except TimeoutError:
                    continue
                yield f"event: changed\ndata: {json.dumps(topics)}\n\n"
        finally:
            self.listeners.discard(queue)

    def tell(self, *topics: str) -> None:
        """Something has changed."""
        for queue in self.listeners:
            queue.put_nowait(list(topics))


def frame(path: str) -> dict[str, Any]:
    """What every view is given."""
    nav = [
        {"url": url, "label": label, "current": url == path, "count": 4 if label == "Tickets" else None,
         "grave": label == "Tickets"}
        for url, label in VIEWS
    ]  # fmt: skip
    flashes = [{"kind": "good", "text": "Ada was invited."}, {"kind": "bad", "text": HOSTILE[1]}]
    return {
        "now": NOW, "zone": "Europe/Berlin", "csrf": "mark-of-the-form", "caller": Account(), "nav": nav,
        "flashes": flashes, "version": "0.1.0", "here": path,
    }  # fmt: skip


def shown() -> dict[str, Any]:
    """Everything that stays the same."""
    return {
        "ago": NOW - 2 * MINUTE,
        "soon": NOW + 12 * MINUTE,
        "amount": Decimal("3.42"),
        "hostile": " ".join(HOSTILE),
        "words": STATES,
        "rules": RULES,
        "troubles": made_troubles(),
        "windows": made_windows(),
        "entries": made_entries(),
        "messages": made_messages(),
        "charted": made_charts(),
        "fingerprint": "a" * 120,
        "shape": {
            "header": "Alert",
            "body": "*{{1}}* at {{2}}\nAnswer to take it.",
            "footer": "Reply STOP to end",
            "buttons": [{"kind": "QUICK_REPLY", "text": "Acknowledge"}, {"kind": "URL", "text": "Open"}],
        },
    }


def made_rows(count: int) -> list[dict[str, Any]]:
    titles = [
        "Freezer in the cellar is warm",
        "db-7: disk 96 % full",
        "Front door has been open for an hour",
        *HOSTILE,
    ]
    states = ["open", "open", "acknowledged", "resolved"]
    return [
        {
            "id": 100 - place,
            "title": titles[place % len(titles)],
            "state": states[place % 4],
            "severity": ["warning", "critical", "info", ""][place % 4],
            "owner": ["", "Ada Okafor", HOSTILE[0]][place % 3],
            "at": NOW - place * 37 * MINUTE,
        }
        for place in range(count)
    ]


def made_troubles() -> list[dict[str, Any]]:
    return [
        {
            "kind": "A template does not leave", "name": "template ops_reminder in en", "grave": False,
            "what": "WhatsApp has paused the template, since people do not like it.",
            "advice": "Send it less often, or write it more clearly.",
            "note": "Began 2 h 10 min ago. Ends in 50 min.",
        },
        {"kind": "Nothing leaves", "what": HOSTILE[2], "grave": True},
    ]  # fmt: skip


def made_windows() -> list[Window | None]:
    return [
        Window(last_inbound_at=NOW - HOUR * 5),
        Window(last_inbound_at=NOW - timedelta(hours=23, minutes=40)),
        Window(last_inbound_at=NOW - HOUR * 27, asked_at=NOW - HOUR),
        None,
    ]


def made_entries() -> list[Any]:
    def entry(
        at: timedelta, kind: EntryKind, text: str, actor: str = "wa_notify", reason: Reason | None = None
    ) -> Any:
        return Entry(ticket_id=41, at=NOW - at, kind=kind, text=text, actor=actor, reason=reason)

    full = {
        "at": NOW - 17 * MINUTE, "kind": "sent", "actor": "wa_notify", "key": "full",
        "text": "The first message to erin leaves as template ops_alert (en).",
        "reason": Reason.WINDOW_CLOSED,
        "not_taken": "free-form text, as WhatsApp takes it only for 24 hours after the person wrote.",
        "facts": [("Attempts", 1), ("Message ID", LONG)], "message": made_messages()[0],
    }  # fmt: skip
    return [
        entry(
            26 * HOUR, EntryKind.OPENED, "db-7: disk 96 % full fires. Rule disks tells oncall.", "prometheus"
        ),
        full,
        entry(
            17 * MINUTE, EntryKind.REFUSED, "The first message to bob is refused.", reason=Reason.NO_CONSENT
        ),
        entry(16 * MINUTE, EntryKind.STATUS, "The first message to ada is delivered.", "WhatsApp"),
        entry(11 * MINUTE, EntryKind.REMINDED, "Reminder 1 goes to ada and erin.", reason=Reason.NO_ANSWER),
        entry(
            9 * MINUTE,
            EntryKind.COMMENTED,
            "\n".join(f"{n}. {HOSTILE[n % len(HOSTILE)]}" for n in range(40)),
            "ada",
        ),
        entry(8 * MINUTE, EntryKind.COMMENTED, HOSTILE[7], HOSTILE[0]),
        entry(2 * MINUTE, EntryKind.HELD, LONG),
    ]


def made_messages() -> list[dict[str, Any]]:
    alert = "*Disk 96 % full*\nIt will be full in about _40 minutes_.\n\n- /\n- /var\n> since 08:41"
    link = {"kind": "URL", "text": "Open https://grafana.example"}
    return [
        {
            "header": "db-7 is in trouble",
            "body": alert,
            "footer": "Reply STOP to end",
            "at": NOW - 17 * MINUTE,
            "status": "read",
            "buttons": [{"kind": "QUICK_REPLY", "text": "Acknowledge"}, link],
        },
        {
            "direction": "in",
            "body": "ack, looking https://wiki.example/disk",
            "at": NOW - 16 * MINUTE,
            "quoted": "db-7 is in trouble",
        },
        {"header_kind": "IMAGE", "body": "`graph.png`", "at": NOW - 15 * MINUTE, "status": "delivered"},
        {
            "body": HOSTILE[0] + LONG,
            "at": NOW,
            "status": "failed",
            "failure": "WhatsApp cannot reach this person.",
            "code": 131026,
        },
        {"body": HOSTILE[7], "status": "accepted", "at": NOW},
    ]


def made_charts() -> list[Any]:
    days = [(f"{n} Nov", float((n * 37) % 23) if n != 9 else None) for n in range(1, 24)]
    reasons = [("window_open", 412), ("window_closed", 96), (LONG, 3), ("refused", 0)]
    latency = [(0.5, 3), (1, 41), (2, 112), (5, 63), (10, 17), (30, 4), (float("inf"), 1)]
    return [
        ("Messages", charts.line(days, title="Messages a day"), _table(days)),
        ("One day", charts.line(days[:1], title="Messages a day", colour="green"), _table(days[:1])),
        (
            "By reason",
            charts.bars(reasons, title="Messages by reason", colours=("green", "", "amber")),
            _table(reasons),
        ),
        (
            "Delivery",
            charts.histogram(
                latency, 1.6, 8.2, title="Seconds until delivery", tell=lambda value: f"{value:g} s"
            ),
            _table([(f"up to {bound:g} s", count) for bound, count in latency]),
        ),
        ("Nothing", charts.line([], title="Messages a day", description="None were sent."), _table([])),
        ("Small", charts.sparkline([3, 5, 2, 8, 13, 4, 7], title="Messages of the week"), _table([])),
    ]


def _table(items: Any) -> dict[str, Any]:
    return {
        "head": ["Name", "Number"],
        "rows": [[name, "" if value is None else value] for name, value in items],
    }


async def _serve() -> None:
    gallery = Gallery()
    await uvicorn.Server(uvicorn.Config(gallery.app, port=8765, log_level="warning", ws="none")).serve()


if __name__ == "__main__":
    asyncio.run(_serve())
