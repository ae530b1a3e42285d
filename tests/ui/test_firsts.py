"""Lists of 600: the first 500 are shown, the others counted, and a search finds each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.figures.flock import Move, head_count, hen_days
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.farm import LambingRecord, MortalityLog
from fluffydesk.records.livestock import HerdBatch, HerdMovement, Livestock
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screens.breeding import BreedingScreen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.health import HealthScreen
from fluffydesk.ui.screens.herds import HerdsScreen
from fluffydesk.ui.screens.reading.breeding import services
from fluffydesk.ui.screens.reading.firsts import MOST
from fluffydesk.ui.screens.reading.flocks import moves_by_flock
from fluffydesk.work import Work
from tests.actions.barn import Barn, days_ago, make_barn, today
from tests.actions.farm import CATTLE, settle_in
from tests.mirrors import KEY, new_mirror

ALL = MOST + 100
Settle = Callable[[Work], None]


def put(mirror: Mirror, record: type[Record], rows: list[dict[str, Any]]) -> list[UUID]:
    """Add rows past all rules, as a merge does."""
    with mirror.unit("As they came") as unit:
        return [unit.insert(record, row) for row in rows]


@pytest.fixture(scope="module")
def many_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """600 cows, each with a birth, a service that came to nothing and a treatment; 600 moves."""
    path = tmp_path_factory.mktemp("many") / "many.db"
    with new_mirror(path) as mirror:
        settle_in(mirror)
        cow = {"species_id": CATTLE, "sex": Sex.FEMALE, "calved_on": days_ago(300)}
        cows = put(mirror, Livestock, [{**cow, "tag_number": f"K{n}"} for n in range(ALL)])
        born = {"born_alive": 1, "stillborn": 0}
        put(
            mirror,
            LambingRecord,
            [{**born, "dam_id": one, "lambed_on": _day(n)} for n, one in enumerate(cows)],
        )
        put(
            mirror,
            BreedingRecord,
            [
                {"female_id": one, "served_on": _day(n), "outcome": "open"}
                for n, one in enumerate(cows)
            ],
        )
        put(
            mirror,
            HealthTreatment,
            [
                {
                    "animal_id": one,
                    "given_at": datetime.combine(_day(n), time(8), UTC),
                    "reason": "Mastitis",
                    "product": "Penicillin",
                    "dose": Decimal(20),
                    # The oldest of all has doses to come: it stands first.
                    "doses": 3 if n == ALL - 1 else 1,
                }
                for n, one in enumerate(cows)
            ],
        )
        (herd,) = put(
            mirror, HerdBatch, [{"name": "Sows", "species_id": CATTLE, "head_count": 900}]
        )
        died = {"herd_id": herd, "kind": HerdMove.DIED, "head": -1}
        put(
            mirror,
            HerdMovement,
            [{**died, "moved_on": _day(n), "cause": f"Cause {n}"} for n in range(ALL)],
        )
    return path


def _day(number: int) -> Any:
    """Return the day of the row of that number, the first rows newest."""
    return days_ago(1 + number // 2)


@pytest.fixture
def many(many_file: Path, tmp_path: Path) -> Iterator[Mirror]:
    path = tmp_path / "many.db"
    path.write_bytes(many_file.read_bytes())
    with Mirror.open(path, KEY) as opened:
        yield opened


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "barn.db") as opened:
        yield make_barn(opened)


@pytest.fixture
def many_work(many: Mirror) -> Iterator[Work]:
    made = Work(many)
    yield made
    made.close()


@pytest.fixture
def breeding(qtbot: QtBot, many_work: Work, settle: Settle) -> BreedingScreen:
    made = BreedingScreen(many_work)
    qtbot.addWidget(made)
    made.show()
    settle(many_work)
    return made


def _moved(move: Move) -> tuple[Any, int]:
    return move.on, move.head


def shown(table: FirstsTable) -> int:
    return table.model.rowCount()


@pytest.mark.parametrize(("view", "word"), [("todo", "K"), ("services", "K"), ("births", "K")])
def test_a_long_list_of_breeding_shows_its_first(
    breeding: BreedingScreen, many_work: Work, settle: Settle, view: str, word: str
) -> None:
    breeding.views.set_value(view)
    breeding._view(view)
    table = breeding.tables[view]
    assert (shown(table), table.count) == (MOST, ALL)
    assert table.more.isVisible()
    assert "and 100 more." in table.more.text()
    last = f"{word}{ALL - 1}"
    assert not [n for n in range(MOST) if last in table.model.index(n, 0).data()]
    breeding.search(last)
    settle(many_work)
    assert (shown(table), table.count) == (1, 1)
    assert not table.more.isVisible()
    breeding.search("")
    settle(many_work)
    assert (shown(table), table.count, table.more.isVisible()) == (MOST, ALL, True)


def test_the_sum_of_a_worklist_is_that_of_all(breeding: BreedingScreen) -> None:
    assert "600 open too long" in breeding.said.text()


def test_another_order_goes_through_all_rows(
    breeding: BreedingScreen, many_work: Work, settle: Settle
) -> None:
    table = breeding.births
    newest = table.model.row_at(0)
    keys = [one.sort(newest) if one.sort else None for one in table.model.columns]
    dates = keys.index(newest.on)
    table.table.horizontalHeader().sectionClicked.emit(dates)
    settle(many_work)
    assert shown(table) == ALL
    assert table.model.row_at(0).on == _day(ALL - 1)


def test_heats_stand_among_the_newest_services(many: Mirror) -> None:
    """The oldest services make room for a heat of today."""
    with many.read() as connection:
        cow = services(connection, today()).rows[0].female_id
    seen = datetime.combine(today(), time(6), UTC)
    put(many, BreedingRecord, [{"female_id": cow, "heat_observed_at": seen}])
    with many.read() as connection:
        found = services(connection, today())
    assert (len(found.rows), found.total) == (MOST, ALL + 1)
    assert found.rows[0].heat


def test_courses_with_doses_to_come_stand_before_the_newest(
    qtbot: QtBot, many_work: Work, settle: Settle
) -> None:
    screen = HealthScreen(many_work)
    qtbot.addWidget(screen)
    screen.show()
    settle(many_work)
    screen.parts.set_value("courses")
    screen._turn()
    table = screen.courses
    assert (shown(table), screen.count.text()) == (MOST, "600 rows")
    assert "and 100 more." in table.more.text()
    assert (table.model.row_at(0).who, table.model.row_at(1).who) == (f"K{ALL - 1}", "K1")
    screen.search("K550")
    settle(many_work)
    assert (shown(table), screen.count.text()) == (1, "1 row")


def test_moves_of_a_herd_are_its_newest(qtbot: QtBot, many_work: Work, settle: Settle) -> None:
    screen = HerdsScreen(many_work)
    qtbot.addWidget(screen)
    screen.show()
    settle(many_work)
    assert (shown(screen.events), screen.events.count) == (MOST, ALL)
    assert screen.events.more.text() == ("and 100 more. Order by a column to look through all 600.")
    screen.events.table.horizontalHeader().sectionClicked.emit(0)
    settle(many_work)
    assert shown(screen.events) == ALL


def test_losses_of_long_ago_come_as_one_sum_of_each_flock(barn: Barn) -> None:
    """The flock's 100,000 losses are summed where they are kept, and its birds stay the same."""
    for days in (50, 40, 30, 3, 0):
        loss = {"flock_id": barn.flock, "died_on": days_ago(days), "head_count": 2}
        put(barn.mirror, MortalityLog, [loss])
    with barn.mirror.read() as connection:
        every = moves_by_flock(connection)[barn.flock]
        few = moves_by_flock(connection, since=days_ago(7))[barn.flock]
    before = days_ago(8)
    then = [Move(before, 200), Move(before, -6), Move(days_ago(3), -2), Move(days_ago(0), -2)]
    assert sorted(few, key=_moved) == sorted(then, key=_moved)
    for days in range(8):
        assert head_count(few, days_ago(days)) == head_count(every, days_ago(days))
    assert hen_days(few, days_ago(7), today()) == hen_days(every, days_ago(7), today())
