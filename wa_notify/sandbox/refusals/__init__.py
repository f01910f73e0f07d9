"""Every way in which the platform says no. The sandbox can refuse only by naming a row of this table.

A row tells the code and title, the HTTP status of a synchronous refusal, when it comes, who says so, as of
which date and how sure that is, whether trying again helps, and what brings it about here. Clients decide on
the code alone: titles, details, HTTP statuses and subcodes change without notice, and all explanations are in
our own words.

Reading order: `rows` (what a row tells), a module for each topic: `access`, `messages`, `media`,
`templates`, `management`, `pace`, `people`, `account`, `outages`, `setup`, `elsewhere`, `old`; `table`
(their names), `refused` (what becomes of a row in an answer or a callback), `telling` (how it is shown).

A new row is a constant in its topic and a line of the same name in `table`. If a rule of the sandbox names
it, `arises` tells people how to meet it, and `proof` names the test that does.
"""

from .refused import HREF, Refused, by_code, error_body, failure_item
from .rows import KNOWN_AS_OF, Kind, Retry, Row, Source, Sure, Timing
from .table import Refusal
from .telling import fault_for, matching, row_view, topic_of

__all__ = [
    "HREF",
    "KNOWN_AS_OF",
    "Kind",
    "Refusal",
    "Refused",
    "Retry",
    "Row",
    "Source",
    "Sure",
    "Timing",
    "by_code",
    "error_body",
    "failure_item",
    "fault_for",
    "matching",
    "row_view",
    "topic_of",
]
