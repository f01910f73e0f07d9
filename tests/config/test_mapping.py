"""The entry for a host that has loaded its YAML by itself, such as Home Assistant."""

from typing import Any

import pytest

from tests.config.writing import some_facts
from wa_notify.config import compile_mapping
from wa_notify.core.errors import ConfigError
from wa_notify.core.rule import Receiver


class Noted:
    """Knows where it stands, as the values of Home Assistant's loader do."""

    __config_file__: str
    __line__: int


class NotedText(str, Noted):
    __slots__ = ("__config_file__", "__line__")


class NotedList(list[Any], Noted):
    pass


class NotedDict(dict[Any, Any], Noted):
    pass


def at(line: int, value: Any) -> Any:
    kinds: dict[type, Any] = {str: NotedText, list: NotedList, dict: NotedDict}
    noted = kinds[type(value)](value)
    noted.__config_file__, noted.__line__ = "/config/rules.yaml", line
    return noted


RULE = {"name": "disk", "receiver": "oncall", "template": "ops_alert", "free_form": "{{ title }}"}


def test_a_mapping_becomes_a_rulebook() -> None:
    mapping = {"receivers": {"oncall": {"to": ["alice"]}}, "rules": [RULE]}
    compiled = compile_mapping(mapping, recipients={"alice"}, language="de")
    assert compiled.complaints == ()
    assert compiled.rulebook.language == "de"
    (rule,) = compiled.rulebook.rules
    assert rule.free_form is not None
    assert rule.free_form(some_facts()) == "Disk usage 96% on db-7"


@pytest.mark.parametrize("nothing", [None, {}])
def test_nothing_becomes_an_empty_rulebook(nothing: dict[str, Any] | None) -> None:
    assert compile_mapping(nothing).rulebook.rules == ()


def test_without_known_people_any_name_will_do() -> None:
    mapping = {"receivers": {"oncall": {"to": ["whoever"]}}}
    assert compile_mapping(mapping).rulebook.receivers == {"oncall": Receiver(to=("whoever",))}
    with pytest.raises(ConfigError, match=r"receivers\.oncall\.to\[0\]: There is no recipient 'whoever'"):
        compile_mapping(mapping, recipients=["alice"])


def test_complaints_of_a_plain_mapping_name_the_way_to_the_value() -> None:
    mapping = {"receivers": {"oncall": {"to": ["alice"]}}, "rules": [RULE, {**RULE, "ttl": 5, "name": "b"}]}
    compiled = compile_mapping(mapping)
    assert [rule.name for rule in compiled.rulebook.rules] == ["disk"]
    assert [complaint.where for complaint in compiled.complaints] == ["rules[1].ttl"]


def test_complaints_of_an_annotated_mapping_name_file_and_line() -> None:
    rule = at(6, {at(6, "name"): at(6, "disk"), at(7, "recevier"): at(7, "oncall"), at(8, "ttl"): 5})
    rules = at(6, [rule, at(9, {at(9, "name"): at(9, "b"), "receiver": "x", "template": "y"})])
    mapping = at(1, {at(1, "receivers"): at(2, {"oncall": {"to": "alice"}}), at(5, "rules"): rules})
    told = [str(complaint) for complaint in compile_mapping(mapping).complaints]
    assert any(line.startswith("/config/rules.yaml:7: `recevier` is not a key") for line in told)
    assert any(line.startswith("/config/rules.yaml:8: 5 has no unit") for line in told)
    assert any(line.startswith("/config/rules.yaml:6: A rule lacks the key") for line in told)
    assert any(line.startswith("/config/rules.yaml:9: There is no receiver 'x'") for line in told)


@pytest.mark.parametrize(
    "mapping",
    [
        {"rules": {}, "rule": []},
        {"rules": 5},
        {"receivers": {5: {"to": ["alice"]}}},
        {"receivers": {True: {"to": ["alice"]}, "x": None}},
        {"templates": {5: {}}},
        {5: 6},
        [],
        "text",
    ],
)
def test_a_mapping_of_the_wrong_shape_is_refused(mapping: Any) -> None:
    with pytest.raises(ConfigError):
        compile_mapping(mapping)


@pytest.mark.parametrize(
    "rule",
    [
        None,
        [],
        {1: 2},
        {**RULE, "match": {1: "x", "a": None}},
        {**RULE, "group_by": {}},
        {7: 8, "name": "x"},
        object(),
    ],
)
def test_a_rule_of_the_wrong_shape_is_left_out(rule: Any) -> None:
    mapping = {"receivers": {"oncall": {"to": ["alice"]}}, "rules": [rule, RULE]}
    compiled = compile_mapping(mapping)
    assert [kept.name for kept in compiled.rulebook.rules] == ["disk"]
    assert compiled.complaints
