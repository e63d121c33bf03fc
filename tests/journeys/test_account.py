"""Every way in and out, as transcripts: keeping a guest's account, the profile, a new password, one's data, several chats."""

import json
from pathlib import Path

import pytest

from tests.journeys.test_main_job import desk, take, ticket_of
from tests.journeys.town import Chat, Town

PASSWORD = "s3cret-Pass"


async def maria(town: Town, **more: str) -> None:
    """A customer who registered elsewhere."""
    facts = {
        "username": "maria",
        "password": "s3cret-Pass",
        "first_name": "Maria",
        "email": "maria@example.org",
        **more,
    }
    answer = await town.play.post("/vt/api/json/customer/register", json=facts)
    assert answer.json()["success"] is True


async def signs_in(chat: Chat, username: str = "maria", password: str = PASSWORD) -> None:
    """By typing."""
    await chat.says("/login")
    await chat.presses("Sign in")
    await chat.says(username)
    await chat.says(password)


async def test_a_guest_keeps_the_account_and_the_ticket(town: Town) -> None:
    """ "Keep my account": a name and password of one's own, the same customer, the same ticket; no password stays."""
    ana = town.chat(1101)
    mine = await take(ana)
    await ana.says("/settings")
    await ana.presses("Keep my account")
    await ana.says("ana.silva")
    await ana.says("short")
    ana.sees("too short")
    await ana.says("long-enough-1")
    ana.sees("yours now, ana.silva")
    ana.sees_not("long-enough-1|short$")
    other = town.chat(1102, "Ana's tablet")
    await signs_in(other, "ana.silva", "long-enough-1")
    await other.says("/tickets")
    assert (await ticket_of(other))["id"] == mine["id"]


