"""Figures as SVG: thin lines, words beside what they name, colours by class so that they follow the theme.

Everything is pure. Widths are shares of the place that the chart is given, heights and letters are pixels;
so a chart reads the same on a phone. What is no finite number counts as a gap. The table that belongs to it
is the view's (macro ``ui.chart``), so long labels may be cut here. ``tell`` says a value to people.
"""

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from markupsafe import Markup

Tell: TypeAlias = Callable[[float], str]
Point: TypeAlias = tuple[str, float | None]  # what it is called, and its value; none is a gap

ABSENT = "\u2013"
LONGEST_LABEL = 44  # characters
NOTHING = "Nothing to show yet."
LINE_TOP, LINE_FLOOR, LINE_HEIGHT = 24, 136, 160  # pixels
ROW = 40  # of one bar with its words
COLUMN_TOP, COLUMN_FLOOR, COLUMN_HEIGHT = 40, 144, 168
MOST_COLUMN_LABELS = 7


def plainly(value: float) -> str:
    """A number as short as it can be without being wrong: ``1,234``, ``0.25``, ``3.1e+20``."""
    if abs(value) >= 1e15 or 0 < abs(value) < 1e-3:
        return f"{value:.1e}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.2f}".rstrip("0").rstrip(".")


def line(
    points: Sequence[Point],
    *,
    title: str,
    description: str = "",
    tell: Tell = plainly,
    colour: str = "",
    nothing: str = NOTHING,
) -> Markup:
    """How a value went on; first and last are named below, the highest and the last beside themselves."""
    values = [_finite(value) for _, value in points]
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return _empty(title, description, nothing)
    heights = _shares([value for _, value in known])
    at = {
        place: (_across(place, len(values)), 100 - share * 100)
        for (place, _), share in zip(known, heights, strict=True)
    }
    last, top = known[-1], max(known, key=lambda one: one[1])
    plot = Markup(
        '<line class="axis" x1="0" x2="100%" y1="{0}.5" y2="{0}.5"/>'
        '<svg x="1%" y="{1}" width="98%" height="{2}" viewBox="0 0 100 100" preserveAspectRatio="none"'
        ' overflow="visible">{3}</svg>'
    ).format(LINE_FLOOR, LINE_TOP, LINE_FLOOR - LINE_TOP, _way(at, len(values), colour))
    named = {top[0]: tell(top[1]), last[0]: tell(last[1])}
    words = [_word_at(*at[place], text, is_last=place == last[0]) for place, text in named.items()]
    return _drawing(title, description, LINE_HEIGHT, plot + Markup("").join(words) + _ends(points))


def sparkline(values: Sequence[float | None], *, title: str, colour: str = "") -> Markup:
    """How a value went on, in the height of a line of text, without words."""
    given = [_finite(value) for value in values]
    known = [(place, value) for place, value in enumerate(given) if value is not None]
    shares = _shares([value for _, value in known])
    at = {
        place: (_across(place, len(given)), 22 - share * 20)
        for (place, _), share in zip(known, shares, strict=True)
    }
    drawn = _way(at, len(given), colour) if known else Markup("")
    return Markup(
        '<svg class="spark" role="img" width="96" height="24" viewBox="0 0 100 24" preserveAspectRatio="none"'
        ' focusable="false"><title>{}</title>{}</svg>'
    ).format(title, drawn)


def bars(
    items: Sequence[tuple[str, float | None]],
    *,
    title: str,
    description: str = "",
    tell: Tell = plainly,
    colours: Sequence[str] = (),
    nothing: str = NOTHING,
) -> Markup:
    """One bar for each item, all from the same zero; what is below zero lies to the left of it."""
    if not items:
        return _empty(title, description, nothing)
    values = [_finite(value) for _, value in items]
    scaled = _scaled([value or 0.0 for value in values])
    lowest, highest = min(0.0, *scaled), max(0.0, *scaled)
    width = (highest - lowest) or 1.0
    zero = -lowest / width * 100
    drawn = []
    for place, ((label, _), value, share) in enumerate(zip(items, values, scaled, strict=True)):
        y, length = place * ROW, abs(share) / width * 100
        drawn += [
            _text("0", y + 16, label),
            _text("100%", y + 16, ABSENT if value is None else tell(value), anchor="end", strong=True),
            Markup('<rect class="track" x="0" y="{}" width="100%" height="6" rx="3"/>').format(y + 24),
            Markup('<rect class="bar-of"{} x="{}%" y="{}" width="{}%" height="6" rx="3"/>').format(
                _colour(colours[place] if place < len(colours) else ""),
                _short(zero if share >= 0 else zero - length),
                y + 24,
                _short(length),
            ),
        ]
    return _drawing(title, description, len(items) * ROW, Markup("").join(drawn))


