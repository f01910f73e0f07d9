"""Other channels with a real service on a real clock: mail leaves at once where WhatsApp may not."""

from collections.abc import Iterator

import pytest

from tests.cli.desk import Desk, alert, wait_for
from tests.stories.post_office import PostOffice

PASSWORD = "canary-decaf-canary"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    yield office
    office.close()


def test_the_service_mails_who_never_opted_in_and_keeps_the_password_to_itself(
    desk: Desk, post: PostOffice
) -> None:
    urls = f"['{post.url('carol')}', '{post.url('carol', PASSWORD)}']"
    desk.write_config(("name: Carol", f"name: Carol, fallback: {urls}"))
    desk.starts_the_sandbox()
    service = desk.starts_the_service()
    desk.tells_the_service(**alert("TeamNews"))
    wait_for(lambda: post.letters)
    post.expects("carol", "#1 Disk almost full", "This person never opted in.")
    wait_for(lambda: "channel_failed" in desk.types("outbox", "list", "--json").out)
    listed = desk.types("outbox", "list").out
    assert "recipient:carol#1" in listed
    shown = desk.types("tickets", "show", "1").out
    assert "by another channel" in shown
    assert service.stop() == 0
    for text in (*desk.printed, service.everything):
        assert PASSWORD not in text
    assert "recipient:carol#2 (mailto to 127.0.0.1)" in service.everything
