"""Fetching files by links that come with alerts: somebody else chose the address, so it is guarded.

A link may try to make us knock where only we can: at this machine, a router, a cloud's metadata. So a name is
resolved once, each of its addresses is judged, and the connection goes to a judged address; the name serves
for the certificate and the Host header alone. A redirect is a new address and judged anew. Addresses of no
public network are refused unless the configuration allows them (``media.allow``), those of metadata always.

Compressed answers are refused, since pictures gain nothing by it and bombs do. Credentials in a link go to
its own host and nowhere else. No text that leaves here holds more of a link than its host.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urljoin

import httpx

from wa_notify.core.errors import MediaRefused
from wa_notify.core.media import spoken_size
from wa_notify.ports import Fetched

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]

MOST_REDIRECTS = 3
TIME_LIMIT = 15.0  # seconds for all of it
STEP_LIMIT = 5.0  # seconds for each step: connecting, each piece of the answer
RESOLVING = 3.0  # seconds
SCHEMES = ("http", "https")
HIGHEST_PORT = 65_535
REDIRECTS = (301, 302, 303, 307, 308)
AS_THEY_ARE = ("", "identity")  # encodings that are none
# Where clouds tell secrets to their machines: most of them (v4 and v6), Amazon's containers, Google (v6),
# Alibaba, Oracle, Azure's wire server.
METADATA = frozenset(
    ipaddress.ip_address(one)
    for one in (
        *("169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"),
        *("fd20:ce::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    )
)
# IPv6 that carries an IPv4 address within: its prefix, and at which bit the address begins.
CARRIERS = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 96),  # mapped
    (ipaddress.IPv6Network("::/96"), 96),  # compatible
    (ipaddress.IPv6Network("64:ff9b::/96"), 96),  # NAT64
    (ipaddress.IPv6Network("2002::/16"), 16),  # 6to4
)
TEREDO = ipaddress.IPv6Network("2001::/32")
NEAR_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".home.arpa", ".intranet", ".corp")


async def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a name, as this machine knows them. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_permitted(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Whether we may connect to it: an address of the internet, or of a network that is allowed by name."""
    inner = _carried(address)
    if inner is not None:
        return is_permitted(inner, allowed)
    if address in METADATA:
        return False
    return is_public(address) or any(address in network for network in allowed)


