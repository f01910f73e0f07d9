"""How the desk says no. Both doors put it into words: problem details, or a line on the page."""

from wa_notify.core.errors import BadInput, Complaint


class Refused(BadInput):
    """The desk does not do it. ``status`` is that of HTTP, ``kind`` a word for programs."""

    status = 400
    kind = "bad-request"

    def __init__(self, what: str, *, where: str = "request", fix: str = "") -> None:
        super().__init__((Complaint(where=where, what=what, fix=fix),))


class NotThere(Refused):
    """What the path names does not exist."""

    status = 404
    kind = "not-there"


class NotNow(Refused):
    """It cannot be done as things stand."""

    status = 409
    kind = "not-now"


class ChangedMeanwhile(Refused):
    """Somebody else changed it since it was read."""

    status = 412
    kind = "changed-meanwhile"


class UnreadEdit(Refused):
    """An edit that does not say which version it is about."""

    status = 428
    kind = "unread-edit"


class TooLarge(Refused):
    """There is more of it than we take."""

    status = 413
    kind = "too-large"


class Unfitting(Refused):
    """It was understood, and makes no sense."""

    status = 422
    kind = "unfitting"


class NotLoggedIn(Refused):
    """Nobody known asks."""

    status = 401
    kind = "not-logged-in"


class NotAllowed(Refused):
    """Whoever asks is known, and may not."""

    status = 403
    kind = "not-allowed"


class TooOften(Refused):
    """It was tried too often; ``again_in`` is how many seconds to wait."""

    status = 429
    kind = "too-often"

    def __init__(self, what: str, again_in: int, *, where: str = "request", fix: str = "") -> None:
        super().__init__(what, where=where, fix=fix)
        self.again_in = again_in


class NotKept(Refused):
    """The database did not answer, or could not keep it."""

    status = 503
    kind = "database"


class Elsewhere(Refused):
    """WhatsApp or another machine could not be asked."""

    status = 502
    kind = "elsewhere"
