"""What chat text looks like: marks where the platform makes them, and markup of others only as text."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.conftest import ANNA

from .conftest import Desk

SHOWN = "text => import('/_sandbox/page/formatting.js').then(({formatted}) => shownAs(formatted(text)))"
HELPER = """() => { window.shownAs = (nodes) => {
    const box = document.createElement("div");
    box.append(...nodes);
    for (const element of box.querySelectorAll("*")) {
        for (const {name} of [...element.attributes]) if (name !== "start") element.removeAttribute(name);
    }
    return box.innerHTML;
}; }"""

MARKS = [
    ("plain", "<p>plain</p>"),
    ("*bold* _italic_ ~struck~", "<p><strong>bold</strong> <em>italic</em> <s>struck</s></p>"),
    ("*_both_*", "<p><strong><em>both</em></strong></p>"),
    ("`df -h *x*`", "<p><code>df -h *x*</code></p>"),
    ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ("snake_case_name and a*b*c", "<p>snake_case_name and a*b*c</p>"),
    ("* no*", "<ul><li>no*</li></ul>"),
    ("*open", "<p>*open</p>"),
    ("**", "<p>**</p>"),
    ("*bold*, _it_.", "<p><strong>bold</strong>, <em>it</em>.</p>"),
    ("*over\nlines*", "<p>*over</p><p>lines*</p>"),
    ("- one\n- *two*", "<ul><li>one</li><li><strong>two</strong></li></ul>"),
    ("2. two\n3. three", '<ol start="2"><li>two</li><li>three</li></ol>'),
    ("> said\n> again\nanswer", "<blockquote>said<br>again</blockquote><p>answer</p>"),
    ("see:\n```a *b*\n c```\nend", "<p>see:</p><pre>a *b*\n c</pre><p>end</p>"),
    ("https://a.example/x_y_z.", "<p><a>https://a.example/x_y_z</a>.</p>"),
    ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
    ("<b>no</b> & *<i>x</i>*", "<p>&lt;b&gt;no&lt;/b&gt; &amp; <strong>&lt;i&gt;x&lt;/i&gt;</strong></p>"),
]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "*<iframe srcdoc='<script>alert(1)</script>'>*",
    "```<style>*{display:none}</style>```",
    "> <a href='javascript:alert(1)'>x</a>",
    'https://x.example/"onmouseover="alert(1)',
    "{{7*7}} ${alert(1)} <%= 1 %>",
]


async def test_marks_become_what_they_mean_and_nothing_else(desk: Desk, page: Page) -> None:
    await page.evaluate(HELPER)
    shown = {text: await page.evaluate(SHOWN, text) for text, _ in MARKS}
    assert shown == dict(MARKS)


async def test_even_the_longest_text_of_marks_is_drawn_at_once(desk: Desk, page: Page) -> None:
    await page.evaluate(HELPER)
    for mark in ("*", "*_~", "`", "_a", "*a "):
        text = (mark * 4096)[:4096]
        took = await page.evaluate(
            f"async (text) => {{ const from = performance.now(); await ({SHOWN})(text);"
            " return performance.now() - from; }",
            text,
        )
        assert took < 1000, mark


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_markup_of_others_stays_text(desk: Desk, page: Page, hostile: str) -> None:
    anna = desk.sandbox.phone(ANNA)
    anna.name = hostile
    desk.sandbox.account.numbers[0].verified_name = hostile
    anna.reply(hostile)
    desk.sandbox.send_file(anna, "document", b"x", "text/plain", filename=hostile, caption=hostile)
    anna.send("location", {"latitude": hostile, "longitude": hostile, "name": hostile, "address": hostile})
    rows = [{"id": hostile, "title": hostile[:24], "description": hostile}]
    interactive: dict[str, Any] = {
        "type": "list", "header": {"type": "text", "text": hostile}, "body": {"text": hostile},
        "footer": {"text": hostile}, "action": {"button": hostile[:20], "sections": [{"rows": rows}]},
    }  # fmt: skip
    await desk.send(
        {"messaging_product": "whatsapp", "to": ANNA, "type": "interactive", "interactive": interactive}
    )
    opener = page.get_by_role("button", name=hostile[:20], exact=True).filter(has=page.locator("svg"))
    await opener.click()
    await expect(page.get_by_role("dialog")).to_contain_text(hostile[:24])
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Events").click()
    await expect(page.locator("#log li").first).to_be_visible()
    await page.get_by_role("button", name="Traffic").click()
    await page.locator("#exchanges summary").first.click()
    bad = "script:not([src]), iframe, object, [onerror], [onload], [onmouseover], [href^='javascript'], style"
    assert await page.locator(bad).count() == 0
    assert await page.locator(".bubble img").count() == 0