async def test_the_profile_is_shown_edited_and_read_anew(town: Town) -> None:
    """Fields are written at the queue server; what changes elsewhere shows up; the phone comes as one's own card."""
    await maria(town)
    eva = town.chat(1103, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await eva.presses("My details")
    eva.sees("First name: Maria", "maria@example.org", "Language: English", "Warning: 3 people ahead")
    await eva.presses("Shown name")
    await eva.says("Dona Maria")
    eva.sees("Shown name is changed")
    await eva.says("/settings")
    eva.sees("signed in as Dona Maria")
    await eva.presses("My details")
    eva.sees("Shown name: Dona Maria", "First name: Maria")
    await eva.presses("Last name")
    await eva.says("Santos")
    await eva.presses("My details")
    eva.sees("Last name: Santos")
    await eva.presses("Phone")
    await town.tell("contact", chat_id=1103, user_id=4242)
    await town.settle()
    await eva.look()
    eva.sees("somebody else's card")
    await town.tell("contact", chat_id=1103, user_id=1103)
    await town.settle()
    await eva.look()
    eva.sees("Phone is changed")
    token = (
        await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": "s3cret-Pass"})
    ).json()
    await town.play.post(
        "/vt/api/json/customer/login",
        json={"username": "maria", "password": "s3cret-Pass", "customer_attribute": {"preferred_language": "pt"}},
    )
    assert token["success"] is True
    await eva.presses("My details")
    eva.sees("Primeiro nome|Nome próprio")


async def test_a_taken_address_is_said_to_be_taken(town: Town) -> None:
    """The server's refusal of a change in its own words, by number; nobody speaks of a password that was not typed."""
    await maria(town)
    await maria(town, username="joana", email="joana@example.org", first_name="Joana")
    eva = town.chat(1115, "Eva")
    await signs_in(eva)
    await eva.says("/settings")
    await eva.presses("My details")
    await eva.presses("E-mail")
    await eva.says("joana@example.org")
    assert "E-mail is not changed" in eva.last(), eva.transcript()
    assert "account with this e-mail address already" in eva.last()
    assert "password" not in eva.last()
    await eva.presses("Try again")
    await eva.says("maria.santos@example.org")
    eva.sees("E-mail is changed")


async def test_a_taken_user_name_is_said_to_be_taken(town: Town) -> None:
    """By number, when a guest would keep the account under somebody else's name; and a used code by its number."""
    await maria(town)
    ana = town.chat(1116)
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("/settings")
    await ana.presses("Keep my account")
    await ana.says("maria")
    await ana.says("long-enough-1")
    assert "belongs to somebody else" in ana.last(), ana.transcript()
    await ana.says("/start r_nonsense")
    await ana.says("brand-new-2")
    assert "used or too old.\nI have deleted" in ana.last(), ana.transcript()


async def test_a_forgotten_password(town: Town) -> None:
    """The same words whether the account exists or not; the letter's code sets a new password and signs in."""
    await maria(town)
    eva = town.chat(1106, "Eva")
    await eva.says("/reset")
    await eva.says("nobody@example.org")
    unknown = eva.last()
    await eva.says("/reset")
    await eva.says("maria@example.org")
    assert eva.last() == unknown
    letters = await town.ask("outbox")
    token = (letters["emails"] if isinstance(letters, dict) else letters)[-1]["token"]
    await eva.presses("I have the code")
    await eva.says(token)
    await eva.says("brand-new-1")
    eva.sees("new password is set")
    eva.sees_not(f"brand-new-1|{token}")
    answer = await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": "brand-new-1"})
    assert answer.json()["success"] is True
    await eva.says(f"/start r_{token}")
    await eva.says("brand-new-2")
    eva.sees("did not take that")


async def test_a_letters_link_opens_the_chat(town: Town) -> None:
    """/start r_<code> with a good code: the new password is asked for, it signs in, and an interrupted sign-in is forgotten."""
    await maria(town)
    eva = town.chat(1115, "Eva")
    await eva.says("/reset")
    await eva.says("maria@example.org")
    code = (await town.ask("outbox"))[-1]["token"]
    assert len(f"r_{code}") <= 64, "it fits into a link"
    await eva.says("/login")
    await eva.presses("Sign in")
    await eva.says(f"/start r_{code}")
    assert "Now choose your" in eva.last()
    await eva.says("brand-new-1")
    eva.sees("new password is set", "You are signed in with it")
    eva.sees_not("brand-new-1")
    await eva.says("/settings")
    eva.sees("signed in as Maria")


async def test_export_and_erase(town: Town, tmp_path: Path) -> None:
    """/export is one file with everything; /delete erases it from the database's files and stops what waited to be sent."""
    ana = town.chat(1107, "Ana")
    mine = await take(ana)
    await ana.says("/export")
    document = next(m["document"] for m in ana.messages if "document" in m)
    file = (await town.play.get(f"/play/file/{document['file_id']}")).content
    held = json.loads(file)
    assert mine["id"] in file.decode()
    assert held["people"]
    await desk(town, "call", mine, "1")
    await ana.says("/delete")
    await ana.presses("Delete my data")
    ana.sees("Deleted")
    await town.passes(60)
    await ana.look()
    assert ana.count("was just called") == 0
    await town.parts.database.dispose()
    assert mine["id"].encode() not in files_of(tmp_path)


async def test_one_customer_in_two_chats_and_another_in_the_first(town: Town) -> None:
    """Both chats are told once; signing in as somebody else stops the first customer's pushes there."""
    await maria(town)
    await maria(town, username="joana", email="joana@example.org", first_name="Joana")
    phone, tablet = town.chat(1108, "Phone"), town.chat(1109, "Tablet")
    await signs_in(phone)
    await signs_in(tablet)
    await phone.says("braga central")
    await phone.presses("Braga Central")
    await phone.presses("Customer Service")
    await phone.presses("Take ticket")
    mine = await ticket_of(phone)
    await tablet.says("/tickets")
    assert (await ticket_of(tablet))["id"] == mine["id"]
    await phone.says("/logout")
    await phone.presses("Sign out")
    await signs_in(phone, "joana")
    await desk(town, "call", mine, "6")
    await town.passes(30)
    await phone.look()
    await tablet.look()
    assert (phone.count("head to desk 6"), tablet.count("head to desk 6")) == (0, 1)


async def test_an_expired_token_leads_back_to_the_interrupted_step(town: Town) -> None:
    """A named customer whose vt_token no longer works signs in again and goes on with the very service they chose."""
    await maria(town)
    eva = town.chat(1110, "Eva")
    await signs_in(eva)
    await eva.says("braga central")
    await eva.presses("Braga Central")
    await eva.presses("Payments")
    # Signing in elsewhere more often than the server keeps tokens revokes the oldest one, which is ours.
    for _ in range(12):
        await town.play.post("/vt/api/json/customer/login", json={"username": "maria", "password": "s3cret-Pass"})
    await eva.presses("Take ticket")
    eva.sees("sign in again")
    await eva.presses("Sign in")
    await eva.says("maria")
    await eva.says("s3cret-Pass")
    await eva.presses("Take ticket")
    assert (await ticket_of(eva))["tag"] == "B"


async def test_too_many_guesses(town: Town) -> None:
    """Guessing is slowed down in this chat; the owner signs in elsewhere all the same, and here after the window."""
    await maria(town)
    thief, owner = town.chat(1111, "Thief"), town.chat(1112, "Maria")
    for number in range(6):
        await signs_in(thief, password=f"guess-{number}")
    thief.sees("Too many tries")
    await signs_in(owner)
    owner.sees("signed in as Maria")
    town.clock.passes(901)
    await signs_in(thief)
    thief.sees("signed in as Maria")


def files_of(folder: Path) -> bytes:
    """Every byte of the database and its log."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("bot.db"))


@pytest.mark.parametrize("wanted", ["json", "xml"])
async def test_the_main_job_in_both_formats(tmp_path: Path, wanted: str) -> None:
    """QUEUE_FORMAT changes nothing a person can see."""
    from tests.journeys.town import opened

    async with opened(tmp_path, queue_format=wanted) as town:
        ana = town.chat(1113)
        mine = await take(ana)
        await desk(town, "call", mine, "9")
        await town.passes(20)
        await ana.look()
        ana.sees(r"Please head to desk 9\.")
        assert await town.ask("requests")


@pytest.mark.parametrize("place", ["header", "query", "body", "bearer"])
async def test_the_token_travels_as_the_operator_says(tmp_path: Path, place: str) -> None:
    """QUEUE_TOKEN_IN in all four forms."""
    from tests.journeys.town import opened

    async with opened(tmp_path, queue_token_in=place) as town:
        ana = town.chat(1114)
        await take(ana)
        await ana.says("/tickets")
        ana.sees("Braga Central")


async def test_a_guest_may_say_who_they_are(town: Town) -> None:
    """Before an account is kept, too: the staff call a name and not a number where they can."""
    ana = town.chat(1101, "Ana")
    await ana.says("/start")
    await ana.presses("guest")
    await ana.says("/settings")
    await ana.presses("My details")
    ana.sees("First name: not given", "Warning: 3 people ahead")
    await ana.presses("First name")
    await ana.says("Ana")
    await ana.presses("My details")
    ana.sees("First name: Ana")
    await ana.presses("Warning")
    await ana.presses("5 people ahead")
    await ana.presses("My details")
    ana.sees("Warning: 5 people ahead")
