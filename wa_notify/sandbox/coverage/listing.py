"""The whole list: every area with what is to come in it."""

from dataclasses import asdict, replace
from typing import Any

from .callbacks import CALLBACKS
from .coming import COMING
from .errors import errors
from .facts import Area
from .files import FILES
from .limits import LIMITS
from .messages import MESSAGES
from .money import MONEY
from .numbers import NUMBERS
from .scenarios import SCENARIOS
from .templates import TEMPLATES

AREAS: tuple[Area, ...] = (
    *(
        replace(area, facts=(*area.facts, *COMING.get(area.name, ())))
        for area in (MESSAGES, FILES, TEMPLATES, MONEY, LIMITS, CALLBACKS, NUMBERS)
    ),
    SCENARIOS,
    errors(),
)


def area_view(area: Area) -> dict[str, Any]:
    """Return an area as JSON."""
    return asdict(area)
