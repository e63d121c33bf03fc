"""Addresses of links and buttons: taken, completed and refused as Telegram's own library does it."""

from typing import Any

import pytest

from sandbox.bot_api.entities import formatted
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.errors_of_links import LinkError
from sandbox.bot_api.links import checked_link, link_user
from tests.sandbox.bot_api.hands import Hands

ANA = 1001
KEPT = [
    ("a.example", "http://a.example/"),
    ("HTTPS://A.Example:0443?q=a b#c ", "https://a.example:443/?q=a%20b#c"),
    ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ("http://[::1]:8080", "http://[::1]:8080/"),
    ("mailto:a@b.pt", "http://mailto:a@b.pt/"),
    ("https://пример.рф/ф", "https://пример.рф/ф"),
    ("https://a%2d.example", "https://a%2d.example/"),
    ("..", "http://../"),
    ("tg:resolve", "tg://resolve/"),
    ("TG://resolve?domain=x", "tg://resolve?domain=x"),
    ("tg://resolve/x", "tg://resolve/x"),
    ("ton://transfer/x", "ton://transfer/x"),
    ("tOnSiTe://google.ton?t=1#we", "tonsite://google.ton?t=1#we"),
    ("http://localhost:8080/x", "http://localhost:8080/x"),
]
REFUSED = [
    ("tel:+351916592", "Wrong port number specified in the URL"),
    ("tel:112", "Wrong HTTP URL"),
    ("https://a.example:0/x", "Wrong port number specified in the URL"),
    ("https://a.example:/x", "Wrong port number specified in the URL"),
    ("https://a.example:65536", "Wrong port number specified in the URL"),
    ("nodot", "Wrong HTTP URL"),
    ("ftp://a.example", "Unsupported URL protocol"),
    (" https://a.example", "Unsupported URL protocol"),
    ("https://[nonsense]/x", "Wrong IPv6 address specified in the URL"),
    ("https:///x", "URL host is empty"),
    ("https://user@", "URL host is empty"),
    (".", "Host is invalid"),
    ("https://a b.example", "Disallowed character in URL host"),
    ("https://a%2.example", "Wrong percent-encoded symbol in URL host"),
    ('https://us"er@a.example', "Disallowed character in URL userinfo"),
    ("tg:google.com", "Unallowed characters in URL host"),
    ("tg://https://a.example", "Wrong tg URL"),
    ("tg://HTTP://a", "Wrong tg URL"),
    ("tonsite://a.ton:80", "Wrong ton URL"),
]
PEOPLE = [
    ("tg://user?id=42", 42),
    ("TG:USER/?x=1&ID=7#part", 7),
    ("tg://user?id=007", 0),
    ("tg://user?id=0", 0),
    (f"tg://user?id={2**40}", 0),
    ("tg://users?id=42", 0),
    ("https://user?id=42", 0),
]


@pytest.mark.parametrize(("url", "kept"), KEPT)
def test_what_telegram_takes_and_how_it_keeps_it(url: str, kept: str) -> None:
    assert checked_link(url) == kept
    html = url.replace("&", "&amp;")
    assert formatted(f'<a href="{html}">x</a>', "HTML", None)[1] == [
        {"type": "text_link", "offset": 0, "length": 1, "url": kept}
    ]


@pytest.mark.parametrize(("url", "fault"), REFUSED)
def test_what_telegram_refuses_and_drops_in_html(url: str, fault: str) -> None:
    with pytest.raises(LinkError) as wrong:
        checked_link(url)
    assert str(wrong.value) == fault
    assert formatted(f"<a href='{url}'>x</a>", "HTML", None) == ("x", [])
    entity: dict[str, Any] = {"type": "text_link", "offset": 0, "length": 1, "url": url}
    with pytest.raises(Refusal) as refused:
        formatted("x", "", [entity])
    assert refused.value.description == f"Bad Request: entity URL '{url}' is invalid: {fault}"


@pytest.mark.parametrize(("url", "user"), PEOPLE)
def test_whom_a_link_leads_to(url: str, user: int) -> None:
    assert link_user(url) == user


async def test_a_button_keeps_the_address_as_telegram_does(hands: Hands) -> None:
    await hands.play("text", chat_id=ANA, text="/start")
    for url, kept in (("a.example", "http://a.example/"), ("tg:user?id=42", "tg://user?id=42")):
        markup = {"inline_keyboard": [[{"text": "A", "url": url}]]}
        sent = await hands.ok("sendMessage", chat_id=ANA, text="x", reply_markup=markup)
        assert sent["reply_markup"] == {"inline_keyboard": [[{"text": "A", "url": kept}]]}
    markup = {"inline_keyboard": [[{"text": "A", "url": "tel:+351916592"}]]}
    assert await hands.no("sendMessage", chat_id=ANA, text="x", reply_markup=markup) == (
        "Bad Request: inline keyboard button URL 'tel:+351916592' is invalid: Wrong port number specified in the URL"
    )
