"""Who a request comes from. Nobody is let in for where they are, only for what they bring.

The one exception is a proxy that the configuration names by its address: whom it vouches for is believed.
"""

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from starlette.requests import Request

from wa_notify.config.settings import AdminSettings
from wa_notify.core.access import RIGHTS, SEEN_EVERY, ApiKey, Caller, Session, Via
from wa_notify.engine import Engine
from wa_notify.ports import Clock, Transaction, Views
from wa_notify.web.access.proofs import digest_of, form_token, is_form_token, new_proof
from wa_notify.web.refusals import NotAllowed, NotLoggedIn

COOKIE = "wa_notify_session"
GUARDED_COOKIE = f"__Host-{COOKIE}"  # browsers take it from the right host by TLS only
FORM_HEADER = "x-csrf-token"
LOG_IN = "Log in at /admin/, or send 'Authorization: Bearer KEY' with a key of the API."
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))
ONE_HOUSE = 64  # bits of an IPv6 address; whoever has one has all that begin like it


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A caller, and the cookie they came with; empty for programs and behind a proxy.

    ``seal`` is a secret from which the token of their forms is made; programs have no forms.
    """

    caller: Caller
    cookie: str = ""
    seal: str = ""

    @property
    def form(self) -> str:
        """What their forms have to carry."""
        return form_token(self.seal) if self.seal else ""


class Gate:
    """Knows people and programs by what they bring."""

    def __init__(self, engine: Engine, clock: Clock, settings: Callable[[], AdminSettings]) -> None:
        self._engine = engine
        self._clock = clock
        self._settings = settings
        self._secret = new_proof()  # until the next start; behind a proxy there is no cookie of ours

    async def visitor(self, request: Request) -> Visitor:
        """Whoever asks. Raises `NotLoggedIn`, `StoreError`."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return Visitor(caller=await self._program(key.strip()))
        cookie = cookie_of(request)
        if cookie and (caller := await self._person(cookie)):
            return Visitor(caller=caller, cookie=cookie, seal=cookie)
        if caller := self._vouched(request):
            return Visitor(caller=caller, seal=f"{self._secret} {caller.name}")
        if cookie:
            raise NotLoggedIn("You are not logged in any more.", where="cookie", fix="Log in again.")
        raise NotLoggedIn("Nobody is logged in.", where="header Authorization", fix=LOG_IN)

    async def doer(self, request: Request, form: str) -> Visitor:
        """Whoever wants to change something; a browser proves that the page it comes from is ours.

        Raises `NotLoggedIn`, `NotAllowed`, `StoreError`.
        """
        visitor = await self.visitor(request)
        refuse_forged(request, visitor, form)
        return visitor

    async def still_knows(self, visitor: Visitor) -> bool:
        """Whether whoever came in is still welcome; it is no sign of life. Raises `StoreError`."""
        now, proof = self._clock(), visitor.caller.proof
        if visitor.caller.via is Via.SESSION:
            _, caller = await self._engine.desk.look(lambda views: _logged_in(views, proof, now))
            return caller is not None
        if visitor.caller.via is Via.KEY:
            key = await self._engine.desk.look(lambda views: views.api_key(proof))
            return key is not None and key.works(now)
        return True  # the proxy closes what it vouched for

    async def _person(self, cookie: str) -> Caller | None:
        now, digest = self._clock(), digest_of(cookie)
        session, caller = await self._engine.desk.look(lambda views: _logged_in(views, digest, now))
        if session is None or caller is None:
            return None
        if now - session.seen_at >= SEEN_EVERY:
            await self._engine.desk.transact(lambda tx: _seen(tx, digest, now))
        return caller

    async def _program(self, given: str) -> Caller:
        now, digest = self._clock(), digest_of(given)
        key = await self._engine.desk.look(lambda views: views.api_key(digest))
        if key is None or not key.works(now):
            what = "This key is not known." if key is None else "This key does not work any more."
            raise NotLoggedIn(what, where="header Authorization", fix=LOG_IN)
        if key.used_at is None or now - key.used_at >= SEEN_EVERY:
            await self._engine.desk.transact(lambda tx: _used(tx, digest, now))
        return program(key)

    def _vouched(self, request: Request) -> Caller | None:
        proxy = self._settings().proxy
        names = [one.strip() for one in request.headers.getlist(proxy.header)] if proxy else []
        if proxy is None or not any(names) or not _is_from(request, proxy.networks):
            return None
        if len(names) > 1:
            fix = "The proxy has to replace what browsers send in this header."
            raise NotLoggedIn("Two names were handed on.", where=proxy.header, fix=fix)
        name = names[0]
        role = proxy.roles.get(name, proxy.others)
        if role is None:
            raise NotLoggedIn(
                f"{name} has no role here.", where=proxy.header, fix="Name it in admin.proxy.roles."
            )
        return Caller(name=name, role=role, rights=RIGHTS[role], via=Via.PROXY)


