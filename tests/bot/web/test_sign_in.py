"""What the sign-in page may ask of us: in which order, how often, in what form, and what it is told when it may not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.web.sign_in import LIFETIME
from tests.bot.web.conftest import ANA, PASSWORD, Site
from tests.journeys.town import Chat, Town
from tickets.acting import Actor


def actor(chat: Chat) -> Actor:
    """The person of a chat."""
    return Actor(chat.chat_id, chat.chat_id)


async def test_signing_in_is_told_on_the_card(site: Site, ana: Chat) -> None:
    token = await site.enter(ana)
    answer = await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (200, {"done": True})
    await ana.look()
    ana.sees("You are signed in as")
    ana.sees_not("a page opens")
    again = await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    assert (again.status_code, again.json()) == (403, {"error": "expired"}), "a pass is good for one sign-in"
    assert ana.count("You are signed in") == 1


@pytest.mark.parametrize("path", ["sign_in", "register"])
async def test_who_deletes_everything_meanwhile_stays_deleted(
    path: str, site: Site, ana: Chat, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, queue = await site.enter(ana), town.parts.server
    ask = queue.login if path == "sign_in" else queue.register

    async def slow(what: Any) -> str:
        vt_token: str = await ask(what)
        await ana.says("/delete")
        await ana.presses("Delete my data")
        return vt_token

    monkeypatch.setattr(queue, ask.__name__, slow)
    name = "ana.sa" if path == "sign_in" else "ana.other"
    answer = await site.post(path, **{"pass": token, "username": name, "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (403, {"error": "expired"})
    await ana.look()
    ana.sees("Deleted")
    ana.sees_not("You are signed in")
    held = await town.parts.services.people.export(actor(ana))
    assert {table: rows for table, rows in held.items() if rows} == {}


async def test_what_ran_out_is_gone_on_with_over_the_page(site: Site, ana: Chat, town: Town) -> None:
    told = {"username": "ana.sa", "password": PASSWORD}
    await site.post("sign_in", **{"pass": await site.enter(ana), **told})
    await ana.says("/settings")
    for _ in range(12):
        await town.play.post("/vt/api/json/customer/login", json=told)
    await ana.presses("My details")
    ana.sees("sign in again")
    await ana.presses("Sign in")
    await site.post("sign_in", **{"pass": await site.enter(ana), **told})
    await ana.look()
    assert "First name: Ana" in ana.last(), ana.transcript()


async def test_where_the_card_is_gone_a_new_message_says_it(site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    await town.parts.application.bot.delete_message(ANA, ana.messages[-1]["message_id"])
    await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    await ana.look()
    ana.sees("You are signed in as")


async def test_a_blocked_chat_does_not_undo_the_sign_in(site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    await town.tell("block", chat_id=ANA)
    answer = await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": PASSWORD})
    assert answer.json() == {"done": True}


async def test_init_data_opens_the_page_once(site: Site, ana: Chat, town: Town) -> None:
    init_data = await site.init_data(ana)
    assert (await site.post("open", initData=init_data)).status_code == 200
    again = await site.post("open", initData=init_data)
    assert (again.status_code, again.json()) == (403, {"error": "expired"})
    late = await site.init_data(ana)
    town.clock.passes(301)
    assert (await site.post("open", initData=late)).status_code == 403
    assert (await site.post("open", initData="")).status_code == 403


async def test_a_pass_is_short_lived_and_of_one_chat(site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    secret = token.partition(".")[2]
    told = {"username": "ana.sa", "password": PASSWORD}
    for forged in (
        "",
        secret,
        f"{ANA + 1:x}.{secret}",
        token[:-1],
        token + "0",
        token.upper(),
        f"-{token}",
        "x." + secret,
    ):
        assert (await site.post("sign_in", **{"pass": forged, **told})).json() == {"error": "expired"}, forged
    newer = await site.enter(ana)
    assert (await site.post("sign_in", **{"pass": token, **told})).status_code == 403, "the newer page replaced it"
    town.clock.passes(LIFETIME)
    assert (await site.post("sign_in", **{"pass": newer, **told})).status_code == 403


async def test_registering(site: Site, ana: Chat, town: Town) -> None:
    told = {"pass": await site.enter(ana), "username": "ana.new", "password": PASSWORD}
    assert (await site.post("register", **{**told, "password": "short"})).json() == {"error": "fields"}
    taken = await site.post("register", **{**told, "username": "ana.sa"})
    assert (taken.status_code, taken.json()) == (409, {"error": "name_taken"})
    mail = await site.post("register", **told, email="ana@example.org")
    assert (mail.status_code, mail.json()) == (409, {"error": "email_taken"})
    answer = await site.post("register", **told, email="new@example.org", first_name="Ana", phone="+351 912")
    assert answer.json() == {"done": True}
    await ana.look()
    ana.sees("You are signed in as")
    customer = await town.parts.services.profile.details(actor(ana))
    assert (customer.email, customer.first_name, customer.phone) == ("new@example.org", "Ana", "+351 912")
    assert customer.push_notification_key == f"telegram:{ANA}"


async def test_a_guest_who_registers_keeps_the_tickets(site: Site, town: Town) -> None:
    chat = town.chat(2002, "Rui")
    await chat.says("/start")
    await chat.presses("guest")
    await chat.says("braga central")
    await chat.presses("Braga Central")
    await chat.presses("Customer Service")
    await chat.presses("Take ticket")
    before = await town.parts.services.session.account(actor(chat))
    await chat.says("/login")
    await chat.presses("all the same")
    token = await site.enter(chat)
    answer = await site.post(
        "register", **{"pass": token, "username": "rui", "password": PASSWORD, "email": "r@example.org"}
    )
    assert answer.json() == {"done": True}
    after = await town.parts.services.session.account(actor(chat))
    assert (before.guest, after.guest) == (True, False)
    assert (after.customer_id, after.username, after.password) == (before.customer_id, "rui", "")
    assert len(await town.ask("tickets")) == 1
    await town.play.post("/vt/api/json/customer/login", json={"username": "rui", "password": PASSWORD})


async def test_a_guest_whose_wish_is_refused_stays_a_guest(site: Site, ana: Chat, town: Town) -> None:
    """All of it holds or nothing: the e-mail address is somebody else's, and the next try is not in the way of the first."""
    del ana
    chat = town.chat(2002, "Rui")
    await chat.says("/start")
    await chat.presses("guest")
    await chat.says("/login")
    told = {"pass": await site.enter(chat), "username": "rui", "password": PASSWORD, "email": "ana@example.org"}
    assert (await site.post("register", **told)).json() == {"error": "email_taken"}
    assert (await town.parts.services.session.account(actor(chat))).guest
    assert (await site.post("register", **{**told, "email": "rui@example.org"})).json() == {"done": True}
    customer = await town.parts.services.profile.details(actor(chat))
    assert (customer.username, customer.email) == ("rui", "rui@example.org")


