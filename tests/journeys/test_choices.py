"""What a person chose, as transcripts: language and warning, here and at the queue server, and whose choice holds."""

from tests.journeys.test_account import PASSWORD, maria, signs_in
from tests.journeys.town import Town
from tickets.preferences import RETRY


async def test_the_chosen_language_and_warning_are_written_back(town: Town) -> None:
    """preferred_language and ticket_warning at the queue server follow what is chosen in chat."""
    await maria(town)
    eva = town.chat(1104, "Eva")
    await signs_in(eva)
    await eva.says("/language")
    await eva.presses("Português")
    await eva.says("/settings")
    await eva.presses("5")
    account = {"username": "maria", "password": "s3cret-Pass"}
    token = (await town.play.post("/vt/api/json/customer/login", json=account)).json()["vt_token"]
    details = (await town.play.post("/vt/api/json/customer/details", headers={"vt_token": token})).json()["user"]
    assert (details["preferred_language"], details["ticket_warning"]) == ("pt", 5)
    assert details["push_notification_key"] == "telegram:1104"


async def test_the_warning_shown_is_the_one_that_warns(town: Town) -> None:
    """An account's ticket_warning is what /settings shows; changed elsewhere, it shows up; the choice here goes there."""
    await maria(town)
    account = {"username": "maria", "password": PASSWORD}
    await town.play.post("/vt/api/json/customer/login", json={**account, "customer_attribute": {"ticket_warning": 8}})
    eva = town.chat(1115, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    assert "8 people are ahead" in eva.last()
    assert "✓ 8 people ahead" in eva.buttons()
    await town.play.post("/vt/api/json/customer/login", json={**account, "customer_attribute": {"ticket_warning": 2}})
    await town.passes(61)
    await eva.says("/settings")
    assert "2 people are ahead" in eva.last()


async def test_a_choice_that_the_queue_does_not_take_is_not_hidden(town: Town) -> None:
    """It holds in the chat, is said not to be taken yet, and is told again when the queue answers."""
    await maria(town)
    eva = town.chat(1116, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await town.tell("fault", target="queue", operation="customer/login", kind="500", apply="before", count=1)
    await eva.presses("5 people")
    eva.sees("5 people are ahead", "has not taken that yet")
    town.clock.passes(RETRY)
    await town.parts.services.preferences()
    await eva.says("/settings")
    assert "5 people are ahead" in eva.last()
    assert "has not taken" not in eva.last()
    async with town.parts.database.open_book() as book:
        kept = await book.accounts.get(1116)
    assert kept is not None
    assert (kept.ticket_warning, kept.untold) == (5, "")


async def test_a_language_chosen_elsewhere_holds_from_the_next_start(town: Town) -> None:
    """/start reads the account anew; the greeting is said again in the language it prefers now."""
    await maria(town)
    eva = town.chat(1117, "Eva", "en")
    await signs_in(eva)
    account = {"username": "maria", "password": PASSWORD, "customer_attribute": {"preferred_language": "pt"}}
    await town.play.post("/vt/api/json/customer/login", json=account)
    await eva.says("/start")
    assert "Hello" in eva.last(), "read a moment ago"
    await town.passes(61)
    await eva.says("/start")
    assert "Olá" in eva.last()


async def test_the_next_customer_of_the_chat_is_spoken_to_in_their_own_language(town: Town) -> None:
    """Maria's Portuguese and her warning leave with Maria."""
    await maria(town)
    await maria(town, username="joana", email="joana@example.org", first_name="Joana")
    wishes = {"preferred_language": "pt", "ticket_warning": 8}
    account = {"username": "maria", "password": PASSWORD, "customer_attribute": wishes}
    await town.play.post("/vt/api/json/customer/login", json=account)
    phone = town.chat(1118, "Phone", "en")
    await signs_in(phone)
    await phone.says("/settings")
    assert "8 pessoas" in phone.last()
    await phone.says("/logout")
    await phone.presses("Terminar sessão")
    await signs_in(phone, "joana")
    await phone.says("/settings")
    assert "3 people are ahead" in phone.last()


async def test_preferred_language_wins_over_telegrams(town: Town) -> None:
    """Whoever prefers Portuguese at the queue server is spoken to in Portuguese after signing in with an English client."""
    await maria(town)
    account = {"username": "maria", "password": "s3cret-Pass", "customer_attribute": {"preferred_language": "pt"}}
    await town.play.post("/vt/api/json/customer/login", json=account)
    eva = town.chat(1105, "Eva", "en")
    await signs_in(eva)
    eva.sees("Maria")
    await eva.says("/help")
    eva.sees("senha")