def program(key: ApiKey) -> Caller:
    """A program, known by its key."""
    return Caller(name=f"{key.name} (key)", rights=frozenset(key.rights), via=Via.KEY, proof=key.digest)


def cookie_of(request: Request) -> str:
    """What proves the session. Beyond loopback only the guarded cookie counts."""
    return request.cookies.get(GUARDED_COOKIE if is_guarded(request) else COOKIE, "")


def is_guarded(request: Request) -> bool:
    """Whether browsers reach us from elsewhere, so that the cookie has to be `Secure`."""
    host = request.url.hostname or ""
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost" and not host.endswith(".localhost")


def refuse_forged(request: Request, visitor: Visitor, form: str) -> None:
    """What a browser sends without a page of ours; programs need none. Raises `NotAllowed`."""
    if visitor.caller.via is Via.KEY:
        return
    refuse_strangers(request)
    if not is_form_token(visitor.seal, form):
        fix = "Load the page again and repeat what you did."
        raise NotAllowed("This form is not from the page that you are logged in to.", where="csrf", fix=fix)


def refuse_strangers(request: Request) -> None:
    """A form that another site makes a browser send. Raises `NotAllowed`."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host")
    if foreign or site not in ("same-origin", "none"):
        fix = "Use the page itself. A proxy in between has to hand on the header Host as it is."
        raise NotAllowed("Another site sent this.", where="header Origin", fix=fix)


def address_of(request: Request, settings: AdminSettings) -> str:
    """From where somebody tries to log in. A proxy on this machine, or one that is named, says it for them.

    Each proxy adds whom it heard, so the last that is none of them counts. One house counts as one.
    """
    direct = request.client.host if request.client else ""
    networks = (*LOOPBACK, *(settings.proxy.networks if settings.proxy else ()))
    heard = [one.strip() for one in ",".join(request.headers.getlist("x-forwarded-for")).split(",")]
    for address in (direct, *reversed(heard)):
        known = _address(address)
        if known is None:
            break
        direct = str(known)
        if not _is_in(known, networks):
            break
    known = _address(direct)
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, ONE_HOUSE), strict=False))
    return direct


def _is_from(request: Request, networks: Sequence[Network]) -> bool:
    address = _address(request.client.host if request.client else "")
    return address is not None and _is_in(address, networks)


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> Address | None:
    """An IPv4 address stays one in the dress of IPv6, in which sockets for both show it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _logged_in(views: Views, digest: str, now: datetime) -> tuple[Session | None, Caller | None]:
    session = views.session(digest)
    if session is None or session.is_over(now):
        return None, None
    account = views.account(session.account)
    if account is None:
        return session, None
    rights = RIGHTS[account.role]
    return session, Caller(name=account.name, role=account.role, rights=rights, via=Via.SESSION, proof=digest)


def _used(tx: Transaction, digest: str, now: datetime) -> None:
    key = tx.api_key(digest)
    if key:  # as it is now: it may have been revoked meanwhile
        tx.save_api_key(replace(key, used_at=now))


def _seen(tx: Transaction, digest: str, now: datetime) -> None:
    session = tx.session(digest)
    if session:  # it may have been ended meanwhile
        tx.save_session(replace(session, seen_at=now))
