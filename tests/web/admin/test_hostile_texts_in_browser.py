"""Whatever others say is shown as text: hostile words through every door, then every page in a browser."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import Route

from tests.web.admin.conftest import Office, Reader
from tests.web.admin.hostile import HOSTILE
from tests.web.admin.hostile_house import CHANGES, House
from wa_notify.web.access.proofs import form_token
from wa_notify.web.admin.app import FLASH
from wa_notify.web.admin.pages import PAGES, RESULTS
from wa_notify.web.admin.visit import Page

pytestmark = pytest.mark.browser
LOOK = Path(__file__).with_name("hostile.js").read_text()
MARIA = "maria"
ASKS = re.compile(r"""(?:query\.get|chosen)\(([^)]*)\)""")


def plain(text: str) -> str:
    """Without what a browser does to white space."""
    return re.sub(r"\s+", " ", text).strip()


class Inspector:
    """Somebody who opens a page and looks behind everything on it."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.elsewhere: list[str] = []
        self.faults: list[str] = []
        self.seen: dict[str, int] = {}
        reader.page.on("dialog", lambda dialog: dialog.accept())
        reader.context.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.reader.base}/", "data:")):
            self.elsewhere.append(url)

    async def opens(self, path: str) -> str:
        """The page's text, when there is nothing on it that should not be."""
        answer = await self.reader.page.goto(f"{self.reader.base}/admin{path}", wait_until="load")
        assert answer is not None
        self.seen[path] = answer.status
        self.faults += [f"{path}: the service failed"] if answer.status >= 500 else []
        return await self.finds_nothing_on(path)

    async def sends(self, operation: str, fields: dict[str, str]) -> str:
        """What a form without script is answered with."""
        async with self.reader.page.expect_navigation(wait_until="load"):
            await self.reader.page.evaluate(
                """([operation, fields]) => {
                  const form = document.createElement('form');
                  form.method = 'post'; form.action = `/admin/do/${operation}`;
                  for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement('textarea');
                    field.name = name; field.value = value; form.append(field);
                  }
                  document.body.append(form);
                  form.submit();
                }""",
                [quote(operation, safe=""), fields | {"csrf": form_token(f"cookie of {MARIA}")}],
            )
        return await self.finds_nothing_on(operation)

    async def finds_nothing_on(self, where: str) -> str:
        found = await self.reader.page.evaluate(LOOK)
        text: str = plain(found.pop("text"))
        told = found | {"elsewhere": [*self.elsewhere], "complaints": [*self.reader.complaints]}
        self.faults += [f"{where}: {name}: {what}" for name, what in told.items() if what]
        self.elsewhere.clear()
        self.reader.complaints.clear()
        return text


def asked_by(page: Page) -> list[str]:
    """The names in the address that the page's module looks at."""
    source = inspect.getsource(inspect.getmodule(page.show))  # type: ignore[arg-type]  # it has one
    return sorted({name for names in ASKS.findall(source) for name in re.findall(r'"(\w+)"', names)})


def paths_of(page: Page, examples: dict[str, list[str]]) -> list[str]:
    return examples[page.path] if "{" in page.path else [page.path]


def rotated() -> Iterator[str]:
    while True:
        yield from HOSTILE


async def test_the_inspector_finds_what_it_looks_for(office: Office) -> None:
    """Else the test below would be content with anything."""
    inspector = Inspector(await office.stranger())
    said = "<main id=main>" + "".join(
        one for one in HOSTILE if not one.startswith(("<iframe", "<meta", "<base", "--", "<math"))
    )

    async def badly_written(route: Route) -> None:
        is_page = route.request.url.startswith(inspector.reader.base)
        await route.fulfill(body=said if is_page else "", content_type="text/html; charset=utf-8")

    await inspector.reader.context.route("**", badly_written)
    await inspector.opens("/login")
    for name in ("hurt", "handlers", "addresses", "parts", "doubles", "elsewhere"):
        assert [one for one in inspector.faults if one.startswith(f"/login: {name}: ")], name
    assert inspector.reader.complaints == []


@pytest.fixture
def house(office: Office) -> Iterator[House]:
    office.desk.write_config(*CHANGES)
    office.starts()
    filled = House(office)
    filled.fills()
    yield filled
    filled.api.close()


async def test_every_page_shows_hostile_words_as_words(office: Office, house: House) -> None:
    maria = await office.enters(MARIA)
    examples = house.examples()
    lacking = {one.path for one in PAGES if "{" in one.path} - {
        path for path, found in examples.items() if found
    }
    assert lacking == set(), "a page with parameters needs an example in hostile_house.py"
    inspector, said = Inspector(maria), house.said()
    for page in PAGES:
        for path in paths_of(page, examples):
            text = await inspector.opens(path)
            inspector.faults += [f"{path}: it is not there"] if inspector.seen[path] != 200 else []
            missing = [
                words[:200] for words in said.get(path, ()) if plain(words.replace("\0", "")) not in text
            ]
            inspector.faults += [f"{path}: not there as text: {words!r}" for words in missing]
    words_of = rotated()
    for page in PAGES:
        for name in asked_by(page):
            await inspector.opens(f"{paths_of(page, examples)[0]}?{urlencode({name: next(words_of)[:1500]})}")
    for words in HOSTILE:
        cookie = {
            "name": FLASH,
            "value": quote(json.dumps(["bad", words[:500]])),
            "url": f"{maria.base}/admin/",
        }
        await maria.context.add_cookies([cookie])  # type: ignore[list-item]
        if plain(words.replace("\0", ""))[:400] not in (await inspector.opens("/me")).replace("\ufffd", ""):
            inspector.faults.append(f"a flash is not there as text: {words[:200]!r}")
    await inspector.opens("/me")
    for operation, fields in house.forms():
        await inspector.sends(operation, fields)
    assert RESULTS.keys() <= {operation for operation, _ in house.forms()}, "a result needs a form"
    stranger = Inspector(await office.stranger(user_agent=HOSTILE[0]))
    for words in HOSTILE[::2]:
        await stranger.opens(f"/login?{urlencode({'back': words[:1500]})}")
        await stranger.opens(f"/setup/{quote(words[:500], safe='')}")
    faults = [*inspector.faults, *stranger.faults]
    assert not faults, "\n".join(faults)
    for name in ("tickets", "recipients"):
        await maria.opens(f"/{name}")
        await maria.keeps(f"hostile-{name}")
