"""Controls about files: what the account has, and people who send some."""

from base64 import b64decode
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .answers import PlatformJSON, json_object
from .control_input import BadInput, Reader, among, any_text, read, text
from .media import KINDS
from .phones import Phone
from .view import message_view
from .world import World

FILE_FIELDS: dict[str, Reader] = {
    "kind": among(KINDS),
    "mime_type": text,
    "content": any_text,
    "caption": any_text,
    "filename": any_text,
    "to": text,
}
CONTENT_MOST = 3 * 1024 * 1024  # characters of base64


class MediaControl:
    """The endpoints, around one world. `person` finds who is meant by a request's path."""

    def __init__(self, world: World, person: Callable[[Request], Phone]) -> None:
        self._world = world
        self._person = person

    async def send_file(self, request: Request) -> Response:
        """Let a person send a file: `kind`, `mime_type`, `content` in base64; also caption and filename."""
        values = read(await json_object(request), FILE_FIELDS)
        for name in ("kind", "mime_type", "content"):
            if name not in values:
                raise BadInput(f"Give {name}.")
        if len(values["content"]) > CONTENT_MOST:
            raise BadInput(f"content: at most {CONTENT_MOST} characters")
        try:
            content = b64decode(values.pop("content"), validate=True)
        except ValueError as error:
            raise BadInput("content: must be base64") from error
        person, kind, mime_type = self._person(request), values.pop("kind"), values.pop("mime_type")
        wamid = self._world.send_file(person, kind, content, mime_type, **values)
        message = self._world.network.messages[wamid]
        return PlatformJSON({"wamid": wamid, "message": message_view(message)})

    def routes(self, guarded: Callable[..., Callable[..., object]]) -> list[Route]:
        """Return the routes; `guarded` keeps foreign pages out."""
        return [Route("/phones/{number}/file", guarded(self.send_file), methods=["POST"])]
