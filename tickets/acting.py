"""Who acts: every use case takes the acting person and refuses what is not theirs to do."""

from dataclasses import dataclass

from tickets.errors import NotYours, OnlyInPrivate
from tickets.watching import Watch


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts and the chat they act in; in a private chat both ids are the same."""

    person_id: int
    chat_id: int

    @property
    def private(self) -> bool:
        """Whether the person is alone with the bot."""
        return self.person_id == self.chat_id and self.person_id > 0


def alone(actor: Actor) -> int:
    """The chat id, where the actor is alone with the bot; `OnlyInPrivate` elsewhere (groups never see or own tickets)."""
    if not actor.private:
        raise OnlyInPrivate
    return actor.chat_id


def own(actor: Actor, watch: Watch | None) -> Watch:
    """The watch, where it is the actor's; `NotYours` for somebody else's and for none, which look the same from outside."""
    if watch is None or watch.chat_id != alone(actor):
        raise NotYours
    return watch
