"""What leads nowhere: states, codes and links of others, and whatever comes too late."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.web.oauth import LIFETIME
from tests.journeys.oauth.conftest import ANA, RUI, account, changed
from tests.journeys.town import Chat, Town
from tests.oidc.browsing import (
    PUBLIC,
    Browser,
    another,
    number_on,
    offering,
    start_link,
)

pytestmark = pytest.mark.slow


async def test_the_number_of_another_attempt_or_too_late_connects_nothing(
    ana: Chat, browser: Browser, town: Town
) -> None:
    """Each attempt has a number of its own, for ten minutes; an old card's button ends nothing."""
    old = number_on(await browser.get(await browser.consent(await browser.begin(ana))))
    await ana.says("/login")
    new = number_on(await browser.get(await browser.consent(await browser.begin(ana))))
    if old != new:
        await ana.says(old)
        ana.sees("not the number")
    town.clock.passes(LIFETIME + 1)
    await ana.says(new)
    ana.sees("Nothing was connected")
    assert await account(town) is None
    await ana.presses("No")
    ana.sees("older menu")


async def test_what_has_not_six_digits_is_no_try(ana: Chat, browser: Browser, town: Town) -> None:
    answer = await browser.get(await browser.consent(await browser.begin(ana)))
    for words in ("braga", "12345", "1234567", "???", number_on(answer)[:3]):
        await ana.says(words)
        ana.sees("I am waiting for the six digits")
    # The digits of another script are digits too.
    await ana.says("".join(chr(0x0660 + int(digit)) for digit in number_on(answer)))
    assert await account(town) is not None


async def test_the_start_is_good_once_and_for_ten_minutes(ana: Chat, browser: Browser, town: Town) -> None:
    start = start_link(ana)
    assert (await browser.client.head(start)).status_code == 200, "looking does not use it up"
    assert (await browser.get(start)).status_code == 302
    assert (await browser.get(start)).status_code == 403
    await ana.says("/login")
    late = start_link(ana)
    town.clock.passes(LIFETIME)
    assert (await browser.get(late)).status_code == 403
    for forged in (
        f"{PUBLIC}/oauth/google/start",
        changed(late, n="x"),
        changed(late, n=f"{RUI:x}.abc"),
        late + "&n=1",
    ):
        assert (await browser.get(forged)).status_code == 403, forged
    assert (await browser.get(late.replace("google", "facebook"))).status_code == 404
    assert (await browser.get(late.replace("google", "..%2f"))).status_code == 404


async def test_a_link_made_for_one_provider_does_not_open_another(
    tmp_path: Path, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    del town
    facebook = {"oauth_facebook_id": "f", "oauth_facebook_secret": "a-secret-of-facebooks"}
    folder = tmp_path / "both"
    folder.mkdir()
    async with offering(folder, "http://127.0.0.1:9", monkeypatch, **facebook) as both, Browser(both) as browser:
        chat = both.chat(ANA)
        await chat.says("/login")
        assert {"Go on with Google", "Go on with Facebook"} <= set(chat.buttons())
        google = start_link(chat)
        assert (await browser.get(google.replace("google", "facebook"))).status_code == 403
        assert (await browser.get(google)).status_code == 503, "a provider that is away uses nothing up"
        assert (await browser.get(google)).status_code == 503


async def test_the_state_binds(ana: Chat, browser: Browser) -> None:
    """Missing, another, twice: nothing of it is exchanged; the true one still works afterwards, once."""
    back = await browser.consent(await browser.begin(ana))
    state, cookie = parse_qs(urlsplit(back).query)["state"][0], browser.client.cookies["vt_oauth"]
    for forged in (
        changed(back, state=None),
        changed(back, state=""),
        changed(back, state=state[:-1]),
        f"{back}&state=x",
    ):
        assert (await browser.get(forged)).status_code == 403, forged
    assert (await browser.get(back)).status_code == 200
    assert "vt_oauth" not in browser.client.cookies
    browser.client.cookies.set("vt_oauth", cookie, "127.0.0.1", "/")
    assert (await browser.get(back)).status_code == 403, "replayed, code, cookie and all"
    await ana.look()
    assert ana.count("Which number") == 1


async def test_another_browser_cannot_finish(ana: Chat, browser: Browser, town: Town) -> None:
    """Login CSRF, first half: without the cookie of the browser that began, and with one of another attempt."""
    back = await browser.consent(await browser.begin(ana))
    rui = town.chat(RUI, "Rui")
    await rui.says("/login")
    async with Browser(town) as other:
        assert (await other.get(back)).status_code == 403
        await other.begin(rui)
        assert (await other.get(back)).status_code == 403, "the state is of another attempt"
    await ana.look()
    await rui.look()
    assert ana.count("Which number") == rui.count("Which number") == 0


async def test_a_strangers_link_binds_nobody(ana: Chat, town: Town) -> None:
    """Login CSRF, second half, the whole attack: somebody follows the link that Ana was sent, signs in and agrees.

    Ana's chat is asked for a number that only the victim's browser shows, and learns neither it nor who that is; three guesses end it.
    """
    for name, guesses in (("victim", 4), ("other", 3)):
        await ana.says("/login")
        async with Browser(town) as victims:
            led = await victims.get(start_link(ana))
            answer = await victims.get(await victims.consent(led.headers["location"], name))
        assert "the chat of Ana" in answer.text, "the victim is told whose chat it is"
        await ana.look()
        ana.sees("Which number does your browser show")
        for _ in range(guesses):
            await ana.says(another(number_on(answer)))
        await ana.forges("1|link|" + "x" * 10)
        await ana.says(number_on(answer))
        ana.sees("Nothing was connected")
        ana.sees_not(f"{name}@example.org|{name} of Braga")
    assert await account(town) is None
    customers = town.sandbox.parts["queue"].office.people.customers  # type: ignore[attr-defined]  # the truth
    assert customers == {}, "nor does the queue server know anybody by it"


async def test_too_late_at_the_provider(ana: Chat, browser: Browser, town: Town) -> None:
    back = await browser.consent(await browser.begin(ana))
    town.clock.passes(LIFETIME)
    assert (await browser.get(back)).status_code == 403


async def test_another_issuer_and_a_code_that_is_not_theirs(ana: Chat, browser: Browser) -> None:
    """RFC 9207 and a code nobody gave out: the attempt is over, and nothing is asked in the chat."""
    back = await browser.consent(await browser.begin(ana))
    assert (await browser.get(changed(back, iss="https://elsewhere.example"))).status_code == 403
    for parameters, status in (
        ({"iss": None}, 403),
        ({"code": "made-up"}, 403),
        ({"code": None}, 400),
        ({"code": None, "error": "access_denied"}, 400),
    ):
        await ana.says("/login")
        back = await browser.consent(await browser.begin(ana))
        assert (await browser.get(changed(back, **parameters))).status_code == status, parameters
    await ana.look()
    assert ana.count("Which number") == 0


async def test_a_code_of_another_attempt_does_not_fit_the_verifier(ana: Chat, browser: Browser) -> None:
    """PKCE: a code caught elsewhere is of no use in one's own attempt."""
    caught = parse_qs(urlsplit(await browser.consent(await browser.begin(ana))).query)["code"][0]
    await ana.says("/login")
    back = await browser.consent(await browser.begin(ana))
    assert (await browser.get(changed(back, code=caught))).status_code == 403
    await ana.look()
    assert ana.count("Which number") == 0
