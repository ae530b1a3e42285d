"""Killed processes and two processes on one mirror: nothing half, nothing saved is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from tests.mirrors import COW, KEY, make_mirror

HEAD = """
import sys
from pathlib import Path
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY

mirror = Mirror.open(Path(sys.argv[1]), KEY)

def save(before_commit=lambda: None):
    with mirror.unit("Add and milk") as unit:
        animal = unit.insert(Livestock, {"tag_number": "1", "species_id": COW})
        unit.insert(MilkProductionLog, {"animal_id": animal, "yield_kg": 20})
        before_commit()
    return animal

def say(*words):
    print(*words, flush=True)
"""
WITHIN_A_UNIT = "save(lambda: (say('written'), sys.stdin.readline()))"
AFTER_THE_COMMIT = "say(save()); sys.stdin.readline()"
WITHIN_AN_APPLY = """
with mirror.apply() as connection:
    connection.exec_driver_sql("DELETE FROM livestock_species")
    say("written"); sys.stdin.readline()
"""
WITHOUT_END = "while True: say(save())"
A_HUNDRED = "for _ in range(100): save()"


@contextmanager
def child(path: Path, program: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HEAD + program, str(path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def state(path: Path) -> tuple[set[str], int, int, int]:
    """Return the animals, and how many milkings, units and pending rows there are."""
    with Mirror.open(path, KEY) as mirror:
        assert mirror.check() == []
        made = mirror.recall("units_made", 0)
        with mirror.read() as connection:
            animals = set(connection.exec_driver_sql("SELECT id FROM livestock").scalars())
            counts = [
                int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())
                for name in ("milk_production_logs", "units", "pending_rows")
            ]
        assert made == counts[1]
    return animals, counts[0], counts[1], counts[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_mirror(tmp_path / "farm.db").close()
    return tmp_path / "farm.db"


def test_killed_before_the_commit_nothing_is_there(path: Path) -> None:
    with child(path, WITHIN_A_UNIT) as process:
        assert line_of(process) == "written"
        process.kill()
    assert state(path) == (set(), 0, 0, 0)


def test_killed_after_the_commit_everything_is_there(path: Path) -> None:
    with child(path, AFTER_THE_COMMIT) as process:
        animal = line_of(process)
        process.kill()
    assert state(path) == ({animal}, 1, 1, 2)


def test_killed_while_applying_what_central_sent(path: Path) -> None:
    with child(path, WITHIN_AN_APPLY) as process:
        assert line_of(process) == "written"
        process.kill()
    with Mirror.open(path, KEY) as mirror, mirror.read() as connection:
        sql = "SELECT count(*) FROM livestock_species"
        assert connection.exec_driver_sql(sql).scalar_one() == 2


@pytest.mark.parametrize("lines", [1, 7, 40])
def test_killed_at_any_moment_each_unit_is_whole(path: Path, lines: int) -> None:
    with child(path, WITHOUT_END) as process:
        told = {line_of(process) for _ in range(lines)}
        process.kill()
    animals, milkings, units, pending = state(path)
    assert told <= animals
    assert len(animals) == milkings == units == pending / 2


def test_two_processes_write_to_one_mirror(path: Path) -> None:
    with child(path, A_HUNDRED) as other, Mirror.open(path, KEY) as mirror:
        for _ in range(100):
            with mirror.unit("Add and milk") as unit:
                animal = unit.insert(Livestock, {"tag_number": "2", "species_id": COW}, new_id())
                unit.insert(MilkProductionLog, {"animal_id": animal, "yield_kg": 20})
        assert other.wait(timeout=120) == 0
    animals, milkings, units, pending = state(path)
    assert (len(animals), milkings, units, pending) == (200, 200, 200, 400)
