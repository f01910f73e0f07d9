"""admin: accounts of the page, for whoever runs the service."""

import re

import pytest

from tests.cli.desk import Desk
from wa_notify.clock import system_clock
from wa_notify.core.access import ApiKey, Right, Role
from wa_notify.ports import Transaction


def link_in(text: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/admin/setup/[\w-]{40,}", text)
    assert found, text
    return found[0]


def test_the_first_link_is_for_whoever_opens_it(desk: Desk) -> None:
    assert "Nobody has an account" in desk.types("admin", "list").out
    answer = desk.types("admin", "link")
    assert answer.code == 0
    assert link_in(answer.out)
    assert "first account" in answer.out


def test_an_account_is_made_with_a_role_and_listed(desk: Desk) -> None:
    made = desk.types("admin", "link", "Bob", "--role", "operator", "--json").json
    assert made["account"] == "bob"
    assert desk.types("admin", "list", "--json").json == [
        {"name": "bob", "role": "operator", "ready": False, "second_factor": False, "logged_in_at": None}
    ]
    assert "waits for a password" in desk.types("admin", "list").out


def test_without_a_role_nobody_is_made_by_mistake(desk: Desk) -> None:
    answer = desk.types("admin", "link", "bbo")
    assert (answer.code, "There is no account bbo." in answer.err) == (1, True)
    wrong = desk.types("admin", "link", "bob", "--role", "boss")
    assert wrong.code == 2
    name = desk.types("admin", "link", "Bob Smith", "--role", "viewer")
    assert (name.code, "no name for an account" in name.err) == (2, True)


def test_a_link_for_the_first_is_not_made_once_there_is_somebody(desk: Desk) -> None:
    desk.types("admin", "link", "bob", "--role", "admin")
    answer = desk.types("admin", "link")
    assert (answer.code, "There is an account already." in answer.err) == (1, True)


def test_a_new_link_ends_the_second_factor_and_what_was_failed(desk: Desk) -> None:
    desk.types("admin", "link", "bob", "--role", "admin")

    def lock(tx: object) -> None:
        from dataclasses import replace

        from wa_notify.core.guessing import Guesses

        tx.save_account(replace(tx.account("bob"), totp_secret="JBSWY3DPEHPK3PXP"))  # type: ignore[attr-defined]
        tx.save_guesses(Guesses(subject="account bob", failures=9))  # type: ignore[attr-defined]

    desk.in_the_store(lock)
    assert desk.types("admin", "link", "bob").code == 0
    found = desk.in_the_store(lambda tx: (tx.account("bob"), tx.guesses("account bob").failures))
    assert (found[0].totp_secret, found[0].role, found[1]) == ("", Role.ADMIN, 0)


def test_an_account_is_removed_and_everything_is_written_down(desk: Desk) -> None:
    desk.types("admin", "link", "bob", "--role", "admin")
    assert desk.types("admin", "remove", "bob", "--json").json == {"removed": True}
    assert desk.types("admin", "remove", "bob").code == 1
    lines = desk.in_the_store(lambda tx: tx.audit_page(limit=9))
    was = {"role": "admin", "second_factor": False}
    assert [(one.action, one.via, one.subject, one.before, one.after) for one in lines] == [
        ("remove_account", "terminal", "account bob", was, {}),
        ("make_link", "terminal", "account bob", {}, was),
    ]


def test_who_gets_a_lesser_role_loses_the_keys_that_may_more(desk: Desk) -> None:
    desk.types("admin", "link", "bob", "--role", "admin")

    def add(tx: Transaction) -> None:
        for name, right in (("mighty", Right.ACCESS), ("meek", Right.SEE)):
            key = ApiKey(digest=name, name=name, rights=(right,), created_by="bob", created_at=system_clock())
            tx.add_api_key(key)

    desk.in_the_store(add)
    assert desk.types("admin", "link", "bob", "--role", "viewer").code == 0
    keys = desk.in_the_store(lambda tx: {one.name: one.revoked_at is None for one in tx.api_keys()})
    assert keys == {"mighty": False, "meek": True}
    (line, _) = desk.in_the_store(lambda tx: tx.audit_page(limit=9))
    assert (line.before, line.after) == ({"role": "admin"}, {"role": "viewer"})


@pytest.mark.parametrize("url", ["https://alerts.example.net"])
def test_links_lead_to_where_browsers_find_the_page(desk: Desk, url: str) -> None:
    desk.write_config(("whatsapp:\n", f"admin: {{url: '{url}'}}\nwhatsapp:\n"))
    assert desk.types("admin", "link", "--json").json["link"].startswith(f"{url}/admin/setup/")
