"""Rate cards: a table of prices as CSV, and what no table of prices may say."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import voluptuous as vol

from wa_notify.config.faults import Fault, Faults, suggestion
from wa_notify.config.places import Place, Spot
from wa_notify.config.shape import Check
from wa_notify.core.pricing import Rate

MOST_BYTES = 4 * 1024 * 1024
NEEDED = ("market", "category", "price")
HEAD_FIX = "The first line reads: market,category,price,from_volume,since (the last two may be missing)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A rate and where it stands; ``place`` only where the spot alone would not lead there."""

    rate: Rate
    spot: Spot
    place: Place | None = None


def read_card(path: Path, name: str, shape: Mapping[Any, Check], spot: Spot, faults: Faults) -> list[Written]:
    """Read a table of prices as CSV; a line with a fault is left out and the fault noted.

    ``name`` is how the places of complaints name the file, ``shape`` what each column may hold.
    """
    text = _content(path, spot, faults)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    head: list[str] = []
    found: list[Written] = []
    try:
        for cells in reader:
            place = Place(name, reader.line_num)
            if not any(cell.strip() for cell in cells):
                continue
            if not head:
                head = [cell.strip() for cell in cells]
                if not _head_fits(head, shape, place, spot, faults):
                    return []
            elif (rate := _rate(head, cells, shape, place, spot, faults)) is not None:
                found.append(Written(rate=rate, spot=spot, place=place))
    except csv.Error as error:
        place = Place(name, reader.line_num)
        faults.add(Fault(spot=spot, what=f"This is no CSV: {error}.", fix="Look at its quotes.", place=place))
    if not found and not faults.touch(spot):
        faults.add(Fault(spot=spot, what="This table has no rates.", fix=HEAD_FIX, place=Place(name, 1)))
    return found


def _content(path: Path, spot: Spot, faults: Faults) -> str | None:
    what, fix = "", "Check the name and the owner; it is looked for beside the configuration."
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) <= MOST_BYTES:
            return content.decode("utf-8-sig")
        what, fix = f"The table {path.name} is larger than 4 MiB.", "Leave out what is old."
    except OSError as error:
        what = f"The table {path.name} cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        what, fix = f"The table {path.name} is not in UTF-8.", "Save it as UTF-8."
    faults.add(Fault(spot=spot, what=what, fix=fix))
    return None


def _head_fits(head: list[str], shape: Mapping[Any, Check], place: Place, spot: Spot, faults: Faults) -> bool:
    known = [str(key) for key in shape]
    unknown = [name for name in head if name not in known]
    lacking = [name for name in NEEDED if name not in head]
    if lacking:
        what = f"The table lacks the column {lacking[0]}."
        faults.add(Fault(spot=spot, what=what, fix=HEAD_FIX, place=place))
    elif unknown or len(set(head)) < len(head):
        what = f"`{unknown[0]}` is no column of a price table." if unknown else "A column comes twice."
        fix = suggestion(unknown[0], known) if unknown else HEAD_FIX
        faults.add(Fault(spot=spot, what=what, fix=fix, place=place))
    else:
        return True
    return False


def _rate(
    head: list[str],
    cells: list[str],
    shape: Mapping[Any, Check],
    place: Place,
    spot: Spot,
    faults: Faults,
) -> Rate | None:
    if len(cells) != len(head):
        what = f"This line has {len(cells)} cells, and the table has {len(head)} columns."
        fix = "Numbers have a point, no comma; put texts with a comma in quotes."
        faults.add(Fault(spot=spot, what=what, fix=fix, place=place))
        return None
    checks = {str(key): check for key, check in shape.items()}
    values: dict[str, Any] = {}
    sound = True
    for name, cell in zip(head, cells, strict=True):
        if not cell.strip() and name not in NEEDED:
            continue
        try:
            values[name] = checks[name](_number_or_text(name, cell.strip()))
        except vol.Invalid as flaw:
            sound = False
            fix = getattr(flaw, "fix", "")
            faults.add(Fault(spot=spot, what=f"{name}: {flaw.msg}", fix=fix, place=place))
    return Rate(**values) if sound else None


def _number_or_text(name: str, cell: str) -> int | str:
    return int(cell) if name == "from_volume" and cell.isdecimal() else cell


def settled(written: list[Written], faults: Faults) -> Iterator[Rate]:
    """The rates; what contradicts itself is noted: the same twice, no first step, more for more volume."""
    steps: dict[tuple[Any, ...], dict[int, Written]] = {}
    for one in written:
        rate = one.rate
        group = steps.setdefault((rate.market, rate.category, rate.since), {})
        if rate.from_volume in group:
            what = f"There is a rate for {rate.category} in {rate.market} from this volume and day already."
            _add(one, what, "Remove one of them.", faults)
        group.setdefault(rate.from_volume, one)
    for group in steps.values():
        in_order = [group[volume] for volume in sorted(group)]
        if 1 not in group:
            what = f"Nothing says what the first {in_order[0].rate.category} message costs."
            _add(in_order[0], what, "Add a rate with from_volume 1.", faults)
        for lower, higher in pairwise(in_order):
            if higher.rate.price > lower.rate.price:
                what = f"More volume costs more: {higher.rate.price} instead of {lower.rate.price}."
                _add(higher, what, "Volume makes messages cheaper; look at both.", faults)
    yield from (one.rate for one in written)


def _add(written: Written, what: str, fix: str, faults: Faults) -> None:
    faults.add(Fault(spot=written.spot, what=what, fix=fix, place=written.place))