async def test_a_guest_whom_the_server_forgot_is_a_newcomer(site: Site, town: Town) -> None:
    chat = town.chat(2002, "Rui")
    await chat.says("/start")
    await chat.presses("guest")
    await chat.says("/login")
    told = {"pass": await site.enter(chat), "username": "rui", "password": PASSWORD}
    async with town.parts.database.open_book() as book:
        held = await book.accounts.get(2002)
        assert held is not None
        await book.accounts.put(replace(held, vt_token="gone", password="gone too"))
        await book.commit()
    assert (await site.post("register", **told)).json() == {"done": True}
    account = await town.parts.services.session.account(actor(chat))
    assert (account.guest, account.username, account.customer_id == held.customer_id) == (False, "rui", False)


async def test_a_forgotten_password(site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    for email in ("ana@example.org", "nobody@example.org"):
        answer = await site.post("forgot", **{"pass": token, "email": email})
        assert (answer.status_code, answer.json()) == (200, {"done": False}), (
            "the same whether there is an account or not"
        )
    (letter,) = await town.ask("outbox")
    told = {"pass": token, "token": letter["token"], "password": "another battery"}
    assert (await site.post("renew", **{**told, "token": "x"})).json() == {"error": "lapsed"}
    assert (await site.post("renew", **told)).json() == {"done": True}
    await ana.look()
    ana.sees("You are signed in as")


async def test_a_letters_link_in_a_browser_signs_nobody_in(site: Site, ana: Chat, town: Town) -> None:
    token = await site.enter(ana)
    await site.post("forgot", **{"pass": token, "email": "ana@example.org"})
    (letter,) = await town.ask("outbox")
    told = {"token": letter["token"], "password": "another battery"}
    assert (await site.post("renew", **told)).json() == {"done": False}
    assert (await site.post("renew", **told)).json() == {"error": "lapsed"}, "a code is good once"
    await ana.look()
    ana.sees_not("signed in")
    assert (await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": "another battery"})).json()


async def test_nothing_secret_is_logged_or_kept(site: Site, ana: Chat, town: Town, tmp_path: Path) -> None:
    with capture_logs() as logs:
        init_data = await site.init_data(ana)
        token = (await site.post("open", initData=init_data)).json()["pass"]
        for password in ("wrong horse battery", PASSWORD):
            await site.post("sign_in", **{"pass": token, "username": "ana.sa", "password": password})
    await town.parts.database.dispose()
    kept = b"".join(
        (tmp_path / f"bot.db{end}").read_bytes() for end in ("", "-wal") if (tmp_path / f"bot.db{end}").is_file()
    )
    told = json.dumps(logs, default=str)
    assert logs
    for secret in (PASSWORD, "wrong horse battery", token, token.partition(".")[2], init_data):
        assert secret not in told
        assert secret.encode() not in kept
