"""Other channels for the stories: a real mail server and a real HTTP endpoint, both on loopback."""

import json
import socket
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostOffice:
    """A mail server that can be closed and opened again. What nobody has looked at waits to be expected."""

    def __init__(self) -> None:
        self.port = free_port()
        self.letters: list[EmailMessage] = []
        self._seen = 0
        self._controller: Controller | None = None

    def url(self, to: str, password: str = "") -> str:
        """The address of somebody's mailbox, as Apprise writes it."""
        login = f"robot:{password}@" if password else ""
        query = f"from=alerts@example.net&to={to}@example.net&mode=insecure&format=text"
        return f"mailto://{login}127.0.0.1:{self.port}/?{query}"

    def open(self) -> None:
        """Take letters from now on."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Refuse every connection from now on."""
        if self._controller:
            self._controller.stop()
        self._controller = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter; the name is the library's."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return "250 Taken"

    def expects(self, to: str, *parts: str) -> str:
        """The next letter goes to this person, and title and text hold these words."""
        unseen = self.letters[self._seen :]
        assert unseen, f"a letter to {to} with {parts} is expected, but none has come"
        self._seen += 1
        letter = unseen[0]
        body = letter.get_body(("plain",))
        assert body is not None
        text = f"{letter['subject']}\n{body.get_content()}".replace("\r\n", "\n")
        assert f"{to}@example.net" in str(letter["to"]), text
        flat = " ".join(text.split())
        for part in parts:
            assert part in flat, f"{part!r} is expected in:\n{text}"
        return text

    def stays_silent(self) -> None:
        """No other letter has come."""
        assert not [str(letter) for letter in self.letters[self._seen :]]


class Endpoint:
    """A real HTTP endpoint that keeps what Apprise's ``json://`` posts to it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        posted = self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        """Go away."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Tarpit:
    """A mail server that answers a little now and then, so that no timeout of a library ever ends it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.visitors = 0
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._listener.settimeout(0.05)
        visitors: list[socket.socket] = []
        while not self._closed.is_set():
            try:
                visitors.append(self._listener.accept()[0])
                self.visitors += 1
            except TimeoutError:
                pass
            for visitor in visitors:
                visitor.sendall(b"220-wait\r\n")
        for one in (*visitors, self._listener):
            one.close()

    def close(self) -> None:
        """Let everybody go."""
        self._closed.set()
        self._thread.join()
        time.sleep(0.05)
