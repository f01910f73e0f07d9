"""Home Assistant's own HTTP and websocket interfaces, as a program on the outside uses them."""

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

import aiohttp
import httpx

EVERYTHING = 64 * 2**20  # bytes; the answer of the websocket is one message
PATIENCE = 60.0  # seconds


class Refused(Exception):
    """Home Assistant said no."""

    def __init__(self, what: str, status: int, text: str) -> None:
        super().__init__(f"{what}: {status} {text[:1000]}")
        self.status = status
        self.text = text


class HassApi:
    """A user of Home Assistant. It makes itself known with a new account (`onboard`).

    tokens: what the frontend keeps in its local storage.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.client_id = f"{url}/"
        self.tokens: dict[str, Any] = {}
        self._http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
        self._refreshing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def answers(self) -> bool:
        """Whether anything answers there."""
        try:
            return self._http.get("/manifest.json").is_success
        except httpx.TransportError:
            return False

    # who we are

    def onboard(self, *, name: str, username: str, password: str) -> None:
        """Make the first user, the owner."""
        person = {"name": name, "username": username, "password": password, "language": "en"}
        made = self._http.post("/api/onboarding/users", json={**person, "client_id": self.client_id})
        self._take_tokens(grant_type="authorization_code", code=_read(made, "onboarding")["auth_code"])

    def refresh(self) -> None:
        """Take a new access token."""
        self._take_tokens(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])

    def _take_tokens(self, **grant: str) -> None:
        answer = self._http.post("/auth/token", data={**grant, "client_id": self.client_id})
        # To the frontend it is as good as over, so it takes one of its own.
        kept = {"hassUrl": self.url, "clientId": self.client_id, "expires": 0}
        self.tokens |= {**_read(answer, "a token"), **kept}

    # what we say

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request; what was answered. Raises `Refused`."""
        answer = self._request(method, path, body)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            with self._refreshing:
                self.refresh()
            answer = self._request(method, path, body)
        return _read(answer, f"{method} {path}")

    def _request(self, method: str, path: str, body: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return self._http.request(method, path, json=body, headers=headers)

    def service(self, action: str, data: Mapping[str, Any] | None = None, *, returns: bool = False) -> Any:
        """Run an action; its response, if it returns one."""
        path = f"/api/services/{action.replace('.', '/')}"
        answered = self.call("POST", f"{path}?return_response" if returns else path, dict(data or {}))
        return answered["service_response"] if returns else None

    def states(self) -> dict[str, dict[str, Any]]:
        """All states by entity id."""
        return {state["entity_id"]: state for state in self.call("GET", "/api/states")}

    def ask(self, command: str, **fields: Any) -> Any:
        """Send a command over the websocket; its result. Raises `Refused`."""
        # In a thread of its own, because a test may be in the middle of a loop.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._ask({"type": command, **fields})).result(PATIENCE)

    async def _ask(self, command: dict[str, Any]) -> Any:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{self.url}/api/websocket", max_msg_size=EVERYTHING) as socket,
        ):
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
            greeting = await socket.receive_json()
            if greeting["type"] != "auth_ok":
                raise Refused("auth", httpx.codes.UNAUTHORIZED, str(greeting))
            await socket.send_json({"id": 1, **command})
            answer = await socket.receive_json()
            if not answer["success"]:
                raise Refused(command["type"], httpx.codes.BAD_REQUEST, str(answer["error"]))
            return answer["result"]


def _read(answer: httpx.Response, what: str) -> Any:
    if answer.is_error:
        raise Refused(what, answer.status_code, answer.text)
    kind = answer.headers.get("content-type", "")
    return answer.json() if kind.startswith("application/json") else answer.text
