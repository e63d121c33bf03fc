"""The rules of deploy/alerts.yaml, and which of them fire on what was collected."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.bot import plain_yaml
from tests.bot.promql import Collected

ALERTS = Path(__file__).resolve().parents[2] / "deploy" / "alerts.yaml"
Page = Mapping[tuple[str, str], float]
"""Name and label -> number."""


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    (group,) = plain_yaml.read(ALERTS.read_text("utf-8"))["groups"]
    return list(group["rules"])


def read_page(text: str) -> Page:
    """A metrics page."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def firing(collected: Collected) -> set[str]:
    """The names of those that would fire, were it to go on like this."""
    return {rule["alert"] for rule in rules() if collected.value(rule["expr"])}


def fires(alert: str, text: str) -> bool:
    """Whether it does on this one page."""
    collected = Collected()
    collected.read(0.0, {"here": text})
    return alert in firing(collected)
