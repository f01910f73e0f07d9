"""Reading templates and the business number."""

from typing import Any

import pytest

from wa_notify.core.errors import PlatformUnreachable
from wa_notify.whatsapp import client
from wa_notify.whatsapp.client import CloudApi

from .conftest import TOKEN, Connect, Platform, answers, sleeps, writes
from .examples import EXAMPLES

LIST = "/v26.0/300000000000202/message_templates"


def page(*names: str, after: str = "", next_url: str = "https://evil.example.net/steal") -> dict[str, Any]:
    rows = [{"name": name, "language": "en", "status": "APPROVED", "category": "UTILITY"} for name in names]
    if not after:
        return {"data": rows}
    return {"data": rows, "paging": {"cursors": {"before": "b", "after": after}, "next": next_url}}


async def names(api: CloudApi) -> list[str]:
    return [shape.name async for shape in api.templates()]


async def test_all_pages_of_templates_are_read_by_their_cursors(api: CloudApi, platform: Platform) -> None:
    platform.will(
        answers(200, page("a", "b", after="c1==")),
        answers(200, page("c", after="c2")),
        answers(200, page("d")),
    )
    assert await names(api) == ["a", "b", "c", "d"]
    assert [asked.path for asked in platform.asked] == [LIST] * 3
    assert [asked.params.get("after") for asked in platform.asked] == [None, "c1==", "c2"]
    assert all(asked.headers["authorization"] == f"Bearer {TOKEN}" for asked in platform.asked)


async def test_the_documented_list_is_read(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, EXAMPLES["templates"]), answers(200, {"data": []}))
    assert await names(api) == ["ops_incident_alert"]
    assert "components" in platform.asked[0].params["fields"]


async def test_a_last_page_that_still_has_cursors_is_the_last(api: CloudApi, platform: Platform) -> None:
    last = page("a", after="c1")
    del last["paging"]["next"]
    platform.will(answers(200, last))
    assert await names(api) == ["a"]
    assert len(platform.asked) == 1


async def test_templates_that_cannot_be_named_are_passed_over(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(200, {"data": [{"name": "a"}, 7, {"name": "b", "language": "en"}]}))
    assert await names(api) == ["b"]


@pytest.mark.parametrize("cursor", ["c1", 7, ""])
async def test_pages_without_an_end_are_an_error_and_not_half_a_list(
    api: CloudApi, platform: Platform, cursor: Any
) -> None:
    endless = page("a", after="c1")
    endless["paging"]["cursors"]["after"] = cursor
    platform.will(answers(200, endless))
    with pytest.raises(PlatformUnreachable, match="have no end"):
        await names(api)
    assert len(platform.asked) <= 2


async def test_ever_new_pages_are_given_up_at_some_point(
    api: CloudApi, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    platform.will(*(answers(200, page("a", after=f"c{n}")) for n in range(5)))
    with pytest.raises(PlatformUnreachable, match="have no end"):
        await names(api)
    assert len(platform.asked) == 3


async def test_a_second_page_that_fails_is_an_error_and_not_half_a_list(
    api: CloudApi, platform: Platform
) -> None:
    platform.will(answers(200, page("a", after="c1")), answers(500, body=b""))
    with pytest.raises(PlatformUnreachable, match=r"Read the templates: .*fault \(500\)"):
        await names(api)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"data": {}}', b"<html>", b'{"error": 5, "data": []}'])
async def test_an_answer_that_is_no_list_is_an_error(api: CloudApi, platform: Platform, body: bytes) -> None:
    platform.will(answers(200, body=body))
    with pytest.raises(PlatformUnreachable, match="base_url"):
        await names(api)


async def test_a_dead_token_is_told_with_what_to_do_and_without_the_token(
    api: CloudApi, platform: Platform
) -> None:
    platform.will(answers(401, {"error": {"code": 190, "message": f"Malformed access token {TOKEN}"}}))
    with pytest.raises(PlatformUnreachable) as caught:
        await api.number()
    said = str(caught.value)
    assert said == (
        "Read the business number: WhatsApp refused. Access token expired or invalid: "
        "Malformed access token … (190). Check token, permissions, ids and version in the configuration."
    )


async def test_too_many_questions_are_to_be_asked_later(api: CloudApi, platform: Platform) -> None:
    platform.will(answers(429, {"error": {"code": 80007, "message": "limit"}}))
    with pytest.raises(PlatformUnreachable, match="Try again later"):
        await api.number()


async def test_the_number_is_handed_on_as_the_platform_says_it(api: CloudApi, platform: Platform) -> None:
    said = {"id": "400000000000101", "quality_rating": "GREEN", "throughput": {"level": "STANDARD"}}
    platform.will(answers(200, said))
    assert await api.number() == said
    assert platform.asked[0].path == "/v26.0/400000000000101"
    assert "quality_rating" in platform.asked[0].params["fields"]


async def test_a_line_that_breaks_is_an_error_without_its_cause(api: CloudApi, platform: Platform) -> None:
    platform.will(writes(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"))
    with pytest.raises(PlatformUnreachable, match="Check network") as caught:
        await api.number()
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_a_platform_that_sleeps_is_an_error(connect: Connect, platform: Platform) -> None:
    platform.will(sleeps())
    with pytest.raises(PlatformUnreachable, match="ReadTimeout"):
        await connect(timeout=0.1).number()


async def test_a_redirected_question_does_not_carry_the_token_elsewhere(
    api: CloudApi, platform: Platform
) -> None:
    platform.will(answers(302, body=b"", Location=f"{platform.url}/elsewhere"))
    with pytest.raises(PlatformUnreachable, match="redirects"):
        await api.number()
    assert len(platform.asked) == 1
