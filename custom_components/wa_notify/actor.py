"""Who does something in Home Assistant, as ledger and timeline call them."""

from homeassistant.core import Context, HomeAssistant

from .const import CONF_PERSON, CONF_RECIPIENT_ID, SUBENTRY_TYPE_RECIPIENT
from .models import WaNotifyConfigEntry

ATTR_USER_ID = "user_id"
AUTOMATION = "Home Assistant"


async def async_actor(
    hass: HomeAssistant, entry: WaNotifyConfigEntry, context: Context | None
) -> str:
    """Return the recipient that the user is, else the user's name.

    Without a user it was an automation.
    """
    if context is None or context.user_id is None:
        return AUTOMATION
    for subentry in entry.get_subentries_of_type(SUBENTRY_TYPE_RECIPIENT):
        person = hass.states.get(subentry.data.get(CONF_PERSON) or "")
        if person and person.attributes.get(ATTR_USER_ID) == context.user_id:
            return str(subentry.data[CONF_RECIPIENT_ID])
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not user.name:
        return AUTOMATION
    taken = user.name in entry.runtime_data.board.overview.people
    return f"{user.name} ({AUTOMATION})" if taken else user.name
