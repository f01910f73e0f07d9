"""Drafts for tests: ordinary ones, and a strategy for all the platform would take."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from wa_notify.core.draft import TemplateDraft
from wa_notify.core.template import ButtonShape, TemplateShape, variables

WORDS = st.text("abcdefgh äöü日", min_size=8, max_size=40).filter(lambda text: len("".join(text.split())) > 7)
LABELS = st.lists(st.text("abcdefgh", min_size=1, max_size=20), min_size=6, max_size=6, unique=True)
PADDING = st.sampled_from(["", " ", "\n", "  "])
LINK = "https://ops.example.net/"


def draft(**special: Any) -> TemplateDraft:
    """An ordinary one with every example; keywords say what is special about its shape."""
    ordinary: dict[str, Any] = {
        "name": "ops_alert",
        "language": "en",
        "status": "",
        "category": "UTILITY",
        "header": "Alert: {{1}}",
        "header_format": "TEXT",
        "body": "An alert was raised for a system you are on call for: {{1}}. It is still open.",
        "footer": "Sent by the operations desk",
        "buttons": (
            ButtonShape(kind="QUICK_REPLY", text="Acknowledge"),
            ButtonShape(kind="URL", text="Open alert", target=f"{LINK}{{{{1}}}}"),
        ),
    }
    return with_examples(TemplateShape(**(ordinary | special)))


def with_examples(shape: TemplateShape) -> TemplateDraft:
    needs_header = variables(shape.header) or shape.header_format not in ("", "TEXT", "LOCATION")
    return TemplateDraft(
        shape=shape,
        header_example="db-7.png" if needs_header else "",
        body_examples=tuple((name, f"example of {name}") for name in variables(shape.body)),
        url_examples=tuple(
            (index, f"{LINK}7") for index, button in enumerate(shape.buttons) if button.takes_suffix
        ),
    )


def at_account(made: TemplateDraft, **special: Any) -> TemplateShape:
    """The draft as an account has it."""
    return replace(made.shape, **{"status": "APPROVED", "id": "9001", **special})


@st.composite
def bodies(draw: st.DrawFn) -> str:
    named, count = draw(st.booleans()), draw(st.integers(0, 4))
    space = draw(st.sampled_from(["", " "]))
    text = draw(WORDS)
    for number in range(1, count + 1):
        name = f"name_{number}" if named else str(number)
        text += f" {{{{{space}{name}{space}}}}} {draw(WORDS)}"
    return f"{draw(PADDING)}{text}{draw(PADDING)}"


@st.composite
def button_rows(draw: st.DrawFn) -> tuple[ButtonShape, ...]:
    labels = draw(LABELS)
    quick = [ButtonShape(kind="QUICK_REPLY", text=text) for text in labels[: draw(st.integers(0, 3))]]
    link = draw(st.sampled_from([LINK, f"{LINK}{{{{1}}}}"]))
    others = [
        ButtonShape(kind="URL", text=labels[3], target=link),
        ButtonShape(kind="PHONE_NUMBER", text=labels[4], target="+44 1632 960 111"),
        ButtonShape(kind="COPY_CODE", text="", target="INC-2041"),
    ]
    chosen = draw(st.lists(st.sampled_from(others), unique=True, max_size=3))
    return tuple([*quick, *chosen] if draw(st.booleans()) else [*chosen, *quick])


@st.composite
def drafts(draw: st.DrawFn) -> TemplateDraft:
    """Whatever the platform takes, in every kind of component."""
    body = draw(bodies())
    named = any(not name.isdecimal() for name in variables(body))
    varying = f"{draw(st.text('abc ', max_size=9))}{{{{ {'what' if named else 1} }}}}"
    form = draw(st.sampled_from(["", "TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"]))
    header = draw(st.sampled_from(["Alert", varying, " Alert "])) if form == "TEXT" else ""
    shape = TemplateShape(
        name=draw(st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True)),
        language=draw(st.sampled_from(["en", "en_GB", "pt_BR", "zh_TW"])),
        status="",
        category="UTILITY",
        header=header,
        header_format=form,
        body=body,
        footer=draw(st.sampled_from(["", "The desk", " The desk\n"])),
        buttons=draw(button_rows()),
        ttl=draw(st.sampled_from([None, 30, 1800])),
    )
    return with_examples(shape)
