"""What strangers send to stumble over: too much, too deep, in odd signs, in forms that deny themselves."""

import base64
import json
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.datastructures import FormData

from tests.stories.world import World
from tests.web.desk import ORIGIN, Desk
from wa_notify.web.access.gate import FORM_HEADER
from wa_notify.web.access.proofs import form_token
from wa_notify.web.admin import forms
from wa_notify.web.admin.app import FLASH
from wa_notify.web.admin.forms import LARGEST_ENTRY, LARGEST_FORM
from wa_notify.web.admin.pages import PAGES
from wa_notify.web.operations.operation import LARGEST_NUMBER
from wa_notify.web.operations.table import OPERATIONS
from wa_notify.web.request import LARGEST_BODY

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MANY = "9" * 5000
LISTS = [one.path for one in OPERATIONS if one.verb == "GET" and "after" in one.query.__struct_fields__]


class Flood:
    """A body without end, and how much of it was taken."""

    def __init__(self, begin: bytes = b"") -> None:
        self.begin, self.taken = begin, 0

    async def __call__(self) -> AsyncIterator[bytes]:
        yield self.begin
        while self.taken < 10 * LARGEST_FORM:
            self.taken += 100_000
            yield b"a" * 100_000


def browser(desk: Desk) -> dict[str, str]:
    return {**desk._headers(), "Origin": ORIGIN, "Accept": "application/json"}


def token(desk: Desk) -> dict[str, str]:
    return {FORM_HEADER: form_token(desk.cookie)}


