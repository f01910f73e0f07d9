"""Setting the integration up as a person does: through its own dialogs, over Home Assistant's interface."""

from collections.abc import Mapping
from typing import Any

from scripts.hass_api import HassApi
from wa_notify.sandbox.testing import Settings

FLOW = "/api/config/config_entries/flow"
SUBENTRY_FLOW = "/api/config/config_entries/subentries/flow"


class NotDone(Exception):
    """A dialog did not end as it should."""


def number_form(settings: Settings) -> dict[str, Any]:
    """What is entered for a business number of the sandbox."""
    return {
        "phone_number_id": settings.phone_number_id,
        "access_token": settings.access_token,
        "app_secret": settings.app_secret,
        "advanced": {"base_url": settings.base_url},
    }


def add_number(api: HassApi, settings: Settings) -> str:
    """Add a business number; the id of its entry. Raises `NotDone`."""
    begun = api.call("POST", FLOW, {"handler": "wa_notify"})
    done = _walk(api, FLOW, begun, {"user": number_form(settings)})
    return str(done["result"]["entry_id"])


def add_recipient(api: HassApi, entry_id: str, form: Mapping[str, Any]) -> None:
    """Add a person to a business number. Raises `NotDone`."""
    begun = api.call("POST", SUBENTRY_FLOW, {"handler": [entry_id, "recipient"]})
    _walk(api, SUBENTRY_FLOW, begun, {"user": dict(form)})


def _walk(api: HassApi, path: str, step: Any, forms: Mapping[str, Any]) -> Any:
    """Fill in the forms, and send those that only tell something as they are."""
    while step["type"] == "form" and not step["errors"]:
        step = api.call("POST", f"{path}/{step['flow_id']}", forms.get(step["step_id"], {}))
    if step["type"] != "create_entry":
        raise NotDone(f"The dialog ended with {step}")
    return step
