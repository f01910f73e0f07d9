"""What triggers and conditions can be limited to."""

from collections.abc import Mapping
from typing import Any, Final

import probatio

from homeassistant.const import CONF_DEVICE_ID, CONF_OPTIONS
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType, VolDictType

CONF_RULE: Final = "rule"
CONF_SEVERITY: Final = "severity"

SEVERAL = probatio.All(probatio.EnsureList(), [cv.string])
OF_PEOPLE: VolDictType = {probatio.Optional(CONF_DEVICE_ID, default=list): SEVERAL}
OF_TICKETS: VolDictType = {
    probatio.Optional(CONF_RULE, default=list): SEVERAL,
    probatio.Optional(CONF_SEVERITY, default=list): SEVERAL,
}


def is_among(options: Mapping[str, Any], variables: Mapping[str, Any]) -> bool:
    """Return whether it is what the options list; what they do not list may be anything."""
    return all(
        not options.get(key) or variables[key] in options[key]
        for key in (CONF_DEVICE_ID, CONF_RULE, CONF_SEVERITY)
    )


def checked(config: ConfigType, schema: VolDictType) -> ConfigType:
    """Return the configuration of a trigger or condition with its options checked.

    Raises probatio.Invalid.
    """
    options = {probatio.Required(CONF_OPTIONS, default=dict): schema}
    valid: ConfigType = probatio.Schema(options)(config)
    return valid
