"""Where the platform calls, and of what: the app's subscription, and the addresses that come before its own.

Source: Meta's references of subscriptions and webhook overrides. Number comes before account before app. News
of templates and of the account go to the app's address, whatever the others are.
"""

from typing import Any

from wa_notify.whatsapp.asking import Asking
from wa_notify.whatsapp.reading import pieces, word

OBJECT = "whatsapp_business_account"
MESSAGES = "messages"
FIELDS = frozenset({
    MESSAGES, "user_preferences", "message_template_status_update", "message_template_quality_update",
    "message_template_components_update", "template_category_update", "account_update", "account_alerts",
    "phone_number_quality_update", "business_capability_update",
})  # fmt: skip
OF_NUMBER, OF_APP = "phone_number", "application"
OVERRIDES = (OF_NUMBER, OBJECT)  # whose addresses come before the app's


async def subscribed_apps(asking: Asking, waba_id: str) -> tuple[str, ...]:
    """The ids of the apps that hear of the account. Raises as `Asking.get`."""
    answer = await asking.get("the apps of the account", f"{waba_id}/subscribed_apps")
    apps = [one.get("whatsapp_business_api_data") for one in pieces(answer, "data")]
    return tuple(word(app, "id") for app in apps if isinstance(app, dict))


async def app_callback(app: Asking, app_id: str) -> tuple[str, frozenset[str]]:
    """Where the app is called, empty for nowhere, and of what. ``app`` asks with the app's own token."""
    answer = await app.get("the subscriptions of the app", f"{app_id}/subscriptions")
    for one in pieces(answer, "data"):
        if word(one, "object") == OBJECT:
            return word(one, "callback_url"), frozenset(
                word(field, "name") for field in pieces(one, "fields")
            )
    return "", frozenset()


async def addresses(asking: Asking, number_id: str) -> dict[str, str]:
    """Where callbacks of the number go, by whose address it is; empty where there is none."""
    answer = await asking.get("the addresses of the number", number_id, fields="webhook_configuration")
    return addresses_in(answer)


def addresses_in(node: dict[str, Any]) -> dict[str, str]:
    """The same, from what is told of a number. The first that is not empty is the one that is called."""
    told = node.get("webhook_configuration")
    told = told if isinstance(told, dict) else {}
    return {level: word(told, level) for level in (*OVERRIDES, OF_APP)}