def histogram(
    buckets: Sequence[tuple[float, int]],
    p50: float | None,
    p95: float | None,
    *,
    title: str,
    description: str = "",
    tell: Tell = plainly,
    nothing: str = NOTHING,
) -> Markup:
    """How many fell below each bound, with marks at the half and at 95 of a hundred.

    ``buckets`` are upper bounds in rising order with how many lie between each and the one before; the last
    bound may be infinite. Columns are equally wide, whatever their bounds.
    """
    counts = [max(_finite(count) or 0.0, 0.0) for _, count in buckets]
    if not any(counts):
        return _empty(title, description, nothing)
    wide, tallest = 100 / len(buckets), max(counts)
    drawn = [Markup('<line class="axis" x1="0" x2="100%" y1="{0}.5" y2="{0}.5"/>').format(COLUMN_FLOOR)]
    every = math.ceil(len(buckets) / MOST_COLUMN_LABELS)
    for place, ((bound, _), count) in enumerate(zip(buckets, counts, strict=True)):
        tall = round(count / tallest * (COLUMN_FLOOR - COLUMN_TOP), 1)
        drawn.append(
            Markup('<rect class="bar-of" x="{}%" y="{}" width="{}%" height="{}"/>').format(
                _short(place * wide + wide * 0.08),
                _short(COLUMN_FLOOR - tall),
                _short(wide * 0.84),
                _short(tall),
            )
        )
        if math.isfinite(bound) and place % every == every - 1 and place < len(buckets) - 1:
            drawn.append(
                _text(f"{_short((place + 1) * wide)}%", COLUMN_HEIGHT - 8, tell(bound), anchor="middle")
            )
    for name, value, y in (("p50", _finite(p50), 14), ("p95", _finite(p95), 32)):
        if value is not None:
            drawn.append(_mark(f"{name} {tell(value)}", _within(value, [bound for bound, _ in buckets]), y))
    return _drawing(title, description, COLUMN_HEIGHT, Markup("").join(drawn))


def _within(value: float, bounds: Sequence[float]) -> float:
    """Where a value lies among columns of equal width, in hundredths of all of them."""
    wide, lower = 100 / len(bounds), 0.0
    for place, upper in enumerate(bounds):
        if value <= upper:
            inside = (value - lower) / (upper - lower) if math.isfinite(upper) and upper > lower else 0.5
            return (place + min(max(inside, 0.0), 1.0)) * wide
        lower = upper
    return 100.0


def _mark(text: str, across: float, y: int) -> Markup:
    """A line from its words down to the floor."""
    end = across > 70
    x = f"{_short(across)}%"
    drawn = Markup('<line class="mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>').format(x, y - 10, COLUMN_FLOOR)
    return drawn + _text(
        x, y, f"{text}\u00a0" if end else f"\u00a0{text}", anchor="end" if end else "start", strong=True
    )


def _finite(value: float | None) -> float | None:
    try:
        return float(value) if value is not None and math.isfinite(value) else None
    except OverflowError:  # an integer that no float can hold
        return None


def _scaled(values: Sequence[float]) -> list[float]:
    """The values between -1 and 1; so nothing overflows, however large they are."""
    largest = max(map(abs, values), default=0.0)
    return [value / largest for value in values] if largest else [0.0 for _ in values]


def _shares(values: Sequence[float]) -> list[float]:
    """How high each value lies between zero, or the lowest below it, and the highest."""
    scaled = _scaled(values)
    lowest, highest = min([0.0, *scaled]), max([0.0, *scaled])
    return (
        [(value - lowest) / (highest - lowest) for value in scaled]
        if highest > lowest
        else [0.0 for _ in scaled]
    )


def _across(place: int, count: int) -> float:
    """Where a point lies, in hundredths; a single one in the middle."""
    return place / (count - 1) * 100 if count > 1 else 50.0


def _way(at: dict[int, tuple[float, float]], count: int, colour: str) -> Markup:
    """The way through the points that are there, and a dot at the last; a gap is no way."""
    steps = [
        "{}{} {}".format("L" if place - 1 in at else "M", *map(_short, at[place]))
        for place in range(count)
        if place in at
    ]
    dot = "M{} {}h0".format(*map(_short, at[max(at)]))
    return Markup(
        '<path class="line"{0} d="{1}" vector-effect="non-scaling-stroke"/>'
        '<path class="point"{0} d="{2}" vector-effect="non-scaling-stroke"/>'
    ).format(_colour(colour), "".join(steps), dot)


def _short(number: float) -> str:
    """At most two digits behind the point, and no minus before nothing."""
    return f"{round(number, 2) + 0.0:.2f}".rstrip("0").rstrip(".")


def _ends(points: Sequence[Point]) -> Markup:
    """What the first point is called, and the last."""
    y = LINE_HEIGHT - 6
    if len(points) == 1:
        return _text("50%", y, points[0][0], anchor="middle")
    return _text("0", y, points[0][0]) + _text("100%", y, points[-1][0], anchor="end")


def _word_at(across: float, down: float, text: str, *, is_last: bool) -> Markup:
    """The value of a point, above it."""
    y = LINE_TOP + down / 100 * (LINE_FLOOR - LINE_TOP) - 8
    anchor = "end" if across > 80 else "start" if across < 20 else "middle"
    return _text(f"{_short(1 + across * 0.98)}%", round(y), text, anchor=anchor, strong=is_last)


def _text(x: str, y: float, text: str, *, anchor: str = "start", strong: bool = False) -> Markup:
    cut = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"
    return Markup('<text x="{}" y="{}"{}{}>{}</text>').format(
        x,
        y,
        "" if anchor == "start" else Markup(' text-anchor="{}"').format(anchor),
        Markup(' class="strong"') if strong else "",
        cut,
    )


def _colour(name: str) -> Markup:
    return Markup(' data-colour="{}"').format(name) if name else Markup("")


def _drawing(title: str, description: str, height: int, content: Markup) -> Markup:
    told = Markup("<desc>{}</desc>").format(description) if description else ""
    return Markup(
        '<svg class="drawing" role="img" width="100%" height="{}" focusable="false">'
        "<title>{}</title>{}{}</svg>"
    ).format(height, title, told, content)


def _empty(title: str, description: str, nothing: str) -> Markup:
    return _drawing(title, description, 48, _text("0", 28, nothing))
