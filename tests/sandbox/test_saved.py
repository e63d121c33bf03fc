"""The data file: written soon after a change, in one step, and refused politely where it is none of ours."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from sandbox.saved import DataError, DataFile


class Part:
    """A part with one number in it."""

    def __init__(self, number: int = 0, *, counted: bool = True) -> None:
        self.number = number
        self.dumps = 0
        if counted:
            self.revision = 0

    def dump(self) -> dict[str, Any]:
        self.dumps += 1
        return {"number": self.number}

    def load(self, tree: dict[str, Any], /) -> None:
        self.number = tree["number"]


class Watched(DataFile):
    """A data file that says when it was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.written = asyncio.Event()
        self.times = 0
        self._loop = asyncio.get_running_loop()

    def _write(self, text: str | None) -> None:
        super()._write(text)
        if text is not None:
            self.times += 1
            self._loop.call_soon_threadsafe(self.written.set)


@pytest.mark.parametrize("counted", [True, False])
async def test_a_change_is_written_and_read_back(tmp_path: Path, counted: bool) -> None:
    part, data = Part(1, counted=counted), Watched(tmp_path / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": part}))
    await data.written.wait()
    data.written.clear()
    part.number = 2
    if counted:
        part.revision += 1
    await data.written.wait()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    other = Part()
    DataFile(tmp_path / "demo.data").restore({"one": other, "two": Part(7)})
    assert other.number == 2
    assert not (tmp_path / "demo.data.new").exists()
    assert (tmp_path / "demo.data").stat().st_mode & 0o777 == 0o600


async def test_the_last_change_is_written_at_the_end(tmp_path: Path) -> None:
    part, data = Part(1), Watched(tmp_path / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": part}))
    await data.written.wait()
    part.number, part.revision = 3, 1
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert json.loads((tmp_path / "demo.data").read_text())["sandbox-1"] == {"one": {"number": 3}}


async def test_saved_means_that_it_is_in_the_file_and_many_wait_for_one_write(tmp_path: Path) -> None:
    part, data = Part(), Watched(tmp_path / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": part}))
    await data.written.wait()

    async def change() -> bool:
        part.number += 1
        part.revision += 1
        number = part.number
        await data.saved()
        return bool(json.loads((tmp_path / "demo.data").read_text())["sandbox-1"]["one"]["number"] >= number)

    for _ in range(5):
        assert await change()
    before = data.times
    assert all(await asyncio.gather(*(change() for _ in range(100))))
    assert data.times <= before + 2
    waiting = asyncio.ensure_future(change())
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert await waiting, "the last write is waited for as well"
    await asyncio.wait_for(data.saved(), 5)


async def test_the_disk_has_it_before_the_name_does_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, sync = [], os.fsync

    def noting(number: int) -> None:
        seen.append((Path(f"/proc/self/fd/{number}").readlink().name, (tmp_path / "demo.data").exists()))
        sync(number)

    monkeypatch.setattr(os, "fsync", noting)
    data = Watched(tmp_path / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": Part(1)}))
    await data.saved()
    await data.written.wait()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert seen == [("demo.data.new", False), (tmp_path.name, True)]


async def test_a_disk_that_refuses_keeps_nobody_waiting(tmp_path: Path) -> None:
    data = Watched(tmp_path / "none" / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": Part(1)}))
    await data.written.wait()
    await asyncio.wait_for(data.saved(), 5)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


def test_no_file_is_a_first_start(tmp_path: Path) -> None:
    part = Part(5)
    DataFile(tmp_path / "none").restore({"one": part})
    assert part.number == 5


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"sandbox-1": {"one": {}}}', b"\xff\xfe", b'{"sandbox-1": 3}']
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "demo.data"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"demo\.data"):
        DataFile(path).restore({"one": Part()})


async def test_a_disk_that_refuses_is_said_and_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "later"
    data = Watched(folder / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": Part(1)}))
    await data.written.wait()
    assert "cannot be written" in capsys.readouterr().err
    folder.mkdir()
    data.written.clear()
    await data.written.wait()
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert (folder / "demo.data").is_file()


async def test_a_disk_that_goes_on_refusing_is_said_once_and_given_longer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, loop = tmp_path / "none", asyncio.get_running_loop()
    part, data = Part(1), Watched(folder / "demo.data")
    keeping = asyncio.ensure_future(data.keep({"one": part}))

    async def written() -> float:
        await data.written.wait()
        data.written.clear()
        return loop.time()

    tries = [await written() for _ in range(4)]
    assert tries[2] - tries[1] > 0.3
    assert tries[3] - tries[2] > 0.6
    assert part.dumps <= 5
    assert capsys.readouterr().err.count("cannot be written") == 1
    folder.touch()
    await data.saved()
    assert loop.time() - tries[3] < 1.5, "who waits for a write is not kept waiting by the pause"
    assert capsys.readouterr().err.count("cannot be written") == 1, "another failure is said"
    folder.unlink()
    folder.mkdir()
    await data.saved()
    assert (folder / "demo.data").is_file()
    (folder / "demo.data").unlink()
    folder.rmdir()
    part.number, part.revision = 2, 1
    await data.saved()
    assert capsys.readouterr().err.count("cannot be written") == 1, "a failure after a success is said anew"
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
