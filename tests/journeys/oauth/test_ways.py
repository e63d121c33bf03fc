"""Signing in by a provider, end to end: a certified OpenID provider, real forms, the question in the chat, and the attacks."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from structlog.testing import capture_logs

from bot.callbacks import SignInAnyway
from bot.clock import SystemClock
from bot.web import openid
from tests.journeys.oauth.conftest import ANA, RUI, account
from tests.journeys.test_main_job import take
from tests.journeys.town import Chat, Town, opened
from tests.oidc.browsing import (
    FACEBOOK_RETURN,
    PUBLIC,
    RETURN,
    Browser,
    number_on,
    offering,
    start_link,
    trusted,
)
from tests.oidc.running import provider
from tickets.acting import Actor
from tickets.watching import Account

pytestmark = pytest.mark.slow


async def test_a_newcomer_and_then_the_same_again(ana: Chat, browser: Browser, town: Town) -> None:
    """Registered with the provider's word at first, signed in with it later; nothing holds before the number is typed."""
    await ana.says("/cancel")
    await ana.says("braga central")
    await ana.presses("Braga Central")
    await ana.presses("Customer Service")
    await ana.presses("Take ticket")
    await ana.presses("Sign in")
    answer = await browser.get(await browser.consent(await browser.begin(ana)))
    assert answer.status_code == 200
    assert "You are signed in at Google as ana@example.org." in answer.text
    assert "the chat of Ana with Virtual Ticket" in answer.text
    assert "wants your account" in answer.text
    await ana.look()
    ana.sees("Which number does your browser show", "signed in at Google")
    assert ana.count("a page opens") == 1, "only the first card is left as it was"
    assert await account(town) is None
    await ana.says(number_on(answer))
    ana.sees_not("Which number")
    ana.sees("You are signed in as", r"Braga Central[\s\S]*")
    assert "Take ticket" in " ".join(ana.buttons()), "the interrupted wish is offered again"
    first = await town.parts.services.session.account(Actor(ANA, ANA))
    assert first.password == ""
    await ana.says("/logout")
    await ana.presses("Sign out")
    await ana.says("/login")
    async with Browser(town) as other:
        answer = await other.get(await other.consent(await other.begin(ana)))
    await ana.says(f"It is {number_on(answer)[:3]}-{number_on(answer)[3:]}")
    assert (await town.parts.services.session.account(Actor(ANA, ANA))).customer_id == first.customer_id


async def test_what_goes_over_the_wire(ana: Chat, browser: Browser, town: Town) -> None:
    """PKCE, state and nonce of full strength, no chat id for the provider, a cookie for this browser only, nothing secret in a link."""
    start = start_link(ana)
    asked = await browser.get(start)
    told = {name: values[0] for name, values in parse_qs(urlsplit(asked.headers["location"]).query).items()}
    assert told["response_type"] == "code"
    assert told["code_challenge_method"] == "S256"
    assert told["redirect_uri"] == RETURN
    assert min(len(told["state"]), len(told["nonce"]), len(told["code_challenge"])) >= 43
    assert f"{ANA:x}" not in told["state"].lower() or f"{ANA}" not in asked.headers["location"]
    cookie = asked.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    async with town.parts.database.open_book() as book:
        step = await book.steps.get(ANA, town.clock.now())
    assert step is not None
    assert told["state"] not in str(step.data), "kept as a hash only"
    assert start.rpartition("=")[2] not in str(step.data)


async def test_no_connects_nothing(ana: Chat, browser: Browser, town: Town) -> None:
    answer = await browser.get(await browser.consent(await browser.begin(ana)))
    await ana.look()
    await ana.presses("No")
    ana.sees("Nothing was connected")
    await ana.says(number_on(answer))
    assert await account(town) is None


async def test_a_queue_server_in_trouble_is_asked_again(ana: Chat, browser: Browser, town: Town) -> None:
    """What the provider said is kept until there is an answer to it."""
    await town.tell("fault", target="queue", operation="customer/login", kind="500", apply="before", count=1)
    answer = await browser.get(await browser.consent(await browser.begin(ana)))
    await ana.says(number_on(answer))
    ana.sees("not answering properly")
    await ana.says(number_on(answer))
    ana.sees("You are signed in")


async def test_a_queue_server_that_does_not_trust_the_provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The word is good for us and not for it: said, and forgotten."""
    async with (
        provider("provider.mjs", RETURN) as running,
        offering(tmp_path, running.issuer, monkeypatch, audience="another") as town,
        Browser(town) as browser,
    ):
        ana = town.chat(ANA)
        await ana.says("/login")
        answer = await browser.get(await browser.consent(await browser.begin(ana)))
        await ana.says(number_on(answer))
        ana.sees("The queue did not believe the provider's word")
        async with town.parts.database.open_book() as book:
            step = await book.steps.get(ANA, town.clock.now())
        assert step is not None
        assert "connect_token" not in step.data


async def test_inside_another_app_the_link_waits_for_a_real_browser(ana: Chat, town: Town) -> None:
    """Providers turn web views away: the page says so, and the link still works afterwards."""
    start = start_link(ana)
    async with Browser(
        town, **{"User-Agent": "Mozilla/5.0 (Linux; Android 15; wv) Chrome/130", "Accept-Language": "pt"}
    ) as view:
        answer = await view.get(start)
        assert (answer.status_code, start.replace("&", "&amp;") in answer.text) == (200, True)
        assert '<html lang="pt"' in answer.text
    async with Browser(town) as browser:
        assert (await browser.get(start)).status_code == 302


async def test_a_chat_that_cannot_be_asked(ana: Chat, browser: Browser, town: Town) -> None:
    """Nobody is sent back to a chat in which nothing was asked; a blocked one is the person's own choice."""
    back = await browser.consent(await browser.begin(ana))
    await town.tell("fault", target="telegram", kind="500", apply="before", count=9)
    assert (await browser.get(back)).status_code == 503


