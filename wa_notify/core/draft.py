"""Drafts: templates as they are to be approved, with what only a reviewer wants to see."""

from dataclasses import dataclass

from wa_notify.core.template import TemplateShape


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDraft:
    """A template as it is to be approved: its shape, and an example for everything that varies."""

    shape: TemplateShape  # status "" (nobody has judged it), id ""
    header_example: str = ""  # text for the header's variable, or link or path of a media header's file
    body_examples: tuple[tuple[str, str], ...] = ()  # variable -> example
    url_examples: tuple[tuple[int, str], ...] = ()  # index of the button -> example of the whole link
