"""Rule 25: "the day" is the organization's, whatever zone the PC is set to, around midnight too."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from fluffydesk.actions.conventions import choose
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change, parse
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.labels import label_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose, whose
from fluffydesk.records import types
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import EggProductionLog, MilkProductionLog
from fluffydesk.records.livestock import Livestock, PoultryBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.ui.fields.texts import use_place, zone
from tests.actions.barn import Barn, make_barn
from tests.cli.conftest import terminal  # noqa: F401 - a fixture
from tests.cli.typed import Terminal
from tests.conftest import Central
from tests.mirrors import KEY, new_mirror

AUCKLAND, ANGELES = "Pacific/Auckland", "America/Los_Angeles"
PCS = pytest.mark.parametrize("pc", ["UTC", AUCKLAND, ANGELES])
FARMS = pytest.mark.parametrize(
    ("farm", "day"),
    [
        (AUCKLAND, date(2026, 4, 5)),
        (AUCKLAND, date(2026, 9, 27)),
        (ANGELES, date(2026, 3, 8)),
        (ANGELES, date(2026, 11, 1)),
        ("Europe/London", date(2026, 7, 1)),
    ],
    ids=["Auckland 25 h", "Auckland 23 h", "Los Angeles 23 h", "Los Angeles 25 h", "London"],
)


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Set this PC to a time zone."""

    def choose_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    before = types.used_zone()
    yield choose_zone
    monkeypatch.undo()
    time.tzset()
    types.use_zone(before)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Let the clock show a moment."""
    return lambda moment: monkeypatch.setattr(types, "now", lambda: moment.astimezone(UTC))


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "barn.db") as mirror:
        made = make_barn(mirror)
        change(mirror, Livestock, made.cow, {"calved_on": date(2026, 1, 10)})
        placed = {"flock_id": made.flock, "placed_on": date(2026, 1, 1), "head_count": 100}
        add(mirror, PoultryBatch, placed)
        yield made


def move(mirror: Mirror, farm: str) -> None:
    """Put the farm elsewhere, as a sync does that says so."""
    mirror.remember(organization={**mirror.recall("organization"), "time_zone": farm})


def minutes_of(day: date, farm: str) -> dict[str, datetime]:
    """Return the first and the last minute of a day of a farm, and those next to them."""
    there = ZoneInfo(farm)
    first = datetime(day.year, day.month, day.day, tzinfo=there).astimezone(UTC)
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=there).astimezone(UTC)
    minute = timedelta(minutes=1)
    return {"before": first - minute, "first": first, "last": end - minute, "after": end}


@FARMS
@PCS
def test_today_is_the_organizations(
    pc: str,
    farm: str,
    day: date,
    set_to: Callable[[str], None],
    at: Callable[[datetime], None],
) -> None:
    set_to(pc)
    types.use_zone(types.zone_named(farm))
    minutes = minutes_of(day, farm)
    hours = (minutes["after"] - minutes["first"]) // timedelta(hours=1)
    seen = []
    for hour in range(hours):
        at(minutes["first"] + timedelta(hours=hour))
        seen.append(types.today())
    assert seen == [day] * hours  # each of 23, 24 or 25 hours is of one day
    found = {}
    for name, moment in minutes.items():
        at(moment)
        found[name] = types.today()
    one = timedelta(days=1)
    assert found == {"before": day - one, "first": day, "last": day, "after": day + one}


@FARMS
@PCS
def test_what_is_written_at_midnight_is_of_the_farms_day(
    pc: str,
    farm: str,
    day: date,
    barn: Barn,
    set_to: Callable[[str], None],
    at: Callable[[datetime], None],
) -> None:
    set_to(pc)
    move(barn.mirror, farm)
    minutes = minutes_of(day, farm)
    at(minutes["last"])
    tomorrow = day + timedelta(days=1)
    add(barn.mirror, MilkProductionLog, {"animal_id": barn.cow, "yield_kg": Decimal(20)})
    add(barn.mirror, EggProductionLog, {"flock_id": barn.flock, "total": 40})
    typed = parse(MilkProductionLog, {"milked_on": "today"})
    assert typed["milked_on"] == day
    with pytest.raises(InvalidValue, match="Date") as refused:
        add(barn.mirror, EggProductionLog, {"flock_id": barn.flock, "collected_on": tomorrow})
    assert refused.value.field == "collected_on"
    with pytest.raises(InvalidValue):
        record_milking(barn.mirror, barn.cow, tomorrow, MilkingSession.EVENING, Decimal(10))
    at(minutes["after"])
    add(barn.mirror, EggProductionLog, {"flock_id": barn.flock, "total": 41})
    assert [row.milked_on for row in barn.rows(MilkProductionLog)] == [day]
    assert [row.collected_on for row in barn.rows(EggProductionLog)] == [day, tomorrow]


def test_the_zone_is_known_when_a_mirror_opens(
    barn: Barn, tmp_path: Path, set_to: Callable[[str], None]
) -> None:
    set_to(ANGELES)
    move(barn.mirror, AUCKLAND)
    assert types.used_zone() == ZoneInfo(AUCKLAND)
    types.use_zone(UTC)
    with Mirror.open(tmp_path / "barn.db", KEY) as again:
        assert types.used_zone() == whose(again).zone == zone() == ZoneInfo(AUCKLAND)
    use_place(Whose(time_zone="Europe/London"))  # another window has been told so
    assert types.used_zone() == ZoneInfo("Europe/London")
    assert types.zone_named("Nowhere/At_all") == types.zone_named(None) == ZoneInfo("UTC")


def test_the_zone_chosen_in_the_settings_counts_at_once(
    barn: Barn, at: Callable[[datetime], None], set_to: Callable[[str], None]
) -> None:
    set_to("UTC")
    organization = UUID(barn.mirror.recall("organization")["id"])
    at(datetime(2026, 7, 1, 12, 30, tzinfo=UTC))
    assert types.today() == date(2026, 7, 1)
    choose(barn.mirror, organization, {"time_zone": AUCKLAND})
    assert types.today() == date(2026, 7, 2)


def test_the_label_of_a_moment_is_on_the_farms_clock(
    barn: Barn, set_to: Callable[[str], None]
) -> None:
    set_to(AUCKLAND)
    given = {"animal_id": barn.cow, "reason": "Lame", "product": "Drug", "dose": Decimal(1)}
    moment = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    add(barn.mirror, HealthTreatment, {**given, "given_at": moment, "doses": 1})
    table = HealthTreatment.__table__
    with barn.mirror.read() as connection:
        named = connection.execute(select(label_of(HealthTreatment, table, [], "own"))).scalar()
        nothing = connection.exec_driver_sql("select local_text(null)").scalar()
    assert "2026-07-02 00:30" in named  # in Amsterdam, where the barn stands
    assert nothing is None


def test_a_command_writes_on_the_farms_day(
    central: Central,
    terminal: Terminal,  # noqa: F811
    set_to: Callable[[str], None],
    at: Callable[[datetime], None],
) -> None:
    set_to(ANGELES)
    farm = central.add_organization("Green Farm")
    with central.admin() as connection:
        connection.execute(
            "update organizations set time_zone = %s where id = %s", (AUCKLAND, farm)
        )
    central.add_user("anna", farm, "owner")
    signed_in = terminal.sign_in(central.member_url, central.email("anna"), "--device", "Laptop")
    assert signed_in.code == 0, signed_in.err
    day = date(2026, 9, 27)
    at(minutes_of(day, AUCKLAND)["last"])
    spent = ("record", "add", "farm_expenses", "category=feed", "amount=12", "description=Oats")
    assert terminal.get(*spent)["spent_on"] == "2026-09-27"
    assert terminal.get(*spent, "spent_on=today")["spent_on"] == "2026-09-27"
    assert "Date" in terminal.refused(*spent, "spent_on=2026-09-28")
    at(minutes_of(day, AUCKLAND)["after"])
    assert terminal.get(*spent)["spent_on"] == "2026-09-28"
