"""The whole journey, from START to a called ticket and a cancelled one, in both languages and three ways: one script for all."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.bot import processes
from tests.journeys.judge import judged, telegram_of
from tests.journeys.sides import Branch, InProcess, OnThePage, OverSockets, Side
from tests.journeys.test_demo import chromium_page
from tests.journeys.town import opened

ANA = 1001
BOTH = ("en", "pt")
QUICK = {"WATCH_PERIOD": "0.5", "WATCH_MAX_AGE": "1", "SEND_CHAT_RATE": "10"}
"""Over sockets nobody moves the clock, so the bot looks every second."""


@dataclass(frozen=True)
class Words:
    """What the person reads and presses."""

    hello: str
    guest: str
    as_guest: str
    where: str
    share: str
    near: str
    choose: str
    sure: str
    waiting: str
    take: str
    ahead: str
    expected: str
    read: str
    almost: str
    turn: str
    called: str
    refresh: str
    coming: str
    on_the_way: str
    over: str
    cancel: str
    ask_cancel: str
    keep: str
    yes: str
    cancelled: str
    none: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        hello=r"Hello, Ana!",
        guest="Carry on as a guest",
        as_guest="You are here as a guest",
        where="Where would you like to take a ticket",
        share="Share my position",
        near="Locations near you",
        choose="Choose a service",
        sure=r"Take a ticket for A – Customer Service\?",
        waiting="5 people waiting",
        take="Take ticket",
        ahead="5 people ahead of you",
        expected=r"Expected: \d\d:\d\d",
        read=r"Updated: \d",
        almost="almost your turn",
        turn=r"It's your turn!\s*Your ticket A6 was just called\. Please head to desk 3\.",
        called=r"Called: desk 3, \d",
        refresh="Refresh",
        coming="I'm coming",
        on_the_way=r"you are on your way\.\s*Where to: desk 3",
        over="A 006 – finished",
        cancel="Cancel ticket B 001",
        ask_cancel=r"Cancel ticket B 001\?",
        keep="Keep ticket B 001",
        yes="Yes, cancel B 001",
        cancelled="Ticket B 001 is cancelled",
        none="You hold no ticket",
    ),
    "pt": Words(
        hello=r"Olá, Ana!",
        guest="Continuar como convidado",
        as_guest="Está aqui como convidado",
        where="Onde quer tirar uma senha",
        share="Partilhar a minha posição",
        near="Locais perto de si",
        choose="Escolha um serviço",
        sure=r"Tirar uma senha para A – Customer Service\?",
        waiting="5 pessoas à espera",
        take="Tirar senha",
        ahead="5 pessoas à sua frente",
        expected=r"Previsão: \d\d:\d\d",
        read=r"Atualizado: \d",
        almost=r"está quase na sua vez\s*Só faltam 3",
        # The server's own words are English, so these are ours.
        turn=r"A 006 → balcão 3\s*É a sua vez\.",
        called=r"Chamada: balcão 3, \d",
        refresh="Atualizar",
        coming="Vou a caminho",
        on_the_way=r"já vem a caminho\.\s*Dirija-se a: balcão 3",
        over="A 006 – terminada",
        cancel="Anular a senha B 001",
        ask_cancel=r"Anular a senha B 001\?",
        keep="Manter a senha B 001",
        yes="Sim, anular B 001",
        cancelled="A senha B 001 foi anulada",
        none="Não tem nenhuma senha",
    ),
}


async def whole_journey(ana: Side, branch: Branch, words: Words) -> None:
    """A guest takes a ticket behind five others, is warned, called and served; then takes another one and gives it up."""
    await branch.people_come("A", 5)
    await takes_a_ticket(ana, words)
    await is_called(ana, branch, words)
    await gives_one_up(ana, words)
    assert await branch.states("A") == [2] * 6
    assert await branch.states("B") == [3]


async def takes_a_ticket(ana: Side, words: Words) -> None:
    """Carry on as a guest, share a position, choose, confirm; the card has every fact."""
    await ana.begins()
    await ana.sees(words.hello)
    await ana.presses(words.guest)
    await ana.sees(words.as_guest, words.where)
    await ana.shares_position(words.share)
    await ana.sees(words.near)
    await ana.presses("Braga Central")
    await ana.sees(words.choose)
    await ana.presses("Customer Service")
    await ana.sees(words.sure, words.waiting)
    await ana.presses(words.take)
    await ana.sees(r"A 006\s*A – Customer Service, Braga Central", words.ahead, words.expected, words.read)


async def is_called(ana: Side, branch: Branch, words: Words) -> None:
    """Warned once and called once; the one card says the same in words of its own, and is a receipt in the end."""
    for desk in ("1", "2"):
        await branch.calls_next("A", desk)
    await ana.sees(words.almost)
    for desk in ("1", "2", "1"):
        await branch.calls_next("A", desk)
    await branch.calls_next("A", "3")
    await ana.sees(words.turn, words.called)
    assert await ana.count(words.almost) == 1
    assert await ana.count(words.turn) == 1
    assert await ana.count(words.called) == 1
    assert await ana.offered(words.refresh) == 1, "one card, edited in place"
    await ana.presses(words.coming)
    await ana.sees(words.on_the_way)
    for desk in ("1", "2", "3"):
        await branch.ends(desk)
    await ana.sees(words.over)
    await ana.sees_none(words.refresh)


async def gives_one_up(ana: Side, words: Words) -> None:
    """Another ticket, found by words; cancelling asks first, may be thought better of, and is done once it is confirmed."""
    await ana.says("braga central")
    await ana.presses("Braga Central")
    await ana.presses("Payments")
    await ana.presses(words.take)
    await ana.presses(words.cancel)
    await ana.sees(words.ask_cancel)
    await ana.presses(words.keep)
    await ana.sees_none(words.yes)
    await ana.presses(words.cancel)
    await ana.presses(words.yes)
    await ana.sees(words.cancelled)
    await ana.sees_none(words.refresh)
    await ana.says("/tickets")
    await ana.sees(words.none)


@pytest.mark.parametrize("language", BOTH)
async def test_in_one_process(language: str, tmp_path: Path) -> None:
    async with opened(tmp_path) as town:
        branch = await Branch.open(town.play, "Braga Central")
        await whole_journey(InProcess(town, ANA, language), branch, WORDS[language])


@pytest.mark.slow
@pytest.mark.parametrize("language", BOTH)
async def test_over_sockets(language: str, tmp_path: Path) -> None:
    async with town_of_processes(tmp_path) as client:
        branch = await Branch.open(client, "Braga Central")
        await whole_journey(OverSockets(client, ANA, language), branch, WORDS[language])
    judged(tmp_path)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("pt", "pt-PT")])
async def test_on_the_chat_page(language: str, locale: str, tmp_path: Path) -> None:
    async with town_of_processes(tmp_path) as client, chromium_page(f"{client.base_url}/", locale) as page:
        branch = await Branch.open(client, "Braga Central")
        await whole_journey(OnThePage(page), branch, WORDS[language])
    judged(tmp_path)


@asynccontextmanager
async def town_of_processes(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox and `vtbot run` as processes, with the judge of the Bot API between them where it is at hand."""
    async with (
        processes.sandbox(folder) as town,
        telegram_of(town, folder) as telegram,
        httpx.AsyncClient(base_url=town, trust_env=False, timeout=10) as client,
    ):
        told = processes.environment(folder, town, **QUICK, TELEGRAM_API_URL=telegram)
        bot = await processes.begin(folder, told, "run")
        try:
            await processes.line(bot.stderr, "ready")
            yield client
            assert await processes.terminated(bot) == 0
        finally:
            await processes.end(bot)
