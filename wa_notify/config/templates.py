"""The section ``templates``: everything of a template that the platform knows, as it is to be approved.

What all languages share stands once: the category, how long the platform goes on trying, and examples that
fit them all. How long may be chosen within the bounds of the category (Meta's template reference,
`message_send_ttl_seconds`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.examples import (
    WHOLE_LINK,
    Example,
    body_examples,
    check_own_example,
    examples,
    fits,
    header_example,
    url_examples,
)
from wa_notify.config.faults import Fault, Faults, kind_of
from wa_notify.config.places import Spot
from wa_notify.config.shape import Check, Flaw, fitted, listing, section, table
from wa_notify.config.template_parts import Button, Header, body, button, button_row, footer, header
from wa_notify.config.words import duration, language, one_of, template_name
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.template import TemplateShape
from wa_notify.core.wallclock import spoken_span

TEMPLATES = "templates"
PARTS = {"header": "header", "body": "body", "url": "link of a button"}
TEXT = Header(format="TEXT")
CATEGORIES = ("utility", "marketing", "authentication")
TTLS = {
    "utility": (timedelta(seconds=30), timedelta(hours=12)),
    "authentication": (timedelta(seconds=30), timedelta(minutes=15)),
    "marketing": (timedelta(hours=12), timedelta(days=30)),
}


def _translation(values: dict[str, Any]) -> dict[str, Any]:
    """A language of its own accord: its examples belong to something that varies."""
    check_own_example(values.get("buttons", ()))
    for example in values.get("examples", ()):
        if not fits(example, values.get("header"), values["body"], values.get("buttons", ())):
            raise _needless(example, ("examples",))
    tuple(url_examples(values.get("buttons", ()), values.get("examples", ())))
    return values


def _template(values: dict[str, Any]) -> dict[str, Any]:
    """All languages together: how long, and the examples that they share."""
    category, ttl = values["category"], values.get("ttl")
    least, most = TTLS[category]
    if ttl is not None and not least <= ttl <= most:
        what = f"The platform tries a template of {category} for {spoken_span(least)} to {spoken_span(most)}."
        raise Flaw(what, "Choose within that.", ["ttl"])
    for code, translation in values["languages"].items():
        if category == "authentication" and translation.get("header", TEXT).format == "LOCATION":
            what = "An authentication template shows no location."
            raise Flaw(what, "Remove the header.", ["languages", code, "header"])
    for example in values.get("examples", ()):
        translations = values["languages"].values()
        if not any(
            fits(example, one.get("header"), one["body"], one.get("buttons", ())) for one in translations
        ):
            raise _needless(example, ("examples",))
    return values


def _needless(example: Example, spot: Spot) -> Flaw:
    what = f"There is no variable in the {PARTS[example.part]} that this is an example of."
    return Flaw(what, "Remove it, or name the variable.", [*spot, *example.spot])


TRANSLATION: Check = vol.All(
    section(
        "The language of a template",
        {
            vol.Optional("header"): header,
            vol.Required("body"): body,
            vol.Optional("footer"): footer,
            vol.Optional("buttons"): vol.All(listing("`buttons`", button, most=10), button_row),
            vol.Optional("examples"): examples,
        },
    ),
    _translation,
)
TEMPLATE: Check = vol.All(
    section(
        "A template",
        {
            vol.Required("category"): one_of(*CATEGORIES),
            vol.Optional("ttl"): duration(),
            vol.Optional("examples"): examples,
            vol.Required("languages"): table("`languages`", language, TRANSLATION, least=1),
        },
    ),
    _template,
)


def templates(raw: Any, faults: Faults, spot: Spot = (TEMPLATES,)) -> tuple[TemplateDraft, ...]:
    """Read all declared templates; one draft for each language."""
    found: list[TemplateDraft] = []
    if raw is not None and not isinstance(raw, Mapping):
        what = f"The section `{TEMPLATES}` is a mapping, not {kind_of(raw)}."
        faults.add(Fault(spot=spot, what=what, fix="Write it as `name: ...`."))
        return ()
    for name, values in (raw or {}).items():
        _named(name, spot, faults)
        fit = fitted(TEMPLATE, values, (*spot, name), faults)
        for code, translation in (fit or {"languages": {}})["languages"].items():
            try:
                found.append(_draft(name, code, fit, translation))
            except Flaw as flaw:
                faults.add(Fault(spot=(*spot, name, *map(str, flaw.path)), what=flaw.msg, fix=flaw.fix))
    return tuple(found)


def with_files_beside(config: Path, drafts: Sequence[TemplateDraft]) -> tuple[TemplateDraft, ...]:
    """Files that headers show lie beside the configuration, from wherever a command is called."""
    folder = config.resolve().parent
    return tuple(
        replace(draft, header_example=str(folder / draft.header_example)) if _shows_a_file(draft) else draft
        for draft in drafts
    )


def _shows_a_file(draft: TemplateDraft) -> bool:
    example = draft.header_example
    return bool(example) and draft.shape.header_format != "TEXT" and WHOLE_LINK not in example


def _named(name: str, spot: Spot, faults: Faults) -> None:
    try:
        template_name(name)
    except Flaw as flaw:
        faults.add(Fault(spot=(*spot, name), what=flaw.msg, fix=flaw.fix, on_key=True))


def _draft(name: str, code: str, shared: Mapping[str, Any], translation: Mapping[str, Any]) -> TemplateDraft:
    top: Header | None = translation.get("header")
    buttons: Sequence[Button] = translation.get("buttons", ())
    given = (*shared.get("examples", ()), *translation.get("examples", ()))
    own_first = (*translation.get("examples", ()), *shared.get("examples", ()))
    ttl: timedelta | None = shared.get("ttl")
    shape = TemplateShape(
        name=name,
        language=code,
        status="",
        category=shared["category"].upper(),
        header=top.text if top else "",
        header_format=top.format if top else "",
        body=translation["body"],
        footer=translation.get("footer", ""),
        buttons=tuple(one.shape for one in buttons),
        ttl=None if ttl is None else int(ttl.total_seconds()),
    )
    return TemplateDraft(
        shape=shape,
        header_example=header_example(top, own_first),
        body_examples=body_examples(shape.body, given),
        url_examples=tuple(url_examples(buttons, given)),
    )
