"""The headers of every answer: its trace, the version that served it, and how much of the quotas is used.

Meta's reference: usage in percent, and the minutes until a used-up quota is there again. Time that calls cost
the platform is not imitated and always 0.
"""

import json
from datetime import datetime, timedelta

from wa_notify.sandbox.quotas import Usage
from wa_notify.sandbox.refusals import Refusal, Refused

from .callers import Caller

WHOLE = 100  # percent


def base_headers(trace_id: str, version: int | None) -> dict[str, str]:
    """Return what every answer has; the version is left out when the path names none."""
    served = {} if version is None else {"facebook-api-version": f"v{version}.0"}
    return {"x-fb-trace-id": trace_id, **served}


def usage_headers(
    usage: Usage, caller: Caller, now: datetime, refused: Refused | None = None
) -> dict[str, str]:
    """Return how much is used of the quotas of the app, and of the account; all of one that was refused."""
    account, app_id = caller.account, caller.account.app_id
    registered = is_registered(caller)
    of_app = usage.of_app(app_id, now)
    of_account = usage.of_account(app_id, account.waba_id, now, registered=registered)
    app_wait = account_wait = 0
    if refused is not None and refused.wait is not None:
        if refused.refusal is Refusal.APP_CALLS:
            of_app, app_wait = WHOLE, _minutes(refused.wait)
        else:
            of_account, account_wait = WHOLE, _minutes(refused.wait)
    use = {"type": "whatsapp_business_management", **_spent(of_account, account_wait)}
    return {
        "X-App-Usage": json.dumps(_spent(of_app, app_wait)),
        "X-Business-Use-Case-Usage": json.dumps({account.waba_id: [use]}),
    }


def is_registered(caller: Caller) -> bool:
    """Whether the account has a number that is registered."""
    return any(number.registration.registered for number in caller.account.numbers)


def _spent(percent: int, wait: int) -> dict[str, int]:
    shown = {"call_count": percent, "total_cputime": 0, "total_time": 0}
    return {**shown, "estimated_time_to_regain_access": wait} if wait else shown


def _minutes(wait: timedelta) -> int:
    """In whole minutes, rounded up."""
    return -(-int(wait.total_seconds()) // 60)
