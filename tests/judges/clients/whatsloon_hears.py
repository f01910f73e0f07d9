"""A webhook of whatsloon that tells what it makes of each notification."""

from deeds import told
from fastapi import FastAPI
from listening import open_port, serve, tell
from whatsloon.persistence import InMemoryEventRepository
from whatsloon.webhooks import (
    EventRouter,
    UnknownEvent,
    WebhookMessageReceived,
    WebhookMessageStatus,
    WebhookProcessor,
)
from whatsloon.webhooks.fastapi import create_webhook_router


def message(heard: WebhookMessageReceived) -> None:
    tell(
        f"message {heard.message_type}", id=heard.message_id, sender=heard.sender, user_id=heard.user_id,
        number_id=heard.recipient_phone_id, text=heard.text_body,
    )  # fmt: skip


def status(heard: WebhookMessageStatus) -> None:
    tell(f"status {heard.status}", id=heard.message_id, sender=heard.recipient)


def other(heard: UnknownEvent) -> None:
    tell("other", reason=heard.reason, event=heard.raw.get("event"))


if __name__ == "__main__":
    known = told()
    port, url = open_port()
    router = EventRouter()
    router.register("message.received", message)
    router.register("message.status", status)
    router.set_fallback(other)
    app = FastAPI()
    app.include_router(
        create_webhook_router(
            WebhookProcessor(router, InMemoryEventRepository()),
            app_secret=known["app_secret"],
            verify_token=known["verify_token"],
            path="/webhook",
        )
    )
    serve(app, port, f"{url}/webhook")
