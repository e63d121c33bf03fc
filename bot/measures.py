"""What the program counts, in Prometheus' format: gauges read at the moment somebody asks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Read = Callable[[], Mapping[str, float]]
"""Label value -> number; the empty label for a number of its own."""
Look = Callable[[], Awaitable[None]]
"""Fetches what the reads answer from. It must raise nothing that a neighbour does."""


class Measures(Collector):
    """Named families of numbers that are read when the page is."""

    def __init__(self) -> None:
        """Empty; `add` fills it."""
        self._families: list[tuple[str, str, str, Read]] = []
        self._looks: list[Look] = []
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def add(self, name: str, words: str, read: Read, *, label: str = "") -> None:
        """A family called vtbot_<name>; `label` names what its keys are."""
        self._families.append((f"vtbot_{name}", words, label, read))

    def first(self, look: Look) -> None:
        """Look before each page: reading itself waits for nothing."""
        self._looks.append(look)

    @property
    def names(self) -> frozenset[str]:
        """Of every family there is, as they stand on the page."""
        return frozenset(name for name, _, _, _ in self._families)

    async def refresh(self) -> None:
        """Look at everything that cannot be read without waiting."""
        await asyncio.gather(*(look() for look in self._looks))

    def collect(self) -> list[Metric]:
        """Read every family now."""
        metrics: list[Metric] = []
        for name, words, label, read in self._families:
            family = GaugeMetricFamily(name, words, labels=[label] if label else None)
            for key, value in read().items():
                family.add_metric([key] if label else [], value)
            metrics.append(family)
        return metrics

    async def render(self) -> bytes:
        """The page, of this moment."""
        await self.refresh()
        return generate_latest(self._registry)
