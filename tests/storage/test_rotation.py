"""New keys: everything encrypted anew, whenever it is interrupted, with the old key readable until the last row is done."""

import random

import pytest
from sqlalchemy import select, update

from storage.crypto import CannotDecrypt, KeyRing
from storage.database import Database
from storage.schema import accounts, inbox, key_proofs, steps
from tests.databases import fresh_key
from tests.soak import rotate
from tests.storage.asking import every, run
from tests.storage.filled import account, fill
from tests.storage.records import NOW
from tickets.errors import DatabaseUnavailable

OLD, NEW = fresh_key(), fresh_key()


async def test_everything_is_encrypted_anew_and_the_old_key_may_go(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 25)
    both = Database(database_url, KeyRing.parse(f"{NEW},{OLD}"))
    await both.check()
    assert await both.rotate_keys(batch=7) == 75
    assert await both.rotate_keys(batch=7) == 0
    assert [row["key_id"] for row in await every(both, select(key_proofs))] == [KeyRing.parse(NEW).newest.hex()]
    await both.dispose()
    await rotate.assert_all_readable(database_url, NEW, 25)
    only_new = Database(database_url, KeyRing.parse(NEW))
    await only_new.check()
    await only_new.dispose()


async def test_the_old_key_must_not_go_before(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 3)
    too_soon = Database(database_url, KeyRing.parse(NEW))
    with pytest.raises(DatabaseUnavailable, match="lacks a key"):
        await too_soon.check()
    with pytest.raises(
        CannotDecrypt, match=r"^9 rows are encrypted with a key that is not among VTBOT_SECRET_KEYS: put it back"
    ):
        await too_soon.rotate_keys(batch=2)
    await too_soon.dispose()
    await rotate.assert_all_readable(database_url, OLD, 3)


async def test_a_process_without_the_new_key_knows_it_and_leaves_what_it_cannot_read(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 3)
    running, both = (Database(database_url, KeyRing.parse(keys)) for keys in (OLD, f"{NEW},{OLD}"))
    await running.check()
    assert await both.rotate_keys(batch=2) == 9
    with pytest.raises(DatabaseUnavailable, match="lacks a key"):
        await running.check()
    async with running.open_book() as book:
        assert await book.inbox.claim("me", NOW, lease=1, limit=3) == []
        assert (await book.inbox.counts())["poison"] == 0
    for one in (running, both):
        await one.dispose()


async def test_what_was_written_with_the_old_key_meanwhile_is_asked_for_at_the_start(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 2)
    running, both, new = (Database(database_url, KeyRing.parse(keys)) for keys in (OLD, f"{NEW},{OLD}", NEW))
    await both.rotate_keys()
    async with running.open_book() as book:
        await book.accounts.put(account(1))
        await book.commit()
    await new.check()
    with pytest.raises(DatabaseUnavailable, match="lacks a key that secrets here are encrypted with"):
        await new.begin_work()
    assert await both.rotate_keys() == 1
    await new.begin_work()
    for one in (running, both, new):
        await one.dispose()


async def test_a_key_that_is_lost_is_given_up(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 2)
    new = Database(database_url, KeyRing.parse(NEW))
    with pytest.raises(DatabaseUnavailable, match="if it is lost, vtbot db rotate-keys --give-up"):
        await new.check()
    assert await new.rotate_keys(give_up=True) == 0
    await new.check()
    await new.begin_work()
    async with new.open_book() as book:
        assert await book.inbox.claim("me", NOW, lease=1, limit=3) == []
        assert (await book.inbox.counts())["poison"] == 2, "no other process can read them either"
        with pytest.raises(CannotDecrypt):
            await book.accounts.get(1)
    await new.dispose()


async def test_nothing_is_named_by_a_rotation_that_could_read_nothing(database_url: str) -> None:
    """Whoever mistyped the new key goes back to the old one."""
    await rotate.encrypted(database_url, OLD, 2)
    too_soon, old = (Database(database_url, KeyRing.parse(keys)) for keys in (NEW, OLD))
    with pytest.raises(CannotDecrypt):
        await too_soon.rotate_keys()
    await old.check()
    for one in (too_soon, old):
        await one.dispose()


async def test_blank_bodies_have_nothing_to_encrypt(database: Database) -> None:
    await fill(database, (1,))
    async with database.open_book() as book:
        await book.inbox.done(1)
        await book.commit()
    assert await database.rotate_keys() == 0


async def test_a_spoilt_row_does_not_keep_the_others_from_rotating(database_url: str) -> None:
    await rotate.encrypted(database_url, OLD, 4)
    both = Database(database_url, KeyRing.parse(f"{NEW},{OLD}"))
    (theirs,) = await every(both, select(accounts).where(accounts.c.chat_id == 2))
    await run(both, update(accounts).where(accounts.c.chat_id == 3).values(vt_token=theirs["vt_token"]))
    with pytest.raises(CannotDecrypt, match=r"^1 rows are spoilt and open with no key; all others are done"):
        await both.rotate_keys()
    newest = KeyRing.parse(NEW).newest
    for table, column in ((accounts, "username"), (steps, "data"), (inbox, "body")):
        left = [row for row in await every(both, select(table)) if not row[column].startswith(newest)]
        assert len(left) == (1 if table is accounts else 0)
    await both.dispose()


async def test_what_was_done_before_it_broke_off_stays_done(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third batch is not begun: two of three rows each are encrypted anew by then, and the next run does the rest."""
    await rotate.encrypted(database_url, OLD, 8)
    both = Database(database_url, KeyRing.parse(f"{NEW},{OLD}"))
    begun = [both.transaction() for _ in range(2)]
    with monkeypatch.context() as broken:
        broken.setattr(both, "transaction", lambda: begun.pop(0))
        with pytest.raises(IndexError):
            await both.rotate_keys(batch=3)
    newest = KeyRing.parse(NEW).newest
    stored = [row["vt_token"] for row in await every(both, select(accounts))]
    assert sum(token.startswith(newest) for token in stored) == 6
    await rotate.assert_all_readable(database_url, f"{NEW},{OLD}", 8)
    assert await both.rotate_keys(batch=3) == 3 * 8 - 6
    await both.dispose()


async def test_killed_anywhere_it_is_finished_by_the_next_run(database_url: str) -> None:
    seen = await rotate.run(database_url, 5, 60, random.Random(4711), longest=0.2)
    assert seen.kills == 5
