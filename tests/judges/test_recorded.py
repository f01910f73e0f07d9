"""The comparison with recorded payloads finds what it is there for."""

import pytest

from .recorded import Recorded, differences

RECORDED = Recorded(
    {"object": "account", "entry": [{"id": "1", "time": 5, "changes": [{"type": "text", "note": None}]}]},
    {"entry[].time": "not always told"},
)


def emitted(**entry: object) -> dict[str, object]:
    return {"object": "account", "entry": [{"id": "2", "changes": [{"type": "text", "note": None}], **entry}]}


def test_other_values_and_what_is_optional_make_no_difference() -> None:
    assert differences(RECORDED, emitted()) == []
    assert differences(RECORDED, emitted(time=6.5)) == []


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"id": 2}, "entry[].id is a number, recorded was a text"),
        ({"time": True}, "entry[].time is true or false, recorded was a number"),
        ({"more": 1}, "entry[].more is there, and was not recorded"),
        ({"changes": []}, "entry[].changes has 0 items, recorded were 1"),
        ({"changes": [{"type": "text"}]}, "entry[].changes[].note is missing"),
        (
            {"changes": [{"type": "image", "note": None}]},
            "entry[].changes[].type is 'image', recorded was 'text'",
        ),
        ({"changes": [{"type": "text", "note": ""}]}, "entry[].changes[].note is a text, recorded was null"),
    ],
)
def test_each_difference_is_named_by_its_path(entry: dict[str, object], found: str) -> None:
    assert differences(RECORDED, emitted(**entry)) == [found]
