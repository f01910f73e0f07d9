"""How the standalone service connects: httpx on aiohttp's connections. Needs the extra ``service``.

httpx's own pool walks all connections for each request, so that its cost grows with the requests in flight;
aiohttp's does not. With 200 to 300 ms until the platform answers, 1,000 messages a second mean 300 requests
in flight.

The law here: an error must tell whether the request can have left. ``httpx-aiohttp`` 0.2.0 reports every
lost connection as ``ConnectTimeout``, also one lost after the request; that reads as "never left" and would
make us send twice. So every error is named anew by its cause. An answer is read whole before it is handed
over, since its errors need new names too; the platform's answers are small.
"""

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

CONNECTIONS = 1000  # at once; the platform's highest throughput is 1,000 messages a second
KEPT_FOR = 5.0  # seconds; an idle connection that the platform closes first may cost us a message's answer
TIMEOUT = 10.0  # seconds, for requests that bring none of their own


def service_transport() -> httpx.AsyncBaseTransport:
    """A transport for hundreds of requests in flight; use it within one event loop only.

    Certificates are checked against certifi's list, or that of ``SSL_CERT_FILE`` or ``SSL_CERT_DIR``. Proxies
    of the environment and netrc files are not looked at.
    """
    return ServiceTransport()


def service_client() -> httpx.AsyncClient:
    """An HTTP client on `service_transport`; the caller closes it.

    ``trust_env`` is off: no proxy and no password is taken from the environment behind the user's back.
    """
    return httpx.AsyncClient(transport=service_transport(), timeout=TIMEOUT, trust_env=False)


class ServiceTransport(AiohttpTransport):
    """``httpx-aiohttp``'s transport with many connections, truthful errors and whole answers."""

    def get_client(self) -> aiohttp.ClientSession:
        """The pool of connections; asked for once, at the first request."""
        connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEPT_FOR, ssl=self.ssl_context)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange one request.

        Raises `httpx.ConnectError`, `httpx.ConnectTimeout` or `httpx.UnsupportedProtocol` only when the
        request cannot have left, else another `httpx.TransportError`.
        """
        try:
            response = await super().handle_async_request(request)
            try:
                content = b"".join([chunk async for chunk in response.aiter_raw()])
            finally:
                await response.aclose()
        except (httpx.TransportError, aiohttp.ClientError, TimeoutError) as error:
            raise _named_by_cause(error, request) from None
        return httpx.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=httpx.ByteStream(content),
            extensions=response.extensions,
            request=request,
        )


def _named_by_cause(error: Exception, request: httpx.Request) -> httpx.TransportError:
    cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
    match cause:
        case aiohttp.ConnectionTimeoutError():
            return httpx.ConnectTimeout("No connection in time.", request=request)
        case aiohttp.ClientConnectorError():
            return httpx.ConnectError("No connection.", request=request)
        case aiohttp.NonHttpUrlClientError() | aiohttp.InvalidURL():
            return httpx.UnsupportedProtocol("The address is none of HTTP.", request=request)
        case TimeoutError():
            return httpx.ReadTimeout("No answer in time.", request=request)
        case aiohttp.ClientPayloadError():
            return httpx.RemoteProtocolError("The answer was cut.", request=request)
        case _:
            return httpx.ReadError("The connection was lost.", request=request)
