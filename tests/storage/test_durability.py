"""After a power cut: wherever it cut the journal off, whole commits are there and no half ones."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.database import Database
from tests.databases import sqlite_file


async def test_a_journal_cut_anywhere_leaves_whole_commits(sqlite_database: Database, tmp_path: Path) -> None:
    for number in range(30):
        async with sqlite_database.open_book() as book:
            await book.notes.put("one", str(number))
            await book.tries.add("key", float(number))
            await book.notes.put("other", str(number))
            await book.commit()
    file, dice, values = sqlite_file(tmp_path), random.Random(11), set[int]()
    journal = file.with_name("vtbot.db-wal").read_bytes()
    for attempt in range(120):
        copy = tmp_path / f"cut{attempt}.db"
        shutil.copyfile(file, copy)
        copy.with_name(f"{copy.name}-wal").write_bytes(journal[: dice.randrange(len(journal) + 1)])
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = dict(connection.execute("SELECT name, value FROM notes").fetchall())
            (tries,) = connection.execute("SELECT count(*) FROM tries").fetchone()
        assert found.get("one") == found.get("other")
        assert tries == int(found.get("one", "-1")) + 1
        values.add(tries)
    assert len(values) > 10
