"""What a query asks for."""

import re

from tests.web.scrape import Page

OF_PROMETHEUS = {"up", "ALERTS"}
ADDED = {"instance", "job"}  # labels that Prometheus adds to each series
METRIC = re.compile(r"\b((?:wa_notify|process)_\w+|up\b)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')


def metrics_in(expression: str) -> set[str]:
    """All metrics that it names."""
    return {name for name, _ in METRIC.findall(expression)} - OF_PROMETHEUS


def labels_missing(expression: str, page: Page) -> list[str]:
    """Labels, and buckets, that it asks for and that the metric does not have."""
    missing = []
    for name, matchers in METRIC.findall(expression):
        for label, _, value in MATCHER.findall(matchers or ""):
            there = page.values_of(name, label)
            wrong_bucket = label == "le" and value not in there
            if name not in OF_PROMETHEUS and label not in ADDED and (not there or wrong_bucket):
                missing.append(f"{name} has no {label}={value}")
    return missing
