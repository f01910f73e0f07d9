"""Prometheus metrics: what happens is counted in this process, what there is is read when somebody asks.

Read `events`, `gauges`, then `page`, which puts them together. `docs/metrics.md` has a line for each metric.
Labels are words of our vocabularies, rules, sources and templates of the configuration, codes of the
platform's table: nobody from outside can make new ones, and none names a person.
"""

from wa_notify.web.metrics.events import Events
from wa_notify.web.metrics.page import Metrics

__all__ = ["Events", "Metrics"]