def is_public(address: Address) -> bool:
    """Whether everybody on the internet could reach it."""
    inner = _carried(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, ipaddress.IPv6Address) and (address in TEREDO or address.is_site_local):
        return False
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    return address.is_global and not odd and address not in METADATA


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    if not isinstance(address, ipaddress.IPv6Address) or int(address) < 2:  # :: and ::1 are what they are
        return None
    for network, start in CARRIERS:
        if address in network:
            return ipaddress.IPv4Address(int(address) >> (96 - start) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A link taken apart, with the addresses behind its name."""

    url: httpx.URL
    host: str
    addresses: tuple[Address, ...]


class GuardedFetcher:
    """Fetches files over an HTTP client of its own; it implements the port `wa_notify.ports.Fetcher`.

    ``allow`` names private networks from which files may come. ``resolver`` finds the addresses of a name.
    ``tls`` is how certificates are checked, where making a context for each file would hold up a loop.
    """

    def __init__(
        self,
        *,
        allow: Sequence[Network] = (),
        resolver: Resolver = resolve,
        time_limit: float = TIME_LIMIT,
        transport: httpx.AsyncBaseTransport | None = None,
        tls: ssl.SSLContext | bool = True,
    ) -> None:
        self._tls = tls
        self._allow = tuple(allow)
        self._resolver = resolver
        self._time_limit = time_limit
        self._transport = transport

    async def is_public(self, link: str) -> bool:
        """Whether WhatsApp could fetch it by itself, as far as its name and addresses tell.

        What only we cannot resolve may still be known to others, unless its name is one of a home or an
        office. A link with a password is nobody else's business.
        """
        try:
            url = _parsed(link)
            addresses = await self._addresses(url)
        except MediaRefused:
            return False
        if url.scheme != "https" or url.userinfo:
            return False
        near = "." not in url.host or url.host.endswith(NEAR_NAMES)
        return all(map(is_public, addresses)) if addresses else not near

    async def fetch(self, link: str, most: int) -> Fetched:
        """The file behind a link, of at most so many bytes. Raises `MediaRefused` with the reason."""
        try:
            async with asyncio.timeout(self._time_limit):
                return await self._follow(_parsed(link), most)
        except TimeoutError:
            raise MediaRefused(
                f"It was not there within {self._time_limit:g} seconds ({_host(link)})."
            ) from None
        except MediaRefused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a link, a name or a line does, the alert goes out
            raise MediaRefused(f"{_host(link)} gave no answer ({type(error).__name__}).") from None

    async def _follow(self, url: httpx.URL, most: int) -> Fetched:
        limits = httpx.Limits(max_keepalive_connections=0)
        transport = self._transport or httpx.AsyncHTTPTransport(
            verify=self._tls, limits=limits, trust_env=False
        )
        async with transport:
            for _ in range(MOST_REDIRECTS + 1):
                place = await self._judged(url)
                request = _request(place)
                response = await transport.handle_async_request(request)
                try:
                    if response.status_code not in REDIRECTS:
                        return await _read(response, place, most)
                    url = _next(url, response.headers.get("location", ""))
                finally:
                    await response.aclose()
        raise MediaRefused(f"{url.host} redirects more than {MOST_REDIRECTS} times.")

    async def _judged(self, url: httpx.URL) -> Place:
        """The addresses behind a link that we may connect to. Raises `MediaRefused` when there are none."""
        addresses = await self._addresses(url)
        if not addresses:
            raise MediaRefused(f"Nobody knows the host {url.host}.")
        permitted = tuple(address for address in addresses if is_permitted(address, self._allow))
        if not permitted:
            raise MediaRefused(f"{url.host} is no public address, and media.allow does not name its network.")
        return Place(url=url, host=url.host, addresses=permitted)

    async def _addresses(self, url: httpx.URL) -> tuple[Address, ...]:
        literal = _literal(url.host)
        if literal is not None:
            return (literal,)
        try:
            async with asyncio.timeout(RESOLVING):
                found = await self._resolver(url.raw_host.decode("ascii"), url.port or _port(url))
        except (OSError, ValueError, OverflowError):  # TimeoutError is an OSError
            return ()
        return tuple(address for address in map(_literal, found) if address is not None)


def _parsed(link: str) -> httpx.URL:
    try:
        url = httpx.URL(link)
        host, port = url.host, url.port or 0
    except (httpx.InvalidURL, ValueError):  # which says what is wrong with a name only when it is asked for
        raise MediaRefused("The link cannot be read.") from None
    if port > HIGHEST_PORT:
        raise MediaRefused("The link names a port that cannot be.")
    if url.scheme not in SCHEMES or not host:
        raise MediaRefused("The link is none of http or https.")
    return url


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _port(url: httpx.URL) -> int:
    return 443 if url.scheme == "https" else 80


def _request(place: Place) -> httpx.Request:
    """A request to the judged address; the name goes into the Host header and the certificate's check."""
    address = place.addresses[0]
    timeout = httpx.Timeout(STEP_LIMIT).as_dict()
    url = place.url.copy_with(host=str(address), fragment=None, userinfo=b"")
    headers = {"Host": place.url.netloc.decode("ascii").rpartition("@")[2], "Accept-Encoding": "identity"}
    request = httpx.Request(
        "GET",
        url,
        headers={**headers, "Accept": "*/*", "User-Agent": "wa_notify"},
        extensions={"timeout": timeout, "sni_hostname": place.host},
    )
    if place.url.userinfo:
        auth = httpx.BasicAuth(place.url.username, place.url.password)
        request = next(auth.auth_flow(request))
    return request


def _next(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Credentials stay behind."""
    if not location:
        raise MediaRefused(f"{url.host} redirects nowhere.")
    bare = url.copy_with(userinfo=b"")
    try:
        joined = urljoin(str(bare), location)
    except ValueError:
        raise MediaRefused(f"{url.host} redirects to what is no link.") from None
    target = _parsed(joined).copy_with(userinfo=b"")
    if url.scheme == "https" and target.scheme != "https":
        raise MediaRefused(f"{url.host} redirects from https to http.")
    return target


async def _read(response: httpx.Response, place: Place, most: int) -> Fetched:
    """The body, as long as it is one and not too long."""
    if not response.is_success:
        raise MediaRefused(f"{place.host} answered {response.status_code}.")
    if response.headers.get("content-encoding", "").strip().lower() not in AS_THEY_ARE:
        raise MediaRefused(f"{place.host} sent it compressed, which was not asked for.")
    announced = response.headers.get("content-length", "")
    too_large = f"It is larger than {spoken_size(most)} ({place.host})."
    if announced.isascii() and announced.isdecimal() and len(announced) < 20 and int(announced) > most:
        raise MediaRefused(too_large)
    pieces, size = [], 0
    async for piece in response.aiter_raw():
        size += len(piece)
        if size > most:
            raise MediaRefused(too_large)
        pieces.append(piece)
    return Fetched(content=b"".join(pieces), declared=response.headers.get("content-type", ""))


def _host(link: str) -> str:
    try:
        return httpx.URL(link).host
    except (httpx.InvalidURL, ValueError):
        return "the link"
