"""Errors: what the library could not do, in the words of Home Assistant."""

import pytest
from wa_notify.core.errors import (
    BadInput,
    Complaint,
    MessageMisfit,
    StoreError,
    UnknownRecipient,
    WaNotifyError,
)
from wa_notify.core.reason import Reason

from custom_components.wa_notify.errors import refused, translated_errors
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

COMPLAINT = Complaint(where="labels", what="It is wrong.")


@pytest.mark.parametrize(
    ("raised", "kind", "key", "placeholders"),
    [
        (StoreError("Full"), HomeAssistantError, "database", {"error": "Full"}),
        (UnknownRecipient(), ServiceValidationError, "unknown_recipient", None),
        (
            MessageMisfit("Too long"),
            ServiceValidationError,
            "message_misfit",
            {"error": "Too long"},
        ),
        (
            BadInput((COMPLAINT,)),
            ServiceValidationError,
            "bad_input",
            {"error": "labels: It is wrong."},
        ),
    ],
)
def test_translated(
    raised: WaNotifyError,
    kind: type[HomeAssistantError],
    key: str,
    placeholders: dict[str, str] | None,
) -> None:
    """Each error says whose fault it is, in words that can be translated."""
    with pytest.raises(HomeAssistantError) as error, translated_errors():
        raise raised
    assert type(error.value) is kind
    assert error.value.translation_domain == "wa_notify"
    assert error.value.translation_key == key
    assert error.value.translation_placeholders == placeholders
    assert error.value.__cause__ is raised


def test_others_pass() -> None:
    """What is nobody's fault but ours is not hidden."""
    with pytest.raises(KeyError), translated_errors():
        raise KeyError


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.TEMPLATE_MISSING, ServiceValidationError),
        (Reason.NO_CONSENT, HomeAssistantError),
    ],
)
def test_refused(reason: Reason, kind: type[HomeAssistantError]) -> None:
    """A message that nobody gets says who would have got it, and why not."""
    error = refused("Ada", reason, "detail")
    assert type(error) is kind
    assert error.translation_key == f"refused_{reason.value}"
    assert error.translation_placeholders == {"recipient": "Ada", "detail": "detail"}
