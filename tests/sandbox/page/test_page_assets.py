"""What the page is made of: plain files from this machine, which never turn text into markup."""

import re

import pytest

from tests.sandbox.conftest import Bench
from wa_notify.sandbox.site import ASSETS, PAGE

MARKUP_FROM_TEXT = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\(.style"
)


@pytest.mark.parametrize("name", sorted(ASSETS))
async def test_each_file_of_the_page_is_plain_and_from_here(bench: Bench, name: str) -> None:
    answer = await bench.graph.get(f"/_sandbox/page/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(ASSETS[name])
    assert answer.headers["x-content-type-options"] == "nosniff"
    text = answer.text.replace("http://www.w3.org/", "")
    assert "http://" not in text
    assert "//cdn" not in text
    assert MARKUP_FROM_TEXT.search(text) is None
    assert len(text.splitlines()) < 400


async def test_every_file_that_is_named_is_there_and_none_other(bench: Bench) -> None:
    page = (await bench.graph.get("/")).text
    named = set(re.findall(r"/_sandbox/page/([\w.]+)", page))
    for name in ASSETS:
        named |= set(re.findall(r'from "\./([\w.]+)"', (PAGE / name).read_text(encoding="utf-8")))
    assert named == set(ASSETS)
    assert (await bench.graph.get("/_sandbox/page/index.html")).status_code == 404
    assert (await bench.graph.get("/_sandbox/page/..%2Fsite.py")).status_code == 404
