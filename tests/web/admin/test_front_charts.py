"""Charts: their geometry where it matters, and that no value breaks them."""

import re
import xml.etree.ElementTree as ET  # the charts are our own
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from wa_notify.web.admin import charts

VALUES = st.one_of(st.none(), st.floats(), st.integers(-(10**400), 10**400))
LABELS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
HOSTILE = '"><script>alert(1)</script>'


def drawn(svg: Markup) -> ET.Element:
    """The chart as a tree; it has to be well-formed for that."""
    return ET.fromstring(svg)  # noqa: S314  # our own


def numbers(svg: Markup) -> list[float]:
    return [
        float(number)
        for element in drawn(svg).iter()
        for name in ("x", "y", "x1", "x2", "y1", "y2", "width", "height")
        for number in [element.get(name, "0").removesuffix("%")]
    ]


def texts(svg: Markup) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter("text")]


def test_a_line_goes_from_edge_to_edge_above_its_zero() -> None:
    svg = charts.line([("Mon", 0), ("Tue", 5), ("Wed", 10)], title="Messages", description="Three days.")
    assert 'd="M0 100L50 50L100 0"' in svg
    assert 'd="M100 0h0"' in svg, "the dot"
    assert texts(svg) == ["10", "Mon", "Wed"]
    assert "<title>Messages</title><desc>Three days.</desc>" in svg


def test_a_gap_is_no_way() -> None:
    svg = charts.line([("a", 1), ("b", None), ("c", 1), ("d", float("nan"))], title="x")
    assert 'd="M0 0M66.67 0"' in svg


def test_a_line_below_zero_has_its_own_floor() -> None:
    assert 'd="M0 0L100 100"' in charts.line([("a", 4), ("b", -4)], title="x")


def test_one_point_stands_in_the_middle() -> None:
    svg = charts.line([("today", 3)], title="x")
    assert 'd="M50 0"' in svg
    assert texts(svg) == ["3", "today"]


@pytest.mark.parametrize("points", [[], [("a", None)], [("a", float("inf"))]])
def test_without_a_value_a_chart_says_so(points: list[charts.Point]) -> None:
    assert texts(charts.line(points, title="x", nothing="Nothing yet")) == ["Nothing yet"]
    assert texts(charts.bars([], title="x")) == [charts.NOTHING]
    assert texts(charts.histogram([(1, 0)], None, None, title="x")) == [charts.NOTHING]
    assert "<path" not in charts.sparkline([], title="x")


def test_bars_begin_at_the_same_zero() -> None:
    svg = charts.bars([("a", 10), ("b", 5), ("c", 0)], title="x", colours=["green"])
    found = [
        (bar.get("x"), bar.get("width")) for bar in drawn(svg).iter("rect") if bar.get("class") == "bar-of"
    ]
    assert found == [("0%", "100%"), ("0%", "50%"), ("0%", "0%")]
    assert 'data-colour="green"' in svg
    assert texts(svg) == ["a", "10", "b", "5", "c", "0"]


def test_bars_below_zero_lie_to_the_left_of_it() -> None:
    svg = charts.bars([("a", 3), ("b", -1)], title="x")
    found = [
        (bar.get("x"), bar.get("width")) for bar in drawn(svg).iter("rect") if bar.get("class") == "bar-of"
    ]
    assert found == [("25%", "75%"), ("0%", "25%")]


def test_columns_are_as_tall_as_their_share_and_marks_stand_inside_them() -> None:
    buckets = [(1.0, 10), (2.0, 20), (4.0, 5), (float("inf"), 0)]
    svg = charts.histogram(buckets, 1.5, 3.0, title="Latency", tell=lambda value: f"{value:g} s")
    tall = [float(bar.get("height", "")) for bar in drawn(svg).iter("rect")]
    assert tall == [52, 104, 26, 0]
    marks = [mark.get("x1") for mark in drawn(svg).iter("line") if mark.get("class") == "mark"]
    assert marks == ["37.5%", "62.5%"]
    assert texts(svg) == ["1 s", "2 s", "4 s", "\u00a0p50 1.5 s", "\u00a0p95 3 s"]


def test_a_mark_beyond_the_last_bound_stays_on_the_chart() -> None:
    svg = charts.histogram([(1.0, 1)], 900.0, 900.0, title="x")
    assert 'x1="100%"' in svg
    assert 'text-anchor="end"' in svg


def test_a_sparkline_has_a_dot_at_its_end() -> None:
    svg = charts.sparkline([0, 10], title="Week")
    assert 'd="M0 22L100 2"' in svg
    assert 'd="M100 2h0"' in svg


@given(values=st.lists(VALUES, max_size=30), label=LABELS)
def test_no_value_breaks_a_line_or_bars(values: list[float | None], label: str) -> None:
    points = [(label, value) for value in values]
    for svg in (
        charts.line(points, title=label, description=label),
        charts.bars(points, title=label),
        charts.sparkline(values, title=label),
    ):
        assert all(0 <= number <= max(200, 40 * len(values)) for number in numbers(svg))
        places = [
            float(n) for path in re.findall(r' d="([^"]*)"', svg) for n in re.findall(r"-?[\d.]+", path)
        ]
        assert all(0 <= place <= 100 for place in places)


@given(
    bounds=st.lists(st.floats(allow_nan=False, min_value=0), max_size=20, unique=True).map(sorted),
    counts=st.lists(st.integers(-5, 10**400), min_size=20, max_size=20),
    marks=st.tuples(VALUES, VALUES),
)
def test_no_value_breaks_a_histogram(
    bounds: list[float], counts: list[int], marks: tuple[float | None, float | None]
) -> None:
    svg = charts.histogram(list(zip(bounds, counts, strict=False)), *marks, title=HOSTILE)
    assert all(0 <= number <= charts.COLUMN_HEIGHT for number in numbers(svg))
    assert "<script" not in svg


def test_foreign_words_stay_words() -> None:
    for svg in (
        charts.line(
            [(HOSTILE, 1), (HOSTILE, 2)],
            title=HOSTILE,
            description=HOSTILE,
            colour=HOSTILE,
            tell=lambda _: HOSTILE,
        ),
        charts.bars([(HOSTILE, 1)], title=HOSTILE, colours=[HOSTILE]),
        charts.sparkline([1], title=HOSTILE, colour=HOSTILE),
    ):
        assert "<script" not in svg
        drawn(svg)


def test_long_labels_are_cut_and_nothing_carries_style() -> None:
    svg = charts.bars([("a" * 500, 1)], title="x")
    assert texts(svg)[0] == "a" * 43 + "…"
    assert "style" not in svg


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (1234, "1,234"),
        (0.25, "0.25"),
        (1.5, "1.5"),
        (123.456, "123.5"),
        (3.1e20, "3.1e+20"),
        (0.00001, "1.0e-05"),
    ],
)
def test_numbers_are_short(value: float, said: str) -> None:
    assert charts.plainly(value) == said


def test_heights_follow_values() -> None:
    svg = charts.line([(str(n), n) for n in range(10)], title="x")
    path = re.search(r'class="line" d="([^"]+)"', svg)
    assert path
    down = [float(pair.split()[1]) for pair in re.split("[ML]", path[1])[1:]]
    assert all(higher > lower for higher, lower in pairwise(down))
