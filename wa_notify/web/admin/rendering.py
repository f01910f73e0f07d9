"""The templates of the admin page: how a view is written, and what it may use.

**A view** is a file in ``templates/`` that extends ``base.html`` and fills its blocks::

    {% extends "base.html" %}
    {% import "parts/ui.html" as ui with context %}
    {% block title %}{{ _("Tickets") }}{% endblock %}
    {% block actions %}{{ ui.link("/admin/silences", _("Silence")) }}{% endblock %}
    {% block main %} ... {% endblock %}

``ui`` holds every macro; ``with context`` is needed, because they know ``now``, ``zone`` and ``csrf``. The
head of each file in ``templates/parts/`` says how its macros are called. Some, such as ``deed``, ``dialog``
and ``filters``, take what they surround: ``{% call ui.deed(...) %} fields {% endcall %}``. Inside of such a
call the word ``caller`` belongs to Jinja, so say ``{% set may = caller.rights %}`` at the head of the view
and ask ``"tickets" in may``.

**What every view is given**: ``now`` (UTC), ``zone`` (IANA name of the house), ``csrf``, ``caller``
(``name``, ``role``, ``rights``; nothing on the page to log in), ``nav`` (items with ``url``, ``label``,
``current``, ``count``, and ``grave`` if the count is to be red; the first four stand in the bar of a phone),
``flashes`` (items with ``kind`` good, warn or bad, and ``text``), ``here`` (its own address), ``version``. A
view may say ``{% set live = false %}`` when nothing on it changes by itself.

**Text** goes through ``_("...")`` or ``{% trans %}``; values go in by name:
``_("%(n)s people", n=people|count)``. Filters say values: ``relative``, ``span``, ``short_span``, ``moment``,
``minute``, ``full``, ``day``, ``money(currency)``, ``count``, ``size``, ``percent``, ``masked``, ``sentence``
(of a reason), ``formatted`` and ``linked`` (chat text), ``slug`` (an id). Times are better shown with
``ui.time``, which the script keeps fresh in the reader's own zone.

**The policy** of the page forbids inline script and style: no ``style=``, no ``on...=``, no ``<script>`` or
``<style>`` in a view. Geometry in SVG stands in attributes such as ``width`` and ``x``.

**Live**: an element with an ``id`` and ``data-live="tickets outbox"`` is fetched anew when one of these
topics changes. Its children need a ``data-key`` so that rows stay the same rows. The script compares it with
the element of the same id in the page as the server draws it now; nothing else is needed. Answers to the
header ``X-Fragment`` may leave out everything but these elements and the head.

**Search**: ``ui.filters(target)`` makes a form whose answer replaces the element with the id ``target``.
**More rows**: ``ui.pager(next_url, target)``; the next page has the same element. **Deeds** post to
``/admin/do/{operation}``; with script they are sent by fetch with ``Accept: application/json`` and the header
``X-CSRF-Token``, and the answer is ``{"message", "location"}`` or a problem (RFC 9457) with ``complaints``
(``where`` is the name of a field, ``what`` and ``fix`` are sentences). Without script the same form is posted
and the server redirects to the field ``back``.

**Keys**: an element with ``data-key-press="a"`` is clicked by that key; rows are ``data-row`` with a link
``.whole``; ``g`` and the letter of a view goes there.

**Files** of the page are `ASSETS`; their addresses carry the hash of all of them (`static`), so a browser may
keep them for good.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from wa_notify.core.window import LENGTH as WINDOW_LENGTH
from wa_notify.web.admin import charts, formatting, words

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"
STATIC_URL = "/admin/static"  # then the hash of all files, then the name
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ATTRIBUTE = re.compile(r"[a-z][a-z-]*")
CLOSING = timedelta(hours=1)  # from here on a window is about to close
# Of each view its icon and the letter behind `g`; views that are not here have neither.
SECTIONS = MappingProxyType(
    {
        "": ("overview", "o"), "overview": ("overview", "o"), "tickets": ("tickets", "t"),
        "recipients": ("people", "r"), "templates": ("template", "m"), "rules": ("rules", "u"),
        "explain": ("explain", "e"), "silences": ("hush", "s"), "schedules": ("schedule", "d"),
        "outbox": ("sent", "b"), "audit": ("audit", "a"), "accounts": ("key", "c"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file of the page. ``etag`` is the hash of its content."""

    content: bytes
    media_type: str
    etag: str


