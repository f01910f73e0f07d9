"""What ails the service is kept like any trouble, so that administrators hear of it once, and of its end.

Who looks after that is `wa_notify.web.vigil`; what is kept here outlives a restart.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from wa_notify.core.ailment import Ailment, sign_of
from wa_notify.core.condition import Scope
from wa_notify.pipeline.conditions import end, heed
from wa_notify.ports import Transaction


def heed_ailments(
    tx: Transaction, found: Mapping[Ailment, str], now: datetime, unknown: Collection[Ailment] = ()
) -> bool:
    """These are all there are, with their particulars; what is not among them is over. Whether it is news.

    Of the ``unknown`` nobody can say whether they are over, so they stand. Templates have troubles of their
    own; while one stands, that the rules lack templates is no news.
    """
    troubles = tx.open_conditions()
    standing = {one.cause: one for one in troubles if one.scope is Scope.SERVICE}
    told = (*standing, *(Ailment.TEMPLATES for one in troubles if one.scope is Scope.TEMPLATE))
    begun = [sign_of(ailment, what) for ailment, what in found.items() if ailment not in told]
    over = [one for cause, one in standing.items() if cause not in found and cause not in unknown]
    for sign in begun:
        heed(tx, sign, now)
    end(tx, over, now)
    return bool(begun or over)
