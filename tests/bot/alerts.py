"""The rules of deploy/alerts.yaml, and what of them can be worked out over one metrics page."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.bot import plain_yaml

ALERTS = Path(__file__).resolve().parents[2] / "deploy" / "alerts.yaml"
Page = Mapping[tuple[str, str], float]
"""Name and label -> number."""


def rules() -> list[dict[str, Any]]:
    """The alerts."""
    (group,) = plain_yaml.read(ALERTS.read_text("utf-8"))["groups"]
    return list(group["rules"])


def expression(alert: str) -> str:
    """When it fires."""
    (found,) = (rule["expr"] for rule in rules() if rule["alert"] == alert)
    return str(found)


def read_page(text: str) -> Page:
    """A metrics page."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def fires(alert: str, page: Page) -> bool:
    """Whether it does on this one page; for rules that only ask whether one of several numbers is 0."""
    alternatives = expression(alert).split(" or ")
    names = [found[1] for one in alternatives if (found := re.fullmatch(r"(vtbot_\w+) == 0", one))]
    assert len(names) == len(alternatives), "this rule asks for more"
    return any(page.get((name, "")) == 0 for name in names)
