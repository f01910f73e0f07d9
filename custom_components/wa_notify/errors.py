"""What the library could not do, as Home Assistant tells it."""

from collections.abc import Iterator
from contextlib import contextmanager

from wa_notify.core.errors import BadInput, MessageMisfit, StoreError, UnknownRecipient
from wa_notify.core.reason import Reason

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN

# Why a message is refused at once, and who has to do something about it
BY_CALLER = frozenset(
    {
        Reason.MESSAGE_MISFIT,
        Reason.NOTHING_TO_SAY,
        Reason.TEMPLATE_MISFIT,
        Reason.TEMPLATE_MISSING,
    }
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise what the library raises in the words of Home Assistant."""
    try:
        yield
    except StoreError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="database",
            translation_placeholders={"error": str(err)},
        ) from err
    except UnknownRecipient as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="unknown_recipient"
        ) from err
    except MessageMisfit as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="message_misfit",
            translation_placeholders={"error": str(err)},
        ) from err
    except BadInput as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="bad_input",
            translation_placeholders={"error": str(err)},
        ) from err


def refused(name: str, reason: Reason, detail: str) -> HomeAssistantError:
    """Return the error for a message that nobody will get."""
    kind = ServiceValidationError if reason in BY_CALLER else HomeAssistantError
    return kind(
        translation_domain=DOMAIN,
        translation_key=f"refused_{reason.value}",
        translation_placeholders={"recipient": name, "detail": detail},
    )
