"""The admin page: routes for its pages, its forms and its files.

Everything is drawn on the server and works without script; the script makes it live. Who is not logged in is
led to the log-in; who may not do something is told so in the page's own words.
"""

import json
from collections.abc import Iterable, Mapping
from http.cookies import CookieError
from typing import Any
from urllib.parse import quote, unquote, urlencode

import segno
from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from wa_notify.core.errors import BadInput, Complaint, WaNotifyError
from wa_notify.web.access.gate import FORM_HEADER, Gate, Visitor, is_guarded, refuse_forged
from wa_notify.web.admin.forms import back_to, form_of, request_of, word
from wa_notify.web.admin.live import Live
from wa_notify.web.admin.navigation import nav
from wa_notify.web.admin.rendering import ASSETS, ASSETS_VERSION, POLICY, STATIC_URL, environment
from wa_notify.web.admin.visit import Page, Visit
from wa_notify.web.api.problems import problem, refusal_of
from wa_notify.web.operations.office import Office
from wa_notify.web.operations.operation import Operation
from wa_notify.web.operations.performing import Done, allow, perform
from wa_notify.web.refusals import NotAllowed, NotLoggedIn, NotThere
from wa_notify.web.request import routed

FLASH = "wa_notify_flash"  # what happened, told on the next page
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DONE = "Done."


class Admin:
    """The pages and forms around one table of operations."""

    def __init__(
        self,
        office: Office,
        gate: Gate,
        live: Live,
        pages: Iterable[Page],
        results: Mapping[str, str],
    ) -> None:
        """``results`` names the template that shows what an operation answered, for those that need one."""
        self._office = office
        self._gate = gate
        self._live = live
        self._pages = tuple(pages)
        self._results = results
        self.jinja: Environment = environment()
        self.jinja.filters["qr"] = qr

    def routes(self, operations: Iterable[Operation]) -> list[Route]:
        """All of it; forms may ask whatever takes a body."""
        doing = {one.name: one for one in operations if one.takes_body}

        async def do(request: Request) -> Response:
            return await self.do(request, doing.get(request.path_params["operation"]))

        return [
            Route("/admin/live", self.listen, methods=["GET"]),
            Route(f"{STATIC_URL}/{{version}}/{{name}}", self.file, methods=["GET"]),
            Route("/admin/do/{operation}", do, methods=["POST"]),
            Route("/admin", lambda _: RedirectResponse("/admin/", 308), methods=["GET"]),
            *(Route(f"/admin{routed(one.path)}", self._shown(one), methods=["GET"]) for one in self._pages),
        ]

    async def file(self, request: Request) -> Response:
        """A style sheet, a script or a picture of the page."""
        asset = ASSETS.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        fresh = request.path_params["version"] == ASSETS_VERSION
        cache = "public, max-age=31536000, immutable" if fresh else "no-cache"
        headers = {"Cache-Control": cache, "X-Content-Type-Options": "nosniff", "ETag": f'"{asset.etag}"'}
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    def _shown(self, page: Page) -> Any:
        async def endpoint(request: Request) -> Response:
            try:
                visitor = await self._gate.visitor(request)
            except NotLoggedIn:
                return to_log_in(request)
            except WaNotifyError as error:
                return self._refused(request, None, error)
            try:
                return await self._show(page, request, visitor)
            except WaNotifyError as error:
                return self._refused(request, visitor, error)

        return endpoint

    async def _show(self, page: Page, request: Request, visitor: Visitor) -> Response:
        if not visitor.caller.may(page.right):
            what = f"{visitor.caller.name} may not see this page."
            raise NotAllowed(what, fix=f"It takes the right '{page.right}'.")
        visit = Visit(office=self._office, visitor=visitor, http=request, now=self._office.clock())
        told = self._live.told  # before anything is looked at: what comes later is drawn anew
        shown = {"told": told, **await page.show(visit)}
        drawn = self._drawn(page.template, request, visitor, page.section, shown)
        if word_of_flash(request):
            drawn.delete_cookie(FLASH, path="/admin")
        return drawn

    async def listen(self, request: Request) -> Response:
        """What changes, for a page that is open."""
        try:
            visitor = await self._gate.visitor(request)
        except WaNotifyError as error:
            return problem(error)
        return await self._live.answer(request, visitor.caller.name, lambda: self._gate.still_knows(visitor))

    async def do(self, request: Request, operation: Operation | None) -> Response:
        """A form was sent."""
        form, visitor = FormData(), None
        try:
            visitor = await self._gate.visitor(request)  # before anything is read that a stranger sends
            form = await form_of(request)
            refuse_forged(request, visitor, request.headers.get(FORM_HEADER, "") or word(form, "csrf"))
            if operation is None:
                raise NotThere("There is nothing of that name to do.", where="path")
            allow(operation, visitor.caller)
            done = await perform(operation, self._office, visitor.caller, await request_of(operation, form))
        except NotLoggedIn as error:
            return problem(error) if wants_json(request) else to_log_in(request)
        except WaNotifyError as error:
            if wants_json(request):
                return problem(error)
            return self._refused(request, visitor, error, back_to(form))
        finally:
            await form.close()
        return self._told(operation, request, visitor, done, back_to(form))

    def _told(
        self, operation: Operation, request: Request, visitor: Visitor, done: Done, back: str
    ) -> Response:
        if done.response is not None:
            return done.response
        template = self._results.get(operation.name)
        if template:
            return self._drawn(template, request, visitor, "", {"result": done.value, "back": back})
        said = str(getattr(done.value, "text", "") or DONE)
        if wants_json(request):
            return JSONResponse({"message": said, "location": back})
        return flashing(request, RedirectResponse(back, 303), "good", said)

    def _drawn(
        self,
        template: str,
        request: Request,
        visitor: Visitor | None,
        section: str,
        shown: Mapping[str, Any],
        status: int = 200,
    ) -> HTMLResponse:
        caller = visitor.caller if visitor else None
        drawn = self.jinja.get_template(template).render(
            now=self._office.clock(),
            zone=self._office.engine.book.time_zone,
            csrf=visitor.form if visitor else "",
            caller=caller,
            nav=nav(caller, section) if caller else [],
            flashes=word_of_flash(request),
            version=self._office.version,
            origin=self._origin(request),
            here=f"{request.url.path}{'?' if request.url.query else ''}{request.url.query}",
            **shown,
        )
        return HTMLResponse(drawn, status, HEADERS)

    def _origin(self, request: Request) -> str:
        """How browsers call us, for links that are handed on."""
        scheme = "https" if is_guarded(request) else request.url.scheme  # nobody logs in there without
        return self._office.standing.config.admin.url or f"{scheme}://{request.url.netloc}"

    def drawn(self, template: str, request: Request, status: int = 200, **shown: Any) -> Response:
        """A page for somebody who is not logged in."""
        return self._drawn(template, request, None, "", shown, status)

    def _refused(
        self, request: Request, visitor: Visitor | None, error: WaNotifyError, back: str = ""
    ) -> Response:
        refused = refusal_of(error)
        complaints = (
            error.complaints if isinstance(error, BadInput) else (Complaint(where="", what=str(error)),)
        )
        shown = {"status": refused.status, "complaints": complaints, "back": back}
        return self._drawn("refused.html", request, visitor, "", shown, refused.status)


