"""The rules, one rule, the files they are written in, and a place to try new ones."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import Right
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.rules import FaultShape, FileShape, list_rules, show_rule, show_rules_text


@page("/rules", right=Right.SEE, template="rules.html", section="rules")
async def rules(visit: Visit) -> Mapping[str, Any]:
    """All rules in their order, and how the configuration stands."""
    return {"found": await visit.ask(list_rules)}


@page("/rules/text", right=Right.SEE, template="rules_text.html", section="rules")
async def text(visit: Visit) -> Mapping[str, Any]:
    """What is written, with its faults at their lines."""
    files = (await visit.ask(show_rules_text)).items
    return {
        "found": await visit.ask(list_rules),
        "files": [(one, parts_of(one), marks_of(one.faults)) for one in files],
    }


@page("/rules/check", right=Right.SEE, template="rules_check.html", section="rules")
async def check(visit: Visit) -> Mapping[str, Any]:  # noqa: ARG001 - the signature of pages
    """A place to try rules."""
    return {"result": None}


@page("/rules/{name}", right=Right.SEE, template="rules_one.html", section="rules")
async def rule(visit: Visit) -> Mapping[str, Any]:
    """One rule."""
    return {"one": await visit.ask(show_rule, path=visit.path)}


def marks_of(faults: list[FaultShape]) -> dict[int, tuple[str, str]]:
    """What is said at which line; several faults of a line are told together."""
    marks: dict[int, tuple[str, str]] = {}
    for one in faults:
        kind, said = marks.get(one.line, ("", ""))
        worse = "bad" if one.severity == "fault" or kind == "bad" else "warn"
        marks[one.line] = (worse, f"{said} {one.what} {one.fix}".strip())
    return marks


def parts_of(file: FileShape) -> list[tuple[int, str]]:
    """The runs of lines that follow each other: the number of the first, and the text."""
    parts: list[tuple[int, list[str]]] = []
    for line in file.lines:
        if parts and line.number == parts[-1][0] + len(parts[-1][1]):
            parts[-1][1].append(line.text)
        else:
            parts.append((line.number, [line.text]))
    return [(first, "\n".join(texts)) for first, texts in parts]


PAGES = (rules, text, check, rule)
RESULTS = {"check_rules": "rules_check.html"}
