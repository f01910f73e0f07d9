"""Between a web server and the Graph: everything that passes is kept, and goes on unchanged.

Texts are read before the Graph looks at them, since it refuses some requests without reading their body.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .clock import Clock
from .traffic import BODY_MOST, Body, Direction, RawHeaders, Traffic, body_of, is_text

CUT_OFF = "the connection was cut"
UNANSWERED = "no answer"


class Recording:
    """An application whose requests and answers are kept in `traffic`."""

    def __init__(self, app: ASGIApp, traffic: Traffic, clock: Clock) -> None:
        self._app = app
        self._traffic = traffic
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        heard, told = Heard(receive, scope["headers"]), Told(send)
        await heard.read_ahead()
        number = self._traffic.begin(
            Direction.REQUEST,
            self._clock(),
            scope["method"],
            _address(scope),
            headers=tuple(scope["headers"]),
            body=heard.body,
        )
        try:
            await self._app(scope, heard, told)
        except Exception as error:
            self._end(number, heard, told, type(error).__name__)
            raise
        self._end(number, heard, told, None if told.ended else CUT_OFF if told.status else UNANSWERED)

    def _end(self, number: int, heard: "Heard", told: "Told", failure: str | None) -> None:
        self._traffic.change(
            number,
            body=heard.body,
            ended_at=self._clock(),
            status=None if failure else told.status,
            failure=failure,
            answer_headers=told.headers,
            answer=told.body,
        )


class Heard:
    """The request's body on its way in. Long bodies and files are only counted."""

    def __init__(self, receive: Receive, headers: RawHeaders) -> None:
        self._receive = receive
        self._ahead: list[Message] = []
        self._type = _header(headers, b"content-type")
        length = _header(headers, b"content-length") or "0"
        self._kept = is_text(self._type) and length.isdecimal() and int(length[:12]) <= BODY_MOST
        self._content = bytearray()
        self._size = 0

    async def __call__(self) -> Message:
        """Return the next part."""
        if self._ahead:
            return self._ahead.pop(0)
        return self._count(await self._receive())

    async def read_ahead(self) -> None:
        """Take in a text until its end; the Graph is told of it afterwards."""
        more = self._kept
        while more:
            message = self._count(await self._receive())
            self._ahead.append(message)
            more = self._kept and message["type"] == "http.request" and message.get("more_body", False)

    @property
    def body(self) -> Body:
        """What came so far."""
        if self._kept:
            return body_of(bytes(self._content), self._type)
        return Body(type=self._type.partition(";")[0], size=self._size)

    def _count(self, message: Message) -> Message:
        part = message.get("body", b"")
        self._size += len(part)
        self._kept = self._kept and self._size <= BODY_MOST
        if self._kept:
            self._content += part
        return message


class Told:
    """The answer on its way out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._content = bytearray()
        self._size = 0
        self.headers: RawHeaders = ()
        self.status: int | None = None
        self.ended = False

    async def __call__(self, message: Message) -> None:
        """Send the next part."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message.get("headers", ())
        elif message["type"] == "http.response.body":
            self._size += len(message.get("body", b""))
            if self._size <= BODY_MOST:
                self._content += message.get("body", b"")
            self.ended = not message.get("more_body", False)
        await self._send(message)

    @property
    def body(self) -> Body:
        """What was said."""
        kind = _header(self.headers, b"content-type")
        if self._size > BODY_MOST:
            return Body(type=kind.partition(";")[0], size=self._size)
        return body_of(bytes(self._content), kind)


def _header(headers: RawHeaders, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == wanted), "")


def _address(scope: Scope) -> str:
    """Return the whole address that was asked for."""
    host = _header(scope["headers"], b"host") or "sandbox"
    path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return f"{scope['scheme']}://{host}{path}{'?' if query else ''}{query}"
