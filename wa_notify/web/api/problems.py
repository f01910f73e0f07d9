"""Refusals as problem details (RFC 9457)."""

from starlette.responses import Response

from wa_notify.core.errors import BadInput, StoreError, UnknownRecipient, WaNotifyError
from wa_notify.web.refusals import NotKept, NotThere, Refused, TooOften
from wa_notify.web.request import problem as problem_of


def refusal_of(error: WaNotifyError) -> Refused:
    """The same, in the desk's words."""
    match error:
        case Refused():
            return error
        case UnknownRecipient():
            return NotThere(str(error), where="recipient")
        case StoreError():
            return NotKept(str(error), where="database", fix="Try again later.")
        case _:
            return Refused(str(error))


def problem(error: WaNotifyError) -> Response:
    """Why it was refused, for programs and for people."""
    refused = refusal_of(error)
    told = problem_of(refused.status, error if isinstance(error, BadInput) else refused, refused.kind)
    if isinstance(refused, TooOften):
        told.headers["Retry-After"] = str(refused.again_in)
    if isinstance(refused, NotKept):
        told.headers["Retry-After"] = "5"
    return told
