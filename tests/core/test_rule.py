"""Rules are tried in order; the first that matches answers, unless it says that the search goes on."""

import pytest

from tests.core.builders import alert, rule, saying, template_text
from wa_notify.core.matcher import parse_matcher
from wa_notify.core.rule import Facts, Priority, Rule, Rulebook
from wa_notify.core.template import TemplateWish

DISK = (parse_matcher("alertname", "=~Disk.*"),)
NETWORK = (parse_matcher("alertname", "=~Net.*"),)


def answering(*rules: Rule) -> list[str]:
    return [found.name for found in Rulebook(rules=rules).rules_for(alert())]


@pytest.mark.parametrize(
    ("labels", "matches"),
    [
        ({"severity": "critical", "team": "db"}, True),
        ({"severity": "critical", "team": "web"}, False),
        ({"severity": "low", "team": "db"}, False),
        ({"severity": "critical"}, False),
    ],
)
def test_a_rule_matches_when_every_matcher_holds(labels: dict[str, str], *, matches: bool) -> None:
    matchers = (parse_matcher("severity", "critical"), parse_matcher("team", "db"))
    assert rule(matchers=matchers).matches(labels) is matches


def test_a_rule_without_matchers_is_for_every_alert() -> None:
    assert rule(matchers=()).matches({})


def test_the_first_rule_that_matches_answers() -> None:
    rules = (rule(name="network", matchers=NETWORK), rule(name="disk", matchers=DISK), rule(name="all"))
    assert answering(*rules) == ["disk"]


def test_behind_a_rule_that_continues_the_search_goes_on_to_the_next_that_matches() -> None:
    rules = (
        rule(name="log", goes_on=True),
        rule(name="network", matchers=NETWORK),
        rule(name="disk", matchers=DISK, goes_on=True),
        rule(name="all"),
        rule(name="never"),
    )
    assert answering(*rules) == ["log", "disk", "all"]


def test_a_rule_that_does_not_match_ends_no_search() -> None:
    assert answering(rule(name="network", matchers=NETWORK)) == []


def test_a_rule_is_found_by_its_name_until_it_is_removed() -> None:
    book = Rulebook(rules=(rule(name="one"), rule(name="two", receiver="night")))
    found = book.rule("two")
    assert found is not None
    assert found.receiver == "night"
    assert book.rule("three") is None


def test_the_texts_of_a_template_are_put_into_words_with_the_facts() -> None:
    def title(facts: Facts) -> str:
        return f"about {facts['title']}"

    full = template_text(
        header=title, body=(("what", title), ("where", saying("db-7"))), url_suffix=saying("12")
    )
    assert full.render({"title": "disk"}) == TemplateWish(
        name="ops_alert",
        header="about disk",
        body=(("what", "about disk"), ("where", "db-7")),
        url_suffix="12",
    )


def test_what_a_template_does_not_have_stays_nothing() -> None:
    assert template_text(body=()).render({}) == TemplateWish(name="ops_alert")


def test_critical_goes_before_normal_and_normal_before_low() -> None:
    assert sorted([Priority.LOW, Priority.CRITICAL, Priority.NORMAL]) == list(Priority)
    assert [priority.name for priority in sorted(Priority)] == ["CRITICAL", "NORMAL", "LOW"]
