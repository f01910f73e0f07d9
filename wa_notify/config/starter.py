"""The section ``starter``: ready-made templates in the wanted languages, beside those declared by hand.

A template declared by hand with the same name and language wins. ``link`` is the beginning of the button that
opens an alert; without it there is no such button.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import voluptuous as vol
import yaml

from wa_notify.config.faults import Faults
from wa_notify.config.shape import Check, Flaw, fitted, listing, section
from wa_notify.config.template_parts import link
from wa_notify.config.templates import TEMPLATES, templates
from wa_notify.config.words import one_of
from wa_notify.core.draft import TemplateDraft
from wa_notify.core.template import TemplateShape, TemplateStatus

STARTER = "starter"
LANGUAGES = ("en", "es", "pt_BR", "de", "fr", "hi", "id", "zh_TW")
LINK = "LINK"  # in the files, where the link of the button belongs


def _base(value: Any) -> str:
    word: str = link(value)
    if "{{" in word:
        raise Flaw("This is only the beginning of the link.", "Leave {{1}} out; it is put behind it.")
    return word


_SECTION: Check = section(
    "The section `starter`",
    {
        vol.Required("languages"): listing("`languages`", one_of(*LANGUAGES), least=1),
        vol.Optional("link"): _base,
    },
)


def declared(values: Mapping[str, Any], faults: Faults) -> tuple[TemplateDraft, ...]:
    """All templates of the configuration: those written by hand, then those of the pack that are not."""
    by_hand = templates(values.get(TEMPLATES), faults)
    taken = {(draft.shape.name, draft.shape.language) for draft in by_hand}
    raw = values.get(STARTER)
    fit = None if raw is None else fitted(_SECTION, raw, (STARTER,), faults)
    pack = ready_made(fit["languages"], fit.get("link", "")) if fit else ()
    return (*by_hand, *(one for one in pack if (one.shape.name, one.shape.language) not in taken))


def approved(drafts: Sequence[TemplateDraft]) -> tuple[TemplateShape, ...]:
    """The shapes as the rules may rely on: what is declared counts as approved."""
    return tuple(replace(draft.shape, status=TemplateStatus.APPROVED) for draft in drafts)


def ready_made(languages: Sequence[str], base: str) -> tuple[TemplateDraft, ...]:
    """The templates of the pack in these languages, by name."""
    faults = Faults()
    drafts = templates(pack_of(languages, base), faults)
    if faults.found:
        raise AssertionError(f"Read the starter pack: {faults.found[0].what}")
    return drafts


def pack_of(languages: Sequence[str], base: str) -> dict[str, Any]:
    """The pack as the section ``templates`` would be written: each template with these languages."""
    pack: dict[str, Any] = {}
    for code in dict.fromkeys(languages):
        for name, template in _file(code).items():
            translation = _linked(template["languages"][code], base)
            held = pack.setdefault(name, {**template, "languages": {}})
            held["languages"] = {**held["languages"], code: translation}
    return pack


def _linked(translation: Mapping[str, Any], base: str) -> dict[str, Any]:
    """The translation with the link of the house in its button, or without the button."""
    buttons = []
    for button in translation.get("buttons", ()):
        if button.get("url") != LINK:
            buttons.append(button)
        elif base:
            buttons.append({**button, "url": f"{base}{{{{1}}}}"})
    parts = {key: value for key, value in translation.items() if key != "buttons"}
    return {**parts, "buttons": buttons} if buttons else parts


@lru_cache(maxsize=len(LANGUAGES))
def _file(language: str) -> dict[str, Any]:
    words = files("wa_notify.starter").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    pack: dict[str, Any] = yaml.safe_load(words)
    return pack
