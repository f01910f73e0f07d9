"""One's own account; for administrators all accounts, and the keys of programs."""

from collections.abc import Mapping
from typing import Any

from wa_notify.core.access import RIGHTS, Right, Role
from wa_notify.web.admin.visit import Visit, page
from wa_notify.web.operations.accounts import list_accounts
from wa_notify.web.operations.keys import list_keys
from wa_notify.web.operations.own_account import who_am_i


@page("/accounts", right=Right.ACCESS, template="accounts.html", section="accounts")
async def accounts(visit: Visit) -> Mapping[str, Any]:
    """Who may log in, and which programs have keys."""
    return {
        "accounts": (await visit.ask(list_accounts)).items,
        "keys": (await visit.ask(list_keys)).items,
        "roles": {role.value: sorted(RIGHTS[role]) for role in Role},
        "all_rights": [right.value for right in Right],
    }


@page("/me", right=Right.SEE, template="me.html", section="")
async def me(visit: Visit) -> Mapping[str, Any]:
    """One's own password and second factor."""
    return {"me": await visit.ask(who_am_i)}


PAGES = (accounts, me)
RESULTS = {
    "add_account": "account_link.html",
    "renew_account_link": "account_link.html",
    "new_second_factor": "second_factor.html",
    "add_key": "key_made.html",
}
