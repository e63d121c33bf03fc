"""What a person sees of messages: words and their formatting, attachments, edits, deletions, pins, and that no text becomes markup."""

import base64

import pytest
from playwright.async_api import expect

from tests.sandbox.pages.conftest import OpenPage
from tests.sandbox.pages.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("browser")]

ANA = 1001
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
HOSTILE = "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script> & <b>not bold</b>"


async def test_formatting_becomes_elements(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    # The wave is two UTF-16 units long, so a count in characters would shift every style behind it.
    text = (
        "\N{WAVING HAND SIGN} <b>bold <i>both</i></b> <u>under</u> <s>gone</s> <code>x = 1</code> "
        '<a href="https://example.org/a">link</a> <tg-spoiler>secret</tg-spoiler>\n'
        '<pre><code class="language-python">print(1)</code></pre>\n<blockquote>quoted</blockquote>'
    )
    await neighbour.bot("sendMessage", chat_id=ANA, text=text, parse_mode="HTML")
    page = await open_page()
    bubble = page.locator(".message.in .words")
    # Telegram parts what is styled twice from what is styled once.
    await expect(bubble.locator("strong")).to_have_text(["bold", "both"])
    await expect(bubble.locator("strong em")).to_have_text("both")
    await expect(bubble.locator("u")).to_have_text("under")
    await expect(bubble.locator("s")).to_have_text("gone")
    await expect(bubble.locator(":scope > code")).to_have_text("x = 1")
    await expect(bubble.locator("a")).to_have_attribute("href", "https://example.org/a")
    await expect(bubble.locator("pre")).to_have_text("print(1)")
    await expect(bubble.locator(".code-language")).to_have_text("python")
    await expect(bubble.locator("blockquote")).to_have_text("quoted")


async def test_a_spoiler_stays_hidden_until_it_is_asked_for(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await neighbour.bot("sendMessage", chat_id=ANA, text="code <tg-spoiler>1234</tg-spoiler>", parse_mode="HTML")
    page = await open_page()
    words = page.locator(".spoiler-words")
    await expect(words).to_have_attribute("aria-hidden", "true")
    await page.get_by_role("button", name="Hidden text: show it").click()
    await expect(words).not_to_have_attribute("aria-hidden", "true")
    await expect(words).to_have_css("opacity", "1")


async def test_a_relative_time_ticks(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    page = await open_page()
    start = 1_790_000_000
    await page.clock.install(time=start)
    entity = {"type": "date_time", "offset": 10, "length": 4, "unix_time": start + 720, "date_time_format": "r"}
    await neighbour.bot("sendMessage", chat_id=ANA, text="Your turn soon", entities=[entity])
    time = page.locator(".words time")
    await expect(time).to_have_text("in 12 minutes")
    await page.clock.run_for(5 * 60 * 1000)
    await expect(time).to_have_text("in 7 minutes")


async def test_hostile_text_stays_text(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("person", chat_id=ANA, first_name=HOSTILE[:60], language_code="en")
    await neighbour.play("text", chat_id=ANA, text=HOSTILE)
    keyboard = {"inline_keyboard": [[{"text": HOSTILE[:50], "callback_data": "x"}]]}
    await neighbour.bot("sendMessage", chat_id=ANA, text=HOSTILE, reply_markup=keyboard)
    venue = {"latitude": 38.7, "longitude": -9.1, "title": HOSTILE, "address": HOSTILE}
    sent = await neighbour.bot("sendVenue", chat_id=ANA, **venue)
    await neighbour.bot("pinChatMessage", chat_id=ANA, message_id=sent["message_id"])
    entities = [{"type": "text_link", "offset": 0, "length": 4, "url": "javascript:document.title='taken'"}]
    page = await open_page()
    await expect(page.locator(".message.in .words").first).to_have_text(HOSTILE)
    await expect(page.locator(".message img, .message script, .message b")).to_have_count(0)
    # A link that runs code never reaches a Bot API client, so it is put before the page directly.
    shown = await page.evaluate(
        """async (entities) => {
            const { formattedText } = await import("/page/entities.js");
            const box = document.createElement("div");
            box.append(formattedText("link", entities));
            return [box.innerText, box.querySelectorAll("a").length];
        }""",
        entities,
    )
    assert shown == ["link", 0]
    assert await page.title() != "taken"


async def test_an_edit_replaces_the_words_in_place(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    card = await neighbour.bot("sendMessage", chat_id=ANA, text="3 ahead")
    await neighbour.bot("sendMessage", chat_id=ANA, text="something later")
    page = await open_page()
    row = page.locator(f'[data-id="{card["message_id"]}"]')
    await expect(row).to_contain_text("3 ahead")
    await neighbour.bot("editMessageText", chat_id=ANA, message_id=card["message_id"], text="2 ahead")
    await expect(row).to_contain_text("2 ahead")
    await expect(row.locator(".edited")).to_be_visible()
    await expect(page.locator(".message.in .words")).to_have_text(["2 ahead", "something later"])
    # An edit is silent for screen readers; a new message is read out.
    await expect(row).to_have_attribute("aria-live", "off")


async def test_a_deleted_message_goes_away_and_the_day_stays(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="my password")
    await neighbour.bot("sendMessage", chat_id=ANA, text="welcome")
    page = await open_page()
    secret = page.locator(".message.out")
    await expect(secret).to_have_count(1)
    number = await secret.get_attribute("data-id")
    await neighbour.bot("deleteMessage", chat_id=ANA, message_id=int(number or 0))
    await expect(secret).to_have_count(0)
    await expect(page.locator(".day")).to_have_count(1)
    await expect(page.locator(".message").first).to_contain_text("Today")


async def test_the_pinned_message_is_shown_and_leads_there(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    card = await neighbour.bot("sendMessage", chat_id=ANA, text="Ticket A 42")
    for number in range(40):
        await neighbour.bot("sendMessage", chat_id=ANA, text=f"line {number}")
    page = await open_page()
    await expect(page.locator("#pinned")).to_be_hidden()
    await neighbour.bot("pinChatMessage", chat_id=ANA, message_id=card["message_id"])
    await expect(page.locator("#pinned")).to_contain_text("Ticket A 42")
    await page.locator("#pinned button").click()
    await expect(page.locator(f'[data-id="{card["message_id"]}"]')).to_be_in_viewport()
    await neighbour.bot("editMessageText", chat_id=ANA, message_id=card["message_id"], text="Ticket A 42, next")
    await expect(page.locator("#pinned")).to_contain_text("next")
    await neighbour.bot("unpinChatMessage", chat_id=ANA, message_id=card["message_id"])
    await expect(page.locator("#pinned")).to_be_hidden()


async def test_a_pinned_message_that_says_the_same_leads_to_itself(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    first = await neighbour.bot("sendMessage", chat_id=ANA, text="Ticket A 42")
    for number in range(40):
        await neighbour.bot("sendMessage", chat_id=ANA, text=f"line {number}")
    second = await neighbour.bot("sendMessage", chat_id=ANA, text="Ticket A 42")
    for number in range(40):
        await neighbour.bot("sendMessage", chat_id=ANA, text=f"row {number}")
    page = await open_page()
    await neighbour.bot("pinChatMessage", chat_id=ANA, message_id=second["message_id"])
    await expect(page.locator("#pinned")).to_contain_text("Ticket A 42")
    await neighbour.bot("unpinChatMessage", chat_id=ANA, message_id=second["message_id"])
    await neighbour.bot("pinChatMessage", chat_id=ANA, message_id=first["message_id"])
    await neighbour.bot("sendMessage", chat_id=ANA, text="all has come")
    await expect(page.get_by_text("all has come")).to_be_visible()
    await page.locator("#pinned button").click()
    await expect(page.locator(f'[data-id="{first["message_id"]}"]')).to_be_in_viewport()


async def test_attachments_are_drawn(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    await neighbour.upload("sendPhoto", "photo", "code.png", PIXEL, chat_id=ANA, caption="Your code")
    await neighbour.upload("sendDocument", "document", "ticket.txt", b"A 42", chat_id=ANA)
    await neighbour.bot("sendVenue", chat_id=ANA, latitude=38.71, longitude=-9.14, title="Shop", address="Street 1")
    await neighbour.bot("sendLocation", chat_id=ANA, latitude=38.71, longitude=-9.14)
    await neighbour.bot("sendContact", chat_id=ANA, phone_number="+351210000000", first_name="Desk")
    page = await open_page()
    image = page.get_by_role("img", name="Photo: Your code")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("complete", True)
    assert await image.evaluate("image => image.naturalWidth") == 1
    await expect(page.locator(".place")).to_have_count(2)
    await expect(page.locator(".place").first).to_contain_text("Shop")
    await expect(page.locator(".place").last).to_contain_text("38.7100° N, 9.1400° W")
    await expect(page.locator(".card").last).to_contain_text("+351210000000")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="ticket.txt").click()
    assert (await (await download.value).path()).read_bytes() == b"A 42"


async def test_the_person_edits_an_own_message(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="Lisbn")
    await neighbour.updates()
    page = await open_page()
    await page.locator(".message.out").hover()
    await page.get_by_role("button", name="Edit this message").click()
    field = page.get_by_role("combobox", name="Message")
    await expect(field).to_have_value("Lisbn")
    await field.fill("Lisbon")
    await field.press("Enter")
    await expect(page.locator(".message.out .words")).to_have_text("Lisbon")
    assert (await neighbour.next_update("edited_message"))["text"] == "Lisbon"


async def test_messages_of_one_side_are_grouped(neighbour: Neighbour, open_page: OpenPage) -> None:
    await neighbour.play("text", chat_id=ANA, text="hello")
    first = await neighbour.bot("sendMessage", chat_id=ANA, text="one")
    middle = await neighbour.bot("sendMessage", chat_id=ANA, text="two")
    await neighbour.bot("sendMessage", chat_id=ANA, text="three", reply_parameters={"message_id": first["message_id"]})
    page = await open_page()
    await expect(page.locator(".message.joined")).to_have_count(2)
    await expect(page.locator(".quote")).to_contain_text("one")
    await neighbour.bot("deleteMessage", chat_id=ANA, message_id=middle["message_id"])
    await expect(page.locator(".message.joined")).to_have_count(1)


async def test_reactions_stand_under_the_message(neighbour: Neighbour, open_page: OpenPage) -> None:
    said = await neighbour.play("text", chat_id=ANA, text="hello")
    number = said["message"]["message_id"]
    page = await open_page()
    thumb = [{"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}]
    await neighbour.bot("setMessageReaction", chat_id=ANA, message_id=number, reaction=thumb)
    await expect(page.locator(".reactions")).to_contain_text("\N{THUMBS UP SIGN}")
    await page.reload()
    await expect(page.locator(".reactions")).to_be_visible()
    await neighbour.bot("setMessageReaction", chat_id=ANA, message_id=number, reaction=[])
    await expect(page.locator(".reactions")).to_have_count(0)
