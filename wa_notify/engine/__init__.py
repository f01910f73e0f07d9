"""The engine: the four doors as async methods, and the loop that empties the outbox.

Read in this order; each file leans only on those before it:

1. ``watch``: what answers and callbacks say about the account and the ways out
2. ``files``, ``received``: files are brought to WhatsApp before the message that shows them; those of people
   are kept
3. ``carrier``, ``courtesy``: from a claim to an answer, and two blue ticks
4. ``desk``: what people see and do; ``approval``: templates handed in for review
5. ``doors``: the `Engine` itself
"""

from wa_notify.engine.desk import Desk, Story
from wa_notify.engine.doors import Engine
from wa_notify.pipeline.overview import Overview, PersonStanding

__all__ = ["Desk", "Engine", "Overview", "PersonStanding", "Story"]
