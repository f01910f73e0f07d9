"""A page of metrics, read as Prometheus reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.stories.world import HOUSE, World

# The house of the stories with everything that has metrics of its own
EVERYTHING = f"""{HOUSE.read_text()}
budget: {{monthly: 40 USD}}
canary:
  to: bob
  every: 1h
  template: {{name: ops_notice, parameters: ["canary"]}}
"""


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    families: tuple[Metric, ...]

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample with that name and at least these labels; nothing when there is none."""
        found = [value for there, value in self._samples(name) if labels.items() <= there.items()]
        assert len(found) <= 1, f"{name} {labels} is not one sample but {len(found)}"
        return found[0] if found else None

    def total(self, name: str, **labels: str) -> float:
        """All samples with that name and at least these labels, together."""
        return sum(value for there, value in self._samples(name) if labels.items() <= there.items())

    def labels(self) -> set[tuple[str, str]]:
        """All labels with their values, wherever they stand."""
        return {
            pair for family in self.families for sample in family.samples for pair in sample.labels.items()
        }

    def values_of(self, name: str, label: str) -> set[str]:
        """All values that a label has there."""
        return {there[label] for there, _ in self._samples(name) if label in there}

    def names(self) -> set[str]:
        """All names that a query may use, histograms with their endings."""
        return {sample.name for family in self.families for sample in family.samples}

    def _samples(self, name: str) -> Iterator[tuple[dict[str, str], float]]:
        for family in self.families:
            for sample in family.samples:
                if sample.name == name:
                    yield sample.labels, sample.value


async def scrape(world: World) -> Page:
    """Ask as Prometheus does."""
    response = await world.into_service.get("/metrics")
    assert response.status_code == 200, response.text
    return Page(response.text, tuple(text_string_to_metric_families(response.text)))
