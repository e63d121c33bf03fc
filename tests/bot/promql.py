"""As much of Prometheus as our alerts ask for: what was collected of several processes, and what an expression makes of it now."""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Vector = Mapping[Labels, float]
Value = Vector | float
TOKEN = re.compile(r"\s*([a-z_]\w*|\{[^}]*\}|\[\d+[smhd]\]|\d+(?:\.\d+)?|==|[<>*(),])")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
COMPARED: Mapping[str, Callable[[float, float], bool]] = {"==": operator.eq, ">": operator.gt, "<": operator.lt}


class Collected:
    """What was read of every process at each round."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._series: dict[str, dict[Labels, list[tuple[float, float]]]] = {}
        self._now = 0.0

    def read(self, now: float, pages: Mapping[str, str]) -> None:
        """One round: instance -> its metrics page."""
        self._now = now
        for instance, text in pages.items():
            where = {"job": "vtbot", "brand": "b", "instance": instance}
            self._keep("up", where, 1.0)
            for family in text_string_to_metric_families(text):
                for sample in family.samples:
                    self._keep(sample.name, {**where, **sample.labels}, sample.value)

    def _keep(self, name: str, labels: Mapping[str, str], value: float) -> None:
        self._series.setdefault(name, {}).setdefault(frozenset(labels.items()), []).append((self._now, value))

    def window(self, name: str, selector: str, seconds: float) -> Mapping[Labels, Sequence[float]]:
        """The values of each series in the last so many seconds, or of this very round for 0."""
        wanted = set(re.findall(r'(\w+)="([^"]*)"', selector))
        told = {
            labels: [value for at, value in kept if at == self._now or at > self._now - seconds]
            for labels, kept in self._series.get(name, {}).items()
            if wanted <= labels
        }
        return {labels: values for labels, values in told.items() if values}

    def value(self, expression: str) -> Value:
        """What it is now. `AssertionError` for what is not understood."""
        words = TOKEN.findall(expression)
        assert "".join(words) == re.sub(r"\s", "", expression), expression
        return _Reading(self, words).whole()


class _Reading:
    """One expression, read from left to right."""

    def __init__(self, collected: Collected, words: list[str]) -> None:
        self._collected = collected
        self._words = words

    def whole(self) -> Value:
        value = self._or()
        assert not self._words, self._words
        return value

    def _next(self, *wanted: str) -> str:
        """The next word, where it is one of these; an empty text where it is not."""
        return self._words.pop(0) if self._words and self._words[0] in wanted else ""

    def _or(self) -> Value:
        left = self._and()
        while self._next("or"):
            left = {**_vector(self._and()), **_vector(left)}
        return left

    def _and(self) -> Value:
        left = self._compared()
        while word := self._next("and", "unless"):
            right = _vector(self._compared())
            left = {labels: one for labels, one in _vector(left).items() if (labels in right) is (word == "and")}
        return left

    def _compared(self) -> Value:
        left = self._product()
        while word := self._next(*COMPARED):
            right, holds = self._product(), COMPARED[word]
            others = right if isinstance(right, Mapping) else dict.fromkeys(_vector(left), right)
            left = {
                labels: one for labels, one in _vector(left).items() if labels in others and holds(one, others[labels])
            }
        return left

    def _product(self) -> Value:
        left = self._primary()
        while self._next("*"):
            assert isinstance(left, float)
            left = {labels: left * one for labels, one in _vector(self._primary()).items()}
        return left

    def _primary(self) -> Value:
        word = self._words.pop(0)
        if word[0].isdigit():
            return float(word)
        if word in ("max", "sum"):
            return self._grouped(max if word == "max" else sum)
        if word in ("increase", "delta", "present_over_time"):
            assert self._next("(")
            series = self._selected(self._words.pop(0), over=True)
            assert self._next(")")
            return {labels: _over(word, values) for labels, values in series.items() if word[0] == "p" or values[1:]}
        return {labels: values[-1] for labels, values in self._selected(word, over=False).items()}

    def _selected(self, name: str, *, over: bool) -> Mapping[Labels, Sequence[float]]:
        selector = self._words.pop(0) if self._words and self._words[0].startswith("{") else ""
        length = self._words.pop(0) if over else "[0s]"
        return self._collected.window(name, selector, int(length[1:-2]) * SECONDS[length[-2]])

    def _grouped(self, join: Callable[[list[float]], float]) -> Value:
        assert self._next("by")
        assert self._next("(")
        names = set[str]()
        while (word := self._words.pop(0)) != ")":
            names.add(word)
        assert self._next("(")
        groups: dict[Labels, list[float]] = {}
        for labels, one in _vector(self._or()).items():
            groups.setdefault(frozenset(label for label in labels if label[0] in names), []).append(one)
        assert self._next(")")
        return {labels: join(ones) for labels, ones in groups.items()}


def _vector(value: Value) -> Vector:
    assert isinstance(value, Mapping)
    return value


def _over(function: str, values: Sequence[float]) -> float:
    """A counter that got smaller began anew."""
    if function == "present_over_time":
        return 1.0
    return sum(b - a if b >= a or function == "delta" else b for a, b in pairwise(values))
