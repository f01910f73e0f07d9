"""What the engine needs of the world, in the domain's verbs. Neighbours of the same floor meet only here.

Read `transaction` first, what one unit of work may ask of the store and do to it; `lookups` is what of it
whoever only reads may ask too, `keeping` its part about people and what they agreed to, `templates` that
about what the platform approves, `quality` that about how people take it, `receipts` that about who sends no
read receipts, `media` that about files, `conditions` that about what stands in the way, `canary` that about
whether anything arrives, `limits` that about how much may leave, `money` that about what messages cost,
`access` that about who looks after all of it, `overrides` that about who is on call by hand. `gauges` is what
metrics show, `views` what people look at and `pages` what of it comes a piece at a time, `store` keeps all of
it durable. `outside` is everything that is not memory: WhatsApp, other channels, the source of alerts, time.
"""

from wa_notify.ports.media import Fetched, Fetcher, MediaHost
from wa_notify.ports.outside import AlertSource, Clock, Fallback, Scheduler, WhatsApp
from wa_notify.ports.pages import Person
from wa_notify.ports.store import Store
from wa_notify.ports.transaction import Transaction
from wa_notify.ports.views import Counts, Views

__all__ = [
    "AlertSource",
    "Clock",
    "Counts",
    "Fallback",
    "Fetched",
    "Fetcher",
    "MediaHost",
    "Person",
    "Scheduler",
    "Store",
    "Transaction",
    "Views",
    "WhatsApp",
]
