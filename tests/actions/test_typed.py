from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.actions.eggs import eggs_in
from fluffydesk.actions.typed import value_of
from fluffydesk.errors import InvalidValue
from fluffydesk.records.booking import Appointment
from fluffydesk.records.clinic import Prescription
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.farm import EggProductionLog, MilkProductionLog
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import Record

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def read(record: type[Record], column: str, text: str, zone: Any = UTC) -> Any:
    return value_of(record.__table__.c[column], text, zone)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("23.5", "23.5"),
        ("23,5", "23.5"),
        ("1,234", "1.234"),
        ("1.234", "1.234"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("-0,5", "-0.5"),
        ("\u22123", "-3"),
        (" 23.5 kg ", "23.5"),
        (",5", "0.5"),
        ("7.", "7"),
    ],
)
def test_numbers_take_a_point_or_a_comma(text: str, number: str) -> None:
    assert read(MilkProductionLog, "yield_kg", text) == Decimal(number)


@pytest.mark.parametrize("text", ["2x", "1e3", "1.2.3", "1,2,3", "12,34.5", "nan", "1 234", "--1"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read(MilkProductionLog, "yield_kg", text)
    assert str(caught.value) == "Yield must be a number, such as 23.5."
    assert caught.value.field == "yield_kg"


def test_the_example_lies_within_the_range() -> None:
    with pytest.raises(InvalidValue, match=r"^Fat must be a number, such as 3\.5\.$"):
        read(MilkProductionLog, "fat_percent", "much")


def test_whole_numbers() -> None:
    assert read(EggProductionLog, "total", "1200 eggs") == 1200
    assert read(EggProductionLog, "total", "12,0") == 12
    for thousand in ("1,000", "1.000", "1000"):
        assert read(EggProductionLog, "total", thousand) == eggs_in(thousand) == 1000
    assert read(EggProductionLog, "total", "1.234.567") == 1_234_567
    for wrong in ("1,2345", "0,125", "1.000,5", "12,34"):
        with pytest.raises(InvalidValue, match="must be a whole number"):
            read(EggProductionLog, "total", wrong)
    with pytest.raises(InvalidValue, match=r"^Eggs must be a whole number, such as 12\.$"):
        read(EggProductionLog, "total", "12,5")


@pytest.mark.parametrize("text", ["2026-05-03", "3-5-2026", "03.05.2026", "3/5/2026", "2026-5-3"])
def test_dates_are_iso_or_day_first(text: str) -> None:
    assert read(MilkProductionLog, "milked_on", text) == date(2026, 5, 3)


def test_dates_in_words() -> None:
    assert read(MilkProductionLog, "milked_on", "Today") == today()
    assert read(MilkProductionLog, "milked_on", "yesterday") == today() - timedelta(days=1)


def test_dates_that_are_none() -> None:
    with pytest.raises(InvalidValue, match="is a date that does not exist"):
        read(MilkProductionLog, "milked_on", "30-2-2026")
    for text in ("soon", "3-5-26", "3-5.2026"):
        with pytest.raises(InvalidValue, match="must be a date, such as"):
            read(MilkProductionLog, "milked_on", text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01 14:30", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("2026-01-01T9:05", datetime(2026, 1, 1, 8, 5, tzinfo=UTC)),
        ("1-7-2026 14:30:15", datetime(2026, 7, 1, 12, 30, 15, tzinfo=UTC)),
        ("2026-07-01T14:30Z", datetime(2026, 7, 1, 14, 30, tzinfo=UTC)),
        ("2026-07-01T14:30:00.250+05:30", datetime(2026, 7, 1, 9, 0, 0, 250000, tzinfo=UTC)),
        # The hour that comes twice: the first is meant, and an offset names the second.
        ("2026-10-25 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25 02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_times_are_clock_times_of_the_organization(text: str, moment: datetime) -> None:
    assert read(Appointment, "scheduled_at", text, AMSTERDAM) == moment


def test_a_time_that_the_clock_skips_is_refused_in_words() -> None:
    with pytest.raises(InvalidValue) as caught:
        read(Appointment, "scheduled_at", "2026-03-29 02:30", AMSTERDAM)
    assert str(caught.value) == (
        "Starts is a time that does not exist: on 2026-03-29 the clock in Europe/Amsterdam skips "
        "02:30. Enter 03:30 if that is what you mean."
    )


@pytest.mark.parametrize("text", ["2026-07-01", "14:30", "2026-07-01 25:00", "2026-13-01 10:00"])
def test_times_that_are_none(text: str) -> None:
    with pytest.raises(InvalidValue, match=r"Starts (must be a date with|is a time that)"):
        read(Appointment, "scheduled_at", text, AMSTERDAM)


def test_closed_lists_take_the_value_or_its_words() -> None:
    for text in ("whole_day", "Whole day", "WHOLE-DAY"):
        assert read(MilkProductionLog, "session", text) is MilkingSession.WHOLE_DAY
    assert read(Appointment, "status", "no-show") is AppointmentStatus.NO_SHOW
    assert read(FarmInventory, "unit", "l") is StockUnit.LITRE
    assert read(FarmInventory, "unit", "litre") is StockUnit.LITRE
    expected = r"^Milking must be one of: morning, noon, evening, whole day\.$"
    with pytest.raises(InvalidValue, match=expected):
        read(MilkProductionLog, "session", "dawn")


def test_links_take_an_id() -> None:
    animal = new_id()
    assert read(MilkProductionLog, "animal_id", str(animal).upper()) == animal
    with pytest.raises(InvalidValue, match="Animal must be the id of a row"):
        read(MilkProductionLog, "animal_id", "Bella")


def test_empty_text_is_nothing() -> None:
    assert read(Livestock, "name", "  ") is None
    assert read(MilkProductionLog, "yield_kg", "") is None
    assert read(Livestock, "name", " Bella ") == "Bella"


def test_a_label_that_is_no_noun_is_quoted_where_a_sentence_begins_with_it() -> None:
    """“Every must be a whole number” is no sentence."""
    for name, said in (("hours_between", "“Every” must"), ("quantity", "Handed out must")):
        with pytest.raises(InvalidValue) as refused:
            value_of(Prescription.__table__.c[name], "0 vacc")
        assert refused.value.message.startswith(said)
