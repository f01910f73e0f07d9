"""A template's text with its variables filled, as people read it."""

from wa_notify.core.message import Parameter
from wa_notify.core.template import filled


def test_variables_with_numbers_are_filled_in_the_order_of_their_numbers() -> None:
    words = [Parameter(text=word) for word in ("one", "two", "ten")]
    assert filled("{{10}} {{2}} {{ 1 }} {{2}}", words) == "ten two one two"


def test_variables_with_names_are_filled_by_them() -> None:
    words = [Parameter(name="what", text="Disk"), Parameter(name="where", text="db-7")]
    assert filled("{{where}}: {{what}}", words) == "db-7: Disk"


def test_what_nobody_filled_stays_as_it_stands() -> None:
    assert filled("{{1}} and {{2}}", [Parameter(text="one {{2}}")]) == "one {{2}} and {{2}}"
    assert filled("{{a}} and {{b}}", [Parameter(name="a", text="x")]) == "x and {{b}}"
    assert filled("plain", ()) == "plain"
