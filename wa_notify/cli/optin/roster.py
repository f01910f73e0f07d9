"""A file of people: CSV with a head line, read one line at a time, so that each has its own verdict.

Columns are known by several names (`COLUMNS`), in any order and case. Separated by comma, semicolon or tab,
whichever the head line has most of; UTF-8, with or without a mark at the beginning.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wa_notify.cli.optin.shared import SOURCE, read_whole
from wa_notify.cli.problem import Problem
from wa_notify.cli.whom import shown
from wa_notify.config import words
from wa_notify.config.shape import Check, Flaw
from wa_notify.core.consent import Purpose
from wa_notify.core.recipient import Recipient
from wa_notify.pipeline.importing import Newcomer
from wa_notify.pipeline.people import Said

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("id", "recipient", "recipient_id", "user", "username"),
    "phone": ("phone_number", "number", "mobile", "msisdn", "telephone", "tel", "whatsapp"),
    "display_name": ("full_name", "display", "person"),
    "language": ("lang", "locale"),
    "purpose": (),
    "source": (),
    "wording": ("version", "wording_version", "text_version"),
    "evidence": ("proof",),
    "granted_at": ("granted", "at", "date", "timestamp", "opt_in_at", "opted_in_at"),
}
SEPARATORS = ",;\t"
LONGEST_TEXT = 1000  # characters of evidence, names and the like


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the file: somebody, or what is wrong with it."""

    number: int
    newcomer: Newcomer | None
    fault: str = ""


def read_roster(path: Path, *, country: str, actor: str, now: datetime) -> list[Line]:
    """Read all lines. ``country`` is whose local notation phone numbers may have.

    Raises `Problem` when the file as a whole cannot be read.
    """
    try:
        text = read_whole(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"{path}, byte {error.start}"
        raise Problem("The file is no UTF-8.", where=where, fix="Save it as CSV UTF-8.") from error
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(reader, []), path)
        return [
            _line(reader.line_num, cells, columns, country, actor, now)
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        where = f"{path}:{reader.line_num}"
        raise Problem(f"The file is no CSV: {error}.", where=where, fix="Mend the quotes there.") from error


def _columns(head: Sequence[str], path: Path) -> list[str]:
    by_name = {name: column for column, others in COLUMNS.items() for name in (column, *others)}
    found = []
    for title in head:
        plain = re.sub(r"[^a-z0-9]+", "_", title.strip().casefold()).strip("_")
        if plain not in by_name or by_name[plain] in found:
            twice = plain in by_name
            what = f"The column {title.strip()!r} {'stands there twice' if twice else 'is not known'}."
            raise Problem(what, where=f"{path}:1", fix=f"Known: {', '.join(COLUMNS)}. Others must go.")
        found.append(by_name[plain])
    if not {"name", "phone"} & set(found):
        fix = f"Begin the file with a line such as {','.join(COLUMNS)}."
        raise Problem("There is no column `name` or `phone`.", where=f"{path}:1", fix=fix)
    return found


def _line(
    number: int, cells: Sequence[str], columns: Sequence[str], country: str, actor: str, now: datetime
) -> Line:
    if len(cells) > len(columns):
        return Line(number=number, newcomer=None, fault="There are more values than columns.")
    values = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if cell.strip()}
    try:
        return Line(number=number, newcomer=_newcomer(values, country, actor, now))
    except Flaw as flaw:
        return Line(number=number, newcomer=None, fault=f"{flaw.msg} {flaw.fix}".strip())


def _newcomer(values: Mapping[str, str], country: str, actor: str, now: datetime) -> Newcomer:
    """What the line says.

    Raises `Flaw`.
    """
    checks: dict[str, Check] = dict.fromkeys(COLUMNS, _short)
    checks |= {"name": words.name, "phone": _phone(country), "language": words.locales}
    fit: dict[str, Any] = {key: checks[key](value) for key, value in values.items()}
    if not fit.get("name") and not fit.get("phone"):
        raise Flaw("There is neither a name nor a number.")
    person = Recipient(
        id=fit.get("name", ""),
        name=fit.get("display_name", ""),
        phone=fit.get("phone", ""),
        language=fit.get("language", ""),
    )
    if "evidence" not in fit:
        if "granted_at" in fit:
            raise Flaw("There is a date of the opt-in, but nothing that proves it.")
        return Newcomer(person=person, said=None)
    said = Said(
        source=_source(fit.get("source", "import")),
        evidence=fit["evidence"],
        actor=actor,
        at=_instant(fit["granted_at"]) if "granted_at" in fit else now,
        purpose=_purpose(fit.get("purpose", Purpose.UTILITY.value)),
        wording=fit.get("wording", ""),
        language=next(iter(person.languages), ""),
    )
    return Newcomer(person=person, said=said)


def _phone(country: str) -> Check:
    """A number as the configuration takes it, with a complaint that fits a table and keeps it private."""
    check = words.phone(country)

    def checked(value: Any) -> Any:
        try:
            return check(value)
        except Flaw:
            fix = "Write it with its plus and country code, or set `defaults.country`."
            raise Flaw(f"{shown(str(value))} cannot be a phone number.", fix) from None

    return checked


def _short(value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST_TEXT:
        raise Flaw(f"A text has {len(text)} characters; {LONGEST_TEXT} are possible.")
    return text


def _source(word: str) -> str:
    if not SOURCE.fullmatch(word):
        raise Flaw(f"The source {word!r} is no small word such as paper or web.")
    return word


def _purpose(word: str) -> Purpose:
    try:
        return Purpose(word.casefold())
    except ValueError:
        raise Flaw(f"The purpose {word!r} is neither utility nor marketing.") from None


def _instant(word: str) -> datetime:
    """A day, or day and time; without a zone it is taken as UTC."""
    try:
        at = datetime.fromisoformat(word)
    except ValueError:
        raise Flaw(f"{word!r} is no date such as 2026-03-01 or 2026-03-01T09:30Z.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
