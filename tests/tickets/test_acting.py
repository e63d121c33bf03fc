"""Whose chat and whose ticket: what is not the actor's looks as if it were not there."""

import pytest

from tests.tickets.town import a_watch
from tickets.acting import Actor, alone, own
from tickets.errors import NotYours, OnlyInPrivate

ME = Actor(7, 7)
ELSEWHERE = [Actor(7, -100), Actor(7, 8), Actor(-7, -7), Actor(0, 0), Actor(-100, 7)]


def test_alone_with_the_bot_both_ids_are_the_same() -> None:
    assert ME.private
    assert alone(ME) == 7
    assert alone(Actor(1, 1)) == 1


@pytest.mark.parametrize("actor", ELSEWHERE)
def test_anywhere_else_nothing_is_anybodys(actor: Actor) -> None:
    assert not actor.private
    with pytest.raises(OnlyInPrivate):
        alone(actor)
    with pytest.raises(OnlyInPrivate):
        own(actor, a_watch(chat_id=actor.chat_id))


def test_ones_own_watch_is_given() -> None:
    watch = a_watch(chat_id=7)
    assert own(ME, watch) is watch


@pytest.mark.parametrize("watch", [None, a_watch(chat_id=8), a_watch(chat_id=-7)])
def test_somebody_elses_watch_looks_like_none(watch: None) -> None:
    with pytest.raises(NotYours) as nothing:
        own(ME, watch)
    assert nothing.value.args == ()
