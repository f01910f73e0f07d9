"""Under which names the page and the controls may be asked for.

They want no password, so nobody else's web page may get at them. Browsers see to that, unless the owner of
such a page lets its name point at this machine (DNS rebinding): then it and the sandbox are one to them. What
gives it away is the name in the request.
"""

from collections.abc import Collection
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from .answers import PlatformJSON

# Names under these belong to nobody (RFC 6761, RFC 6762, and ICANN's decision of 2024 about `internal`).
UNOWNED = frozenset({"localhost", "test", "local", "internal"})


class OwnNames:
    """An application that is reached under names that nobody else can own, and those in `also`."""

    def __init__(self, app: ASGIApp, also: Collection[str] = ()) -> None:
        self._app = app
        self._also = frozenset(map(str.lower, also))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 403."""
        name = name_in(Headers(scope=scope).get("host", ""))
        if name in self._also or is_unowned(name):
            await self._app(scope, receive, send)
            return
        told = (
            f"The sandbox does not show itself as {name}, since a foreign web page could have that name: use "
            "its IP address or localhost, or name it in Sandbox(hosts=...)."
        )
        await PlatformJSON({"error": told}, 403)(scope, receive, send)


def name_in(host: str) -> str:
    """Return the name in a header `Host`, in lower case and without the port."""
    bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return bare.lower().rstrip(".")


def is_unowned(name: str) -> bool:
    """Whether nobody can let a web page of theirs have that name: addresses, and names of a local network."""
    return "." not in name or name.rpartition(".")[2] in UNOWNED or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
