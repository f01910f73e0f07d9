"""The pieces that the sections are made of."""

import pytest
import voluptuous as vol

from wa_notify.config.faults import SHOWN_NAMES, kind_of, shown, suggestion
from wa_notify.config.places import Annotations, Marks, Place, dotted
from wa_notify.config.secret import Hidden
from wa_notify.config.shape import listing, section, table
from wa_notify.config.words import text


def test_a_section_passes_on_what_voluptuous_says_of_a_value() -> None:
    with pytest.raises(vol.MultipleInvalid, match="expected int"):
        section("It", {"a": int})({"a": "b"})


def test_what_is_left_empty_has_nothing_in_it() -> None:
    assert section("It", {})(None) == {}
    assert listing("It", text)(None) == []
    assert table("It", text, text)(None) == {}


def test_a_spot_that_is_not_there_is_where_it_should_be() -> None:
    marks = Marks(root=Place("a.yaml"), values={("rules",): Place("a.yaml", 5, 3)})
    assert str(marks.of_value(("rules", 0, "name"))) == "a.yaml:5:3"
    assert str(marks.of_key(("store",))) == "a.yaml"


def test_without_annotations_the_way_to_the_spot_is_told() -> None:
    places = Annotations(root={"rules": ["text"]})
    assert str(places.of_key(())) == "configuration"
    assert str(places.of_value(("rules", 0, "name"))) == "rules[0].name"
    assert dotted(("receivers", "oncall", "to", 0)) == "receivers.oncall.to[0]"


def test_values_are_quoted_short_and_secrets_never() -> None:
    assert shown("a" * 100) == "'" + "a" * 59 + "…"
    assert shown(Hidden("a")) == "(a secret)"
    values: list[object] = [None, True, 5, "a", [], {}]
    assert [kind_of(value) for value in values] == [
        "nothing",
        "true",
        "a number",
        "a text",
        "a list",
        "a mapping",
    ]


def test_long_lists_of_names_are_cut() -> None:
    assert suggestion("x", map(str, range(100, 120))).endswith(f"114 and {20 - SHOWN_NAMES} more.")
    assert suggestion("x", [], "receiver") == "There is no receiver yet."
