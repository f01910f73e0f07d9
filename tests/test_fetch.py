"""The guarded fetch: real servers on the loopback interface, and name servers that lie."""

import asyncio
import gzip
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wa_notify.core.errors import MediaRefused
from wa_notify.fetch import GuardedFetcher, is_permitted, is_public

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
MOST = 1000
BODY = b"\x89PNG\r\n\x1a\n" + bytes(40)

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Server:
    """Answers each request with the script, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.script: Script = gives(BODY)
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def link(self, path: str = "/a.png", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
            await self.script(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def gives(body: bytes, status: str = "200 OK", **headers: str) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return script


def redirects(*targets: str) -> Script:
    """To each of these in turn, then the body."""
    left = list(targets)

    async def script(writer: asyncio.StreamWriter) -> None:
        answer = gives(b"", "302 Found", Location=left.pop(0)) if left else gives(BODY)
        await answer(writer)

    return script


def never_ends(pause: float) -> Script:
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(b"x" * 100)
            await writer.drain()
            await asyncio.sleep(pause)

    return script


def names(*answers: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    """A name server that gives another answer each time, and the last one from then on."""
    left = list(answers)

    async def resolver(host: str, port: int) -> Sequence[str]:
        if not left:
            raise OSError("no such name")
        return [left.pop(0) if len(left) > 1 else left[0]]

    return resolver


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    one = Server()
    await one.open()
    yield one
    await one.close()


async def refusal(fetcher: GuardedFetcher, link: str) -> str:
    with pytest.raises(MediaRefused) as refused:
        await fetcher.fetch(link, MOST)
    return str(refused.value)


async def test_a_file_of_an_allowed_network_is_fetched(server: Server) -> None:
    server.script = gives(BODY, Content_Type="image/png")
    fetched = await GuardedFetcher(allow=LOOPBACK).fetch(server.link(), MOST)
    assert (fetched.content, fetched.declared) == (BODY, "image/png")
    assert "Accept-Encoding: identity" in server.asked[0]


async def test_the_connection_goes_to_the_judged_address_under_the_name_of_the_link(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK, resolver=names("127.0.0.1"))
    await fetcher.fetch(server.link(host="camera.example"), MOST)
    assert f"Host: camera.example:{server.port}" in server.asked[0]


async def test_a_name_that_changes_its_address_after_it_was_judged_changes_nothing(server: Server) -> None:
    allowed = [ipaddress.ip_network("127.0.0.1/32")]
    fetcher = GuardedFetcher(allow=allowed, resolver=names("127.0.0.1", "127.0.0.9"))
    assert (await fetcher.fetch(server.link(host="rebinds.example"), MOST)).content == BODY
    fetcher = GuardedFetcher(allow=allowed, resolver=names("127.0.0.9", "127.0.0.1"))
    assert "no public address" in await refusal(fetcher, server.link(host="rebinds.example"))
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.5", "169.254.169.254", "2130706433"],
)
async def test_what_is_not_of_the_internet_is_not_even_asked(server: Server, host: str) -> None:
    told = await refusal(GuardedFetcher(resolver=names()), f"http://{host}:{server.port}/")
    assert "no public address" in told or "Nobody knows" in told
    assert server.asked == []


async def test_metadata_is_refused_even_where_its_network_is_allowed() -> None:
    everything = [ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")]
    fetcher = GuardedFetcher(allow=everything, resolver=names("169.254.169.254"))
    for link in ("http://169.254.169.254/latest", "http://metadata.example/", "http://[fd00:ec2::254]/"):
        assert "no public address" in await refusal(fetcher, link)
    for address in (
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::23",
        "fd20:ce::254",
        "::ffff:169.254.170.2",
    ):
        assert not is_permitted(ipaddress.ip_address(address), everything)


async def test_a_redirect_is_judged_like_any_other_link(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK, resolver=names())
    server.script = redirects("http://169.254.169.254/latest/meta-data")
    assert "169.254.169.254 is no public address" in await refusal(fetcher, server.link())
    server.script = redirects("file:///etc/passwd")
    assert "none of http or https" in await refusal(fetcher, server.link())
    server.script = redirects("//10.0.0.1/x")
    assert "10.0.0.1 is no public address" in await refusal(fetcher, server.link())
    server.script = gives(b"", "302 Found")
    assert "redirects nowhere" in await refusal(fetcher, server.link())


@pytest.mark.parametrize(
    "target",
    ["http://[::1", "//[", "http://[x]/", "http://xn--/", "http://x:abc/", "http://127.0.0.1:99999/"],
)
async def test_a_redirect_to_what_is_no_address_is_refused_like_any_other(
    server: Server, target: str
) -> None:
    server.script = redirects(target)
    assert await refusal(GuardedFetcher(allow=LOOPBACK, resolver=names()), server.link())


@pytest.mark.parametrize(
    "link", ["https://xn--/a.png", "http://127.0.0.1:99999/a.png", "http://a.example:99999/a.png"]
)
async def test_a_link_that_is_written_wrongly_is_refused_and_not_a_fault(link: str) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK)
    assert await refusal(fetcher, link)
    await fetcher.is_public(link)


async def test_the_name_that_is_resolved_is_the_one_that_is_asked_for(server: Server) -> None:
    asked: list[str] = []

    async def resolver(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    await GuardedFetcher(allow=LOOPBACK, resolver=resolver).fetch(server.link(host="fa\u00df.example"), MOST)
    assert asked == ["xn--fa-hia.example"]
    assert "Host: xn--fa-hia.example" in server.asked[0]


async def test_three_redirects_are_followed_and_no_more(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK)
    server.script = redirects("/1", "/2", "/3")
    assert (await fetcher.fetch(server.link(), MOST)).content == BODY
    server.script = redirects("/1", "/2", "/3", "/4")
    assert "more than 3 times" in await refusal(fetcher, server.link())


async def test_no_redirect_leads_from_https_to_http() -> None:
    def moved(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": "http://files.example/a.png"})

    fetcher = GuardedFetcher(resolver=names("93.184.215.14"), transport=httpx.MockTransport(moved))
    assert "from https to http" in await refusal(fetcher, "https://files.example/a.png")


async def test_credentials_of_a_link_go_to_its_own_host_and_no_further(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK, resolver=names("127.0.0.1"))
    server.script = redirects(server.link(host="other.example"))
    await fetcher.fetch(server.link().replace("http://", "http://user:secret@"), MOST)
    assert "Authorization: Basic" in server.asked[0]
    assert "Authorization" not in server.asked[1]


async def test_a_file_that_is_too_large_is_refused_before_and_while_it_comes(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK)
    server.script = gives(bytes(MOST + 1))
    assert "larger than 1 kB" in await refusal(fetcher, server.link())
    server.script = never_ends(0)
    assert "larger than 1 kB" in await refusal(fetcher, server.link())


async def test_a_file_that_drips_is_given_up(server: Server) -> None:
    server.script = never_ends(0.2)
    fetcher = GuardedFetcher(allow=LOOPBACK, time_limit=0.5)
    assert "within 0.5 seconds (127.0.0.1)" in await refusal(fetcher, server.link())


async def test_a_bomb_is_never_unpacked(server: Server) -> None:
    server.script = gives(gzip.compress(bytes(100_000)), Content_Encoding="gzip")
    assert "compressed" in await refusal(GuardedFetcher(allow=LOOPBACK), server.link())


async def test_a_server_that_refuses_or_is_away_is_named_by_its_host_alone(server: Server) -> None:
    fetcher = GuardedFetcher(allow=LOOPBACK)
    server.script = gives(b"", "404 Not Found")
    assert await refusal(fetcher, server.link("/key=secret")) == "127.0.0.1 answered 404."
    await server.close()
    told = await refusal(fetcher, "http://127.0.0.1:9/key=secret")
    assert "gave no answer" in told
    assert "secret" not in told


@pytest.mark.parametrize(
    "link", ["ftp://x.example/a", "file:///etc/passwd", "http://", "nonsense", "http://[::1"]
)
async def test_what_is_no_link_of_the_web_is_refused(link: str) -> None:
    assert "link" in (await refusal(GuardedFetcher(resolver=names()), link)).lower()
    assert not await GuardedFetcher(resolver=names()).is_public(link)


@pytest.mark.parametrize(
    ("link", "addresses", "public"),
    [
        ("https://files.example/a.png", ["93.184.215.14"], True),
        ("https://files.example/a.png", ["192.168.1.5"], False),
        ("https://files.example/a.png", [], True),  # perhaps others know it
        ("https://camera.local/a.png", [], False),
        ("https://camera/a.png", [], False),
        ("http://files.example/a.png", ["93.184.215.14"], False),
        ("https://user:secret@files.example/a.png", ["93.184.215.14"], False),
        ("https://93.184.215.14/a.png", [], True),
        ("https://127.0.0.1/a.png", [], False),
    ],
)
async def test_whatsapp_is_given_only_links_that_everybody_may_have(
    link: str, addresses: list[str], *, public: bool
) -> None:
    assert await GuardedFetcher(resolver=names(*addresses)).is_public(link) is public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.1.1", "100.64.0.1", "100.100.100.200",
        "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "168.63.129.16",
        "::", "::1", "fe80::1", "fc00::1", "ff02::1", "fec0::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::a00:1", "2002:a00:1::", "2001:0:1::1", "2001:db8::1", "::10.0.0.1",
    ],
)  # fmt: skip
def test_no_address_of_a_private_kind_passes_in_any_disguise(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not is_permitted(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_what_is_private_stays_so_when_it_is_carried_in_ipv6(address: ipaddress.IPv4Address) -> None:
    for carried in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert is_public(ipaddress.ip_address(carried)) is is_public(address)
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(address)
