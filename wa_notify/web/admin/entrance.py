"""The pages before the pages: log in, log out, and the link with which everything begins."""

from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wa_notify.config.settings import AdminSettings
from wa_notify.core.access import SESSION_LASTS
from wa_notify.web.access.entering import Credentials, Entered, Entrance
from wa_notify.web.access.gate import (
    COOKIE,
    GUARDED_COOKIE,
    Gate,
    address_of,
    cookie_of,
    is_guarded,
    refuse_strangers,
)
from wa_notify.web.admin.app import Admin, flashing
from wa_notify.web.admin.forms import LARGEST_ENTRY, back_to, form_of, word
from wa_notify.web.refusals import Refused

SET = "The password is set. Log in with it and a code of your authenticator."


class EntrancePages:
    """Around `wa_notify.web.access.entering.Entrance`, in HTML."""

    def __init__(
        self, admin: Admin, entrance: Entrance, gate: Gate, settings: Callable[[], AdminSettings]
    ) -> None:
        self._admin = admin
        self._entrance = entrance
        self._gate = gate
        self._settings = settings

    def routes(self) -> list[Route]:
        """All of it."""
        return [
            Route("/admin/login", self.ask, methods=["GET"]),
            Route("/admin/login", self.log_in, methods=["POST"]),
            Route("/admin/logout", self.log_out, methods=["POST"]),
            Route("/admin/setup/{proof}", self.open_link, methods=["GET"]),
            Route("/admin/setup/{proof}", self.set_password, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """The form to log in."""
        return self._form(request, request.query_params.get("back", ""))

    async def log_in(self, request: Request) -> Response:
        """Name, password and code were sent."""
        form = FormData()
        try:
            refuse_strangers(request)
            form = await form_of(request, LARGEST_ENTRY, files=0)
            given = self._credentials(request, form)
            entered = await self._entrance.log_in(given)
        except Refused as error:
            return self._form(request, back_to(form), name=word(form, "name"), error=error)
        return with_cookie(request, RedirectResponse(back_to(form), 303), entered)

    async def log_out(self, request: Request) -> Response:
        """Not logged in any more, whatever the form carries."""
        try:
            form = await form_of(request, LARGEST_ENTRY, files=0)
            await self._gate.doer(request, word(form, "csrf"))
        except Refused:
            return RedirectResponse("/admin/", 303)
        await self._entrance.log_out(cookie_of(request))
        response = RedirectResponse("/admin/login", 303)
        response.delete_cookie(GUARDED_COOKIE if is_guarded(request) else COOKIE, path="/")
        return response

    async def open_link(self, request: Request) -> Response:
        """The form to choose a password, for whoever has the link."""
        return await self._link_form(request)

    async def set_password(self, request: Request) -> Response:
        """A password was chosen."""
        form = FormData()
        try:
            refuse_strangers(request)
            form = await form_of(request, LARGEST_ENTRY, files=0)
            if word(form, "password") != word(form, "again"):
                raise Refused("The two passwords differ.", where="again", fix="Type the same twice.")  # noqa: TRY301
            given = self._credentials(request, form)
            entered = await self._entrance.set_password(request.path_params["proof"], given)
        except Refused as error:
            return await self._link_form(request, word(form, "name"), error)
        if not entered.cookie:
            return flashing(request, RedirectResponse("/admin/login", 303), "good", SET)
        return with_cookie(request, RedirectResponse("/admin/", 303), entered)

    async def _link_form(self, request: Request, name: str = "", error: Refused | None = None) -> Response:
        try:
            link = await self._entrance.link(request.path_params["proof"])
        except Refused as gone:
            return self._admin.drawn("setup.html", request, gone.status, link=None, error=gone, name="")
        status = error.status if error else 200
        return self._admin.drawn("setup.html", request, status, link=link, error=error, name=name)

    def _form(self, request: Request, back: str, *, name: str = "", error: Refused | None = None) -> Response:
        status = error.status if error else 200
        return self._admin.drawn("login.html", request, status, back=back, name=name, error=error)

    def _credentials(self, request: Request, form: FormData) -> Credentials:
        return Credentials(
            name=word(form, "name"),
            password=word(form, "password"),
            code=word(form, "code"),
            address=address_of(request, self._settings()),
            agent=request.headers.get("user-agent", ""),
        )


def with_cookie(request: Request, response: Response, entered: Entered) -> Response:
    """The browser stays logged in. Beyond loopback the cookie travels by TLS only."""
    guarded = is_guarded(request)
    response.set_cookie(
        GUARDED_COOKIE if guarded else COOKIE,
        entered.cookie,
        max_age=int(SESSION_LASTS.total_seconds()),
        path="/",
        httponly=True,
        secure=guarded,
        samesite="strict",
    )
    return response