# too much


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/admin/login", "application/x-www-form-urlencoded"),
        ("/admin/login", "multipart/form-data; boundary=x"),
        ("/admin/setup/whatever", "multipart/form-data; boundary=x"),
        ("/admin/logout", "multipart/form-data; boundary=x"),
        ("/admin/do/add_key", "multipart/form-data; boundary=x"),
    ],
)
async def test_what_strangers_send_is_not_read_to_its_end(world: World, path: str, kind: str) -> None:
    flood = Flood(b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n')
    answer = await world.into_service.post(
        path, content=flood(), headers={"Host": "127.0.0.1", "Origin": ORIGIN, "Content-Type": kind}
    )
    assert answer.status_code in (303, 400, 404, 413), answer.text
    assert flood.taken <= 2 * max(LARGEST_ENTRY, 100_000)


async def test_a_form_that_is_too_large_is_refused_before_it_is_all_there(world: World) -> None:
    desk = await Desk.of(world)
    flood = Flood(b'--x\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\n')
    answer = await world.into_service.post(
        "/admin/do/import_recipients",
        content=flood(),
        headers={**browser(desk), **token(desk), "Content-Type": "multipart/form-data; boundary=x"},
    )
    assert (answer.status_code, answer.json()["complaints"][0]["where"]) == (413, "form")
    assert flood.taken <= LARGEST_FORM + 200_000


async def test_a_body_that_is_too_large_is_refused_before_it_is_all_there(world: World) -> None:
    desk = await Desk.of(world)
    flood = Flood(b'{"name": "')
    answer = await world.into_service.post(
        "/api/v1/keys", content=flood(), headers={"Authorization": f"Bearer {desk.key}"}
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:wa-notify:problem:too-large")
    assert flood.taken <= LARGEST_BODY + 200_000


# numbers


@pytest.mark.parametrize("path", [one.path for one in OPERATIONS if ":int" in one.path])
async def test_a_number_of_thousands_of_digits_is_no_place_of_the_api(world: World, path: str) -> None:
    desk = await Desk.of(world)
    wanted = path.replace("{number:int}", MANY)
    for verb in ("GET", "POST"):
        assert (await desk.api(verb, wanted)).status_code in (404, 405)


@pytest.mark.parametrize("path", [one.path for one in PAGES if ":int" in one.path])
async def test_nor_is_it_a_page(world: World, path: str) -> None:
    desk = await Desk.of(world)
    await desk.page(path.replace("{number:int}", MANY), status=404)
    await desk.page(path.replace("{number:int}", str(10**18)), status=404)


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize("path", LISTS)
async def test_a_page_ends_nowhere_but_where_it_does(world: World, path: str) -> None:
    desk = await Desk.of(world)
    await world.alert("DiskFull", instance="db-7")
    there = path.replace("{number:int}", "1").replace("{id}", "alice")
    tried = (
        *((10**30,), (LARGEST_NUMBER + 1,), (-(10**30),), ("\ud800",), ("a\0",)),
        *(("x", 10**30), ("\ud800", 1), ("\ud800", "x"), ("x", "\ud800"), ("not a time", 1)),
    )
    for values in tried:
        answer = await desk.api("GET", f"{there}?after={cursor(*values)}")
        assert answer.status_code in (200, 400), (values, answer.text)


# signs


@pytest.mark.parametrize("verb_path", ["POST /keys", "POST /tickets/1/comment", "POST /messages"])
@pytest.mark.parametrize("key", ["", "k1"])
async def test_half_a_sign_is_refused_and_breaks_nothing(world: World, verb_path: str, key: str) -> None:
    desk = await Desk.of(world)
    verb, path = verb_path.split()
    headers = {"Authorization": f"Bearer {desk.key}", **({"Idempotency-Key": key} if key else {})}
    for body in ('{"name":"\\ud800","rights":["see"]}', '{"\\udc00":1}', '{"text":"\\uD800","to":"alice"}'):
        answer = await world.into_service.request(verb, f"/api/v1{path}", content=body, headers=headers)
        assert (answer.status_code, "surrogate" in answer.text) == (400, True), answer.text
    whole = await desk.api("POST", "/keys", {"name": "\U0001f512", "rights": ["see"]})
    assert whole.json()["name"] == "\U0001f512"


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "idna", "undefined", "rot13", "no-such", "utf-16"]
)
async def test_a_form_in_an_odd_encoding_breaks_nothing(world: World, charset: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n%s\r\n--x--\r\n'
    for name in (b"+2AA-", b"\\ud800", b"\xff\xfe\x00\xd8", b"xn--a"):
        answer = await world.into_service.post(
            "/admin/login",
            content=part % name,
            headers={"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"},
        )
        assert answer.status_code in (400, 401, 429), answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"yyy"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1001),
    ],
)
async def test_a_form_that_cannot_be_read_is_told_so(world: World, kind: str, body: bytes) -> None:
    desk = await Desk.of(world)
    headers = {**browser(desk), **token(desk), "Content-Type": kind}
    answer = await world.into_service.post("/admin/do/add_key", content=body, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (400, "The form cannot be read.")
    page = await world.into_service.post("/admin/login", content=body, headers={"Content-Type": kind})
    assert (page.status_code, "The form cannot be read." in page.text) == (400, True)


# fields


@pytest.mark.parametrize(
    "body",
    ["name=a&name.b=c", "name=a&name[]=c", "name.b=c&name[]=x", "name[]=c&name.b=1", "[]=1&.=2&..=3"],
)
async def test_a_field_that_is_there_in_two_ways_is_refused(world: World, body: str) -> None:
    desk = await Desk.of(world)
    headers = {**browser(desk), **token(desk), **FORM}
    answer = await world.into_service.post("/admin/do/add_key", content=body, headers=headers)
    assert answer.status_code == 400, answer.text


async def test_fields_are_not_nested_without_end() -> None:
    form = FormData([("a" + ".a" * 1_000_000, "1")])
    operation = next(one for one in OPERATIONS if one.name == "add_key")
    inner, depth = (await forms.request_of(operation, form)).body, 0
    while isinstance(inner, dict):
        inner, depth = next(iter(inner.values())), depth + 1
    assert depth <= forms.DEEPEST + 1


async def test_a_note_for_the_next_page_that_somebody_else_left_breaks_nothing(world: World) -> None:
    for note in ("[" * 30_000, "1", "{}", '["bad",["x"]]', "%ED%A0%80", '"ab"'):
        answer = await world.into_service.get("/admin/login", headers={"Cookie": f"{FLASH}={note}"})
        assert answer.status_code == 200


@pytest.mark.parametrize("host", ["", "[", "a:b", "127.0.0.1:99999999", "[::1]:80", "evil.test@127.0.0.1"])
async def test_an_odd_host_breaks_nothing(world: World, host: str) -> None:
    for path in ("/admin/login", "/admin/"):
        answer = await world.into_service.get(path, headers={"Host": host})
        assert answer.status_code in (200, 303)


async def test_a_database_that_does_not_answer_is_told_on_a_page_too(world: World) -> None:
    desk = await Desk.of(world)
    world.house.store.close()
    answer = await world.into_service.get("/admin/audit", headers=browser(desk))
    assert answer.status_code == 503


async def test_links_that_are_handed_on_are_told_with_the_scheme_by_which_people_can_log_in(
    world: World,
) -> None:
    desk = await Desk.of(world)
    sent = {"name": "zoe", "role": "viewer"}
    headers = {**desk._headers(), "Origin": ORIGIN, **token(desk)}
    page = await world.into_service.post("/admin/do/add_account", data=sent, headers=headers)
    assert "http://127.0.0.1/admin/setup/" in page.text
    public = httpx.Headers({**headers, "Host": "alerts.test", "Origin": "https://alerts.test"})
    public["Cookie"] = f"__Host-{headers['Cookie']}"
    page = await world.into_service.post("/admin/do/renew_account_link", data={"name": "zoe"}, headers=public)
    assert "https://alerts.test/admin/setup/" in page.text