def qr(text: str) -> str:
    """A QR code as the address of a picture."""
    code: str = segno.make(text, error="m").svg_data_uri(scale=4, border=4, light="white")
    return code


def wants_json(request: Request) -> bool:
    """Whether the page's script asks, rather than the browser itself."""
    return "application/json" in request.headers.get("accept", "")


def to_log_in(request: Request) -> Response:
    """To the log-in, and from there back to where somebody wanted to go."""
    wanted = request.url.path if request.method == "GET" else "/admin/"
    query = f"?{request.url.query}" if request.method == "GET" and request.url.query else ""
    return RedirectResponse(f"/admin/login?{urlencode({'back': wanted + query})}", 303)


def flashing(request: Request, response: Response, kind: str, text: str) -> Response:
    """What happened is told on the next page."""
    response.set_cookie(
        FLASH,
        quote(json.dumps([kind, text[:500]])),
        max_age=60,
        path="/admin",
        httponly=True,
        secure=is_guarded(request),
        samesite="strict",
    )
    return response


def word_of_flash(request: Request) -> list[dict[str, str]]:
    """What the page before left to be told. It may be anybody's text, so it is only ever shown as text."""
    try:
        kind, text = json.loads(unquote(request.cookies.get(FLASH, "")))
    except (ValueError, TypeError, CookieError, RecursionError):
        return []
    known = kind if kind in ("good", "warn", "bad") else "good"
    return [{"kind": known, "text": text}] if isinstance(text, str) else []
