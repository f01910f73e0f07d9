"""What the engine needs of the world, in the domain's verbs. Neighbours of the same floor meet only here.

Read `transaction` first, what one unit of work may ask of the store and do to it; `keeping` is its part about
people and what they agreed to, `templates` that about what the platform approves, `quality` that about how
people take it. `views` is what people look at, `store` keeps all of it durable. `outside` is everything that
is not memory: WhatsApp, other channels, the source of alerts, time.
"""

from wa_notify.ports.outside import AlertSource, Clock, Fallback, Scheduler, WhatsApp
from wa_notify.ports.store import Store
from wa_notify.ports.transaction import Transaction
from wa_notify.ports.views import Counts, Person, Views

__all__ = [
    "AlertSource",
    "Clock",
    "Counts",
    "Fallback",
    "Person",
    "Scheduler",
    "Store",
    "Transaction",
    "Views",
    "WhatsApp",
]
