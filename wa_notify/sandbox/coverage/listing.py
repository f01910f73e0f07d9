"""The whole list: every area."""

from dataclasses import asdict
from typing import Any

from .callbacks import CALLBACKS
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
    MESSAGES,
    FILES,
    TEMPLATES,
    MONEY,
    LIMITS,
    CALLBACKS,
    NUMBERS,
    SCENARIOS,
    errors(),
)


def area_view(area: Area) -> dict[str, Any]:
    """Return an area as JSON."""
    return asdict(area)
