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
from typing import Any

from wa_notify.config import words
from wa_notify.config.shape import Check, Flaw
from wa_notify.core.consent import Purpose
from wa_notify.core.errors import BadInput, Complaint, StoreError, WaNotifyError
from wa_notify.core.recipient import Recipient, masked
from wa_notify.pipeline.importing import Newcomer, Outcome, Verdict, admit
from wa_notify.pipeline.people import Said
from wa_notify.ports import Transaction

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
SOURCE = re.compile(r"[a-z][a-z0-9_]{0,31}")  # one small word, so that it can be counted
LONGEST_TEXT = 1000  # characters of evidence, names and the like


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the file: somebody, or what is wrong with it."""

    number: int
    newcomer: Newcomer | None
    fault: str = ""


class NoRoster(BadInput):
    """The file as a whole cannot be read."""

    def __init__(self, what: str, *, where: str, fix: str) -> None:
        super().__init__((Complaint(where=where, what=what, fix=fix),))


def read_roster(text: str, file: str, *, country: str, actor: str, now: datetime) -> list[Line]:
    """Read all lines. ``country`` is whose local notation phone numbers may have, ``file`` what it is called.

    Raises `NoRoster`.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = _columns(next(reader, []), file)
        lines = [
            _line(reader.line_num, cells, columns, country, actor, now)
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        where = f"{file}:{reader.line_num}"
        raise NoRoster(f"The file is no CSV: {error}.", where=where, fix="Mend the quotes there.") from error
    return _apart(lines)


def admit_all(tx: Transaction, lines: Sequence[Line], now: datetime) -> list[Verdict]:
    """What becomes of each line; a bad one keeps out no other. Raises `StoreError`."""
    return [_admit(tx, line, now) for line in lines]


def _admit(tx: Transaction, line: Line, now: datetime) -> Verdict:
    if line.newcomer is None:
        return Verdict(outcome=Outcome.REFUSED, why=line.fault)
    try:
        with tx.apart():
            return admit(tx, line.newcomer, now)
    except StoreError:
        raise
    except WaNotifyError as error:
        return Verdict(outcome=Outcome.REFUSED, recipient_id=line.newcomer.person.id, why=str(error))


def _apart(lines: Sequence[Line]) -> list[Line]:
    """A name with two numbers, or a number with two names: the later line is wrong, however far behind.

    The store would tell, but a look at the file keeps nothing of one batch until the next.
    """
    numbers, names, found = dict[str, str](), dict[str, str](), list[Line]()
    for line in lines:
        person = line.newcomer.person if line.newcomer else None
        fault = ""
        if person and person.id and person.phone:
            if names.setdefault(person.phone, person.id) != person.id:
                fault = (
                    f"This number is {names[person.phone]}'s already, further up. Take out one of the two."
                )
            elif numbers.setdefault(person.id, person.phone) != person.phone:
                fault = f"{person.id} has another number further up. Take another name, or that number."
        found.append(Line(number=line.number, newcomer=None, fault=fault) if fault else line)
    return found


def _columns(head: Sequence[str], file: str) -> list[str]:
    by_name = {name: column for column, others in COLUMNS.items() for name in (column, *others)}
    found = []
    for title in head:
        plain = re.sub(r"[^a-z0-9]+", "_", title.strip().casefold()).strip("_")
        if plain not in by_name or by_name[plain] in found:
            twice = plain in by_name
            what = f"The column {title.strip()!r} {'stands there twice' if twice else 'is not known'}."
            raise NoRoster(what, where=f"{file}:1", fix=f"Known: {', '.join(COLUMNS)}. Others must go.")
        found.append(by_name[plain])
    if not {"name", "phone"} & set(found):
        fix = f"Begin the file with a line such as {','.join(COLUMNS)}."
        raise NoRoster("There is no column `name` or `phone`.", where=f"{file}:1", fix=fix)
    return found


def _line(
    number: int, cells: Sequence[str], columns: Sequence[str], country: str, actor: str, now: datetime
) -> Line:
    if len(cells) > len(columns):
        return Line(
            number=number,
            newcomer=None,
            fault="There are more values than columns. Put quotes around a value that has commas in it.",
        )
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
            raise Flaw(
                "There is a date of the opt-in, but nothing that proves it.",
                "Write the proof into `evidence`.",
            )
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
            word = str(value)
            shown = masked(word) if sum(map(str.isdigit, word)) > 5 else f"'{word}'"
            raise Flaw(f"{shown} cannot be a phone number.", fix) from None

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
