"""What the sandbox imitates of the platform and what not, as a list that tests hold against the tests.

Reading order: `facts` (what a line tells), an area for each module: `messages`, `files`, `templates`,
`money`, `limits`, `callbacks`, `numbers`, `scenarios`, `errors` (from the table of refusals); `listing`.
"""

from .facts import Area, Fact, Standing
from .listing import AREAS, area_view

__all__ = ["AREAS", "Area", "Fact", "Standing", "area_view"]
