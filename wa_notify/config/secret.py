"""Values that came out of a safe place."""


class Hidden(str):
    """A text that came out of ``!secret`` or ``!env_var``: used as any other, never quoted in a complaint."""

    __slots__ = ()