async def test_nothing_secret_is_logged(ana: Chat, browser: Browser) -> None:
    with capture_logs() as logs:
        back = await browser.consent(await browser.begin(ana))
        number = number_on(await browser.get(back))
        await ana.says(number)
    code, state = (parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state"))
    told = str(logs)
    assert logs
    for secret in (code, state, number, "eyJ", "example.org"):
        assert secret not in told


async def a_guest_with_a_ticket(chat: Chat) -> tuple[Account, str]:
    """A guest, and their live ticket."""
    mine = await take(chat)
    held = await chat.town.parts.services.session.account(Actor(chat.chat_id, chat.chat_id))
    assert held.guest
    return held, mine["id"]


async def vouched_for(chat: Chat, town: Town, login: str = "ana") -> str:
    """Somebody signs in by the newest card's link; the number of their page."""
    async with Browser(town) as one:
        return number_on(await one.get(await one.consent(await one.begin(chat), login)))


async def watched(town: Town, chat_id: int) -> list[str]:
    """The tickets that are watched for a chat."""
    async with town.parts.database.open_book() as book:
        return [watch.ticket.id for watch in await book.watches.of(chat_id)]


async def test_a_guest_keeps_the_ticket(town: Town) -> None:
    """A newcomer to the provider's side: the guest's own customer signs in by the provider from then on, ticket and all."""
    rui = town.chat(RUI, "Rui")
    guest, ticket = await a_guest_with_a_ticket(rui)
    await rui.says("/login")
    await rui.presses("all the same")
    await rui.says(await vouched_for(rui, town))
    rui.sees(r"You are signed in\.")
    rui.sees_not("guest-")
    kept = await town.parts.services.session.account(Actor(RUI, RUI))
    assert (kept.guest, kept.customer_id, kept.password) == (False, guest.customer_id, "")
    assert await watched(town, RUI) == [ticket]
    await rui.says("/cancel")
    await rui.presses("Yes, cancel")
    rui.sees("is cancelled")


async def test_a_guest_is_asked_before_another_account_takes_the_place(ana: Chat, town: Town) -> None:
    """The provider's account is somebody's already, and the ticket was taken after the card was shown: the number alone leaves nothing."""
    await ana.says(await vouched_for(ana, town))
    theirs = await town.parts.services.session.account(Actor(ANA, ANA))
    rui = town.chat(RUI, "Rui")
    await rui.says("/login")
    number = await vouched_for(rui, town)
    guest = await town.parts.services.session.as_guest(Actor(RUI, RUI))
    here = next(one for one in await town.parts.services.find.all() if one.name == "Braga Central")
    offer = await town.parts.services.take.offer(Actor(RUI, RUI), here, here.services[0])
    await town.parts.services.take.take(Actor(RUI, RUI), offer, key="elsewhere")
    await rui.says(number)
    rui.sees("You hold 1 live ticket as a guest")
    assert await town.parts.services.session.account(Actor(RUI, RUI)) == guest
    assert len(await watched(town, RUI)) == 1
    await rui.presses("all the same")
    assert (await town.parts.services.session.account(Actor(RUI, RUI))).customer_id == theirs.customer_id
    assert await watched(town, RUI) == []


async def test_agreeing_to_leave_tickets_is_no_way_around_the_number(ana: Chat, town: Town) -> None:
    """The button means a way in, and connects nobody whose number was not typed."""
    await vouched_for(ana, town, "victim")
    await ana.forges(SignInAnyway().pack())
    assert await account(town) is None


async def test_facebook_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider whose metadata names neither its token endpoint nor how it wants to be asked there, which is in the body."""
    async with provider("provider.mjs", FACEBOOK_RETURN, "facebook") as running:
        monkeypatch.setitem(openid.TOKEN_ENDPOINTS, running.issuer, f"{running.issuer}/token")
        known = trusted("facebook", running.issuer, monkeypatch)
        async with (
            opened(tmp_path, public_url=PUBLIC, **known) as town,
            httpx.AsyncClient(trust_env=False) as plain,
            Browser(town) as browser,
        ):
            metadata = (await plain.get(f"{running.issuer}/.well-known/openid-configuration")).json()
            assert not {"token_endpoint", "token_endpoint_auth_methods_supported"} & set(metadata)
            town.clock.passes(SystemClock().now() - town.clock.now())
            ana = town.chat(ANA)
            await ana.says("/login")
            assert "Go on with Facebook" in ana.buttons()
            answer = await browser.get(await browser.consent(await browser.begin(ana)))
            assert "You are signed in at Facebook as ana@example.org." in answer.text
            await ana.look()
            ana.sees("signed in at Facebook")
            await ana.says(number_on(answer))
            ana.sees("You are signed in as")
            customer = await town.parts.services.profile.details(Actor(ANA, ANA))
            assert customer.oauth_provider == "facebook"
