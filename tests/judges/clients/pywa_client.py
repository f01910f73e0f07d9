"""A pywa client that talks to the sandbox. pywa has no setting for the address; it takes an HTTP session."""

from collections.abc import Mapping
from typing import Any

import httpx
from pywa import WhatsApp


class Redirected(httpx.HTTPTransport):
    """A transport that connects to the sandbox whatever host is asked for, as a proxy would."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = httpx.URL(url)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme=self._url.scheme, host=self._url.host, port=self._url.port)
        request.headers["Host"] = self._url.netloc.decode()
        return super().handle_request(request)


def connect(known: Mapping[str, Any], **more: Any) -> WhatsApp:
    return WhatsApp(
        phone_id=known["phone_number_id"],
        token=more.pop("token", known["access_token"]),
        waba_id=known["waba_id"],
        app_id=known["app_id"],
        app_secret=known["app_secret"],
        verify_token=known["verify_token"],
        session=httpx.Client(transport=Redirected(known["url"])),
        **more,
    )