def _read() -> dict[str, Asset]:
    return {
        path.name: Asset(
            content=(content := path.read_bytes()),
            media_type=MEDIA_TYPES[path.suffix],
            etag=hashlib.sha256(content).hexdigest()[:16],
        )
        for path in sorted(STATIC.iterdir())
        if path.suffix in MEDIA_TYPES
    }


ASSETS: Mapping[str, Asset] = MappingProxyType(_read())  # by name; what is not here is not served
ASSETS_VERSION = hashlib.sha256("".join(asset.etag for asset in ASSETS.values()).encode()).hexdigest()[:12]


def static(name: str) -> str:
    """The address of a file of the page. Raises `KeyError` for one that is not there."""
    if name not in ASSETS:
        raise KeyError(name)
    return f"{STATIC_URL}/{ASSETS_VERSION}/{name}"


def environment() -> Environment:
    """Jinja with everything that the views use; see the head of this module."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.add_extension("jinja2.ext.loopcontrols")
    install = made.install_null_translations  # type: ignore[attr-defined]  # comes with the extension
    install(newstyle=True)
    made.globals.update(token=partial(token_hex, 16), static=static, SECTIONS=SECTIONS, charts=charts)
    made.filters.update(
        money=words.money, count=words.count, size=words.size, percent=words.percent, masked=words.masked,
        sentence=words.sentence, without_reason=words.without_reason, formatted=formatting.formatted,
        linked=formatting.linked, slug=slug, iso=iso, share_left=share_left, window_state=window_state,
        section=section, attributes=attributes, span=_translated(words.span),
        short_span=_translated(words.short_span), full=_in_zone(words.full), minute=_in_zone(words.minute),
        day=_in_zone(words.day), moment=_in_zone(words.moment), relative=_relative,
    )  # fmt: skip
    return made


def slug(text: object) -> str:
    """The text as part of an id: different texts stay different."""
    plain = re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")[:40]
    return plain if plain == str(text) else f"{plain}-{hashlib.sha256(str(text).encode()).hexdigest()[:6]}"


def iso(at: datetime) -> str:
    """A time as browsers read it."""
    return at.isoformat(timespec="seconds")


def attributes(values: Mapping[str, object]) -> Markup:
    """The attributes of an element. What is none or false is left out, what is true has no value.

    Raises `ValueError` for a name that is none, or one that carries script or style.
    """
    given = {name: value for name, value in values.items() if value is not None and value is not False}
    for name in given:
        if not ATTRIBUTE.fullmatch(name) or name.startswith("on") or name == "style":
            raise ValueError(f"There is no attribute {name!r} for an element of the page.")
    return Markup("").join(
        Markup(" {}").format(name) if value is True else Markup(' {}="{}"').format(name, value)
        for name, value in given.items()
    )


def section(url: str) -> tuple[str, str]:
    """Icon and letter of the view that an address belongs to."""
    name = url.partition("?")[0].removeprefix("/admin").strip("/").partition("/")[0]
    return SECTIONS.get(name, ("more", ""))


def share_left(closes_at: datetime | None, now: datetime) -> float:
    """How much of a window is left, in hundredths of its length."""
    left = (closes_at - now) / WINDOW_LENGTH if closes_at else 0.0
    return round(min(max(left, 0.0), 1.0) * 100, 2)


def window_state(window: Any, now: datetime) -> str:
    """open, closing, closed or never."""
    if window is None or window.closes_at is None or window.closes_at <= now:
        return "closed" if window is not None and window.last_inbound_at is not None else "never"
    return "open" if window.closes_at - now > CLOSING else "closing"


def _say(context: Context) -> words.Say:
    """The translation of this page. What it gives is plain text, escaped once it is put on the page."""
    return lambda text, **values: unescape(str(context.call(context["gettext"], text, **values)))


def _translated(function: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def said(context: Context, value: Any) -> str:
        return function(value, say=_say(context))

    return said


def _in_zone(function: Callable[[datetime, str], str]) -> Callable[..., str]:
    @pass_context
    def said(context: Context, at: datetime) -> str:
        return function(at, str(context["zone"]))

    return said


@pass_context
def _relative(context: Context, at: datetime) -> str:
    return words.relative(at, context["now"], _say(context))
