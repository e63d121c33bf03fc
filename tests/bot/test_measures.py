"""The metrics page: numbers read at the moment somebody asks."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

from bot.measures import Measures


async def _read(measures: Measures) -> dict[tuple[str, str], float]:
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families((await measures.render()).decode())
        for sample in family.samples
    }


async def test_numbers_are_read_when_the_page_is() -> None:
    measures, counted = Measures(), {"handled": 1.0}
    measures.add("updates", "What became of them.", lambda: counted, label="what")
    measures.add("asks", "A number of its own.", lambda: {"": 7})
    assert await _read(measures) == {("vtbot_updates", "handled"): 1.0, ("vtbot_asks", ""): 7.0}
    counted["handled"], counted['po"is\non'] = 2.0, 3.0
    assert await _read(measures) == {
        ("vtbot_updates", "handled"): 2.0,
        ("vtbot_updates", 'po"is\non'): 3.0,
        ("vtbot_asks", ""): 7.0,
    }


async def test_a_family_that_is_empty_now_is_on_the_page_all_the_same() -> None:
    def nothing() -> Mapping[str, float]:
        return {}

    measures = Measures()
    measures.add("pushes", "By state.", nothing, label="state")
    assert b"# HELP vtbot_pushes By state." in await measures.render()


async def test_what_has_to_be_waited_for_is_looked_at_before_each_page() -> None:
    measures, looked = Measures(), 0

    async def look() -> None:
        nonlocal looked
        looked += 1

    measures.first(look)
    measures.add("looks", "So many.", lambda: {"": looked})
    assert [await _read(measures), await _read(measures)] == [{("vtbot_looks", ""): 1.0}, {("vtbot_looks", ""): 2.0}]
    assert measures.names == {"vtbot_looks"}
