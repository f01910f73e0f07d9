"""The section ``log``: how the service says what it does, and how much of it.

    log: {format: json, level: info}

``format`` is ``human``, plain lines, or ``json``, one object a line; the environment variable WA_NOTIFY_LOG
comes before it. ``level`` is ``debug``, ``info``, ``warning`` or ``error``, the least that is worth a line.
It may change while the service runs.
"""

from dataclasses import dataclass
from enum import StrEnum

import voluptuous as vol

from wa_notify.config.shape import Check, section
from wa_notify.config.words import one_of

LOG = "log"


class LogFormat(StrEnum):
    """How a line looks."""

    HUMAN = "human"
    JSON = "json"


class LogLevel(StrEnum):
    """What is worth a line: this, and whatever is worse."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """How the service logs."""

    format: LogFormat = LogFormat.HUMAN
    level: LogLevel = LogLevel.INFO


LOGGING: Check = vol.All(
    section(
        "The section `log`",
        {
            vol.Optional("format", default=LogFormat.HUMAN.value): one_of(*LogFormat),
            vol.Optional("level", default=LogLevel.INFO.value): one_of(*LogLevel),
        },
    ),
    lambda values: LogSettings(format=LogFormat(values["format"]), level=LogLevel(values["level"])),
)
