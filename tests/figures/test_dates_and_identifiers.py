"""Due dates, withdrawal, ages and identifiers against the trade's examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.dates import (
    age_days,
    age_in_words,
    dry_off_date,
    due_date,
    hatch_date,
    repeat_watch,
    withdrawal_end,
    withdrawal_hours,
    withdrawal_last_day,
)
from fluffydesk.figures.identifiers import (
    eid,
    eid_code,
    eid_words,
    is_uk_tag,
    uk_check_digit,
)
from fluffydesk.records.livestock import LivestockSpecies
from fluffydesk.records.reference import CompanionSpecies
from fluffydesk.records.reference_data import reference_rows

DAY = date(2024, 3, 15)
GESTATION = {
    "cattle": 283,
    "sheep": 147,
    "goat": 150,
    "pig": 114,
    "horse": 340,
    "dog": 63,
    "cat": 64,
    "rabbit": 31,
    "llama": 350,
    "donkey": 365,
}
INCUBATION = {
    "chicken": 21,
    "turkey": 28,
    "duck": 28,
    "guinea_fowl": 28,
    "muscovy": 35,
    "goose": 30,
    "quail": 17,
    "ostrich": 42,
}


def days_of(code: str, column: str) -> int:
    rows = reference_rows()
    found = [
        species[column]
        for species in (*rows[LivestockSpecies], *rows[CompanionSpecies])
        if species["code"] == code
    ]
    assert len(set(found)) == 1
    return int(found[0])


@pytest.mark.parametrize(("code", "days"), GESTATION.items())
def test_due_dates_by_the_reference_data(code: str, days: int) -> None:
    assert due_date(DAY, days_of(code, "gestation_days")) == DAY + timedelta(days=days)


@pytest.mark.parametrize(("code", "days"), INCUBATION.items())
def test_hatch_dates_by_the_reference_data(code: str, days: int) -> None:
    assert hatch_date(DAY, days_of(code, "incubation_days")) == DAY + timedelta(days=days)


def test_a_bird_is_not_due_and_a_cow_does_not_hatch() -> None:
    assert due_date(DAY, None) is None
    assert hatch_date(DAY, None) is None


def test_drying_off_and_watching_for_repeats() -> None:
    assert dry_off_date(date(2024, 5, 14)) == DAY
    assert repeat_watch(DAY) == (date(2024, 4, 4), date(2024, 4, 6))


def test_withdrawal() -> None:
    assert withdrawal_last_day(DAY, 14) == date(2024, 3, 29)
    assert withdrawal_last_day(DAY, 4) == date(2024, 3, 19)
    # Over the night in which European clocks jump, 96 hours are 96 hours.
    dose = datetime(2024, 3, 29, 18, tzinfo=UTC)
    assert withdrawal_end(dose, 96) == datetime(2024, 4, 2, 18, tzinfo=UTC)


def test_an_organic_farm_waits_twice_as_long_and_at_least_two_days() -> None:
    assert withdrawal_hours(96) == 96
    assert withdrawal_hours(96, organic=True) == 192
    assert withdrawal_hours(12, organic=True) == 48
    assert withdrawal_hours(0, organic=True) == 48
    assert withdrawal_hours(0) == 0


@pytest.mark.parametrize(
    ("born", "words"),
    [
        (None, ""),
        (date(2024, 3, 16), ""),
        (DAY, "0 d"),
        (date(2024, 3, 3), "12 d"),
        (date(2023, 10, 15), "5 m"),
        (date(2023, 10, 16), "4 m"),
        (date(2021, 1, 10), "3 y 2 m"),
        (date(2022, 3, 15), "2 y"),
    ],
)
def test_ages_in_words(born: date | None, words: str) -> None:
    assert age_in_words(born, DAY) == words


def test_age_in_days() -> None:
    assert age_days(date(2024, 2, 15), DAY) == 29
    assert age_days(date(2024, 3, 16), DAY) is None
    assert age_days(None, DAY) is None


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("826052636100657", "826052636100657"),
        ("0826052636100657", "826052636100657"),
        ("1826052636100657", "826052636100657"),
        ("826 052636100657", "826052636100657"),
        ("LA 982 000017383201", "982000017383201"),
        ("A 00000 0 982 000017383201", "982000017383201"),
        ("8000F58001093F21", "982000017383201"),
        ("8000f58001093f21", "982000017383201"),
        ("0000F58001093F21", None),
        ("982274877906943", "982274877906943"),
        ("982274877906944", None),
        ("000123456789012", None),
        ("12345", None),
        ("", None),
        ("Bluebell", None),
        ("2826052636100657", None),
    ],
)
def test_every_readers_form(read: str, expected: str | None) -> None:
    assert eid(read) == expected


@given(st.integers(1, 999), st.integers(0, 274_877_906_943), st.booleans())
def test_all_forms_of_one_id_are_that_id(country: int, number: int, spaced: bool) -> None:
    digits = f"{country:03d}{number:012d}"
    code = eid_code(digits)
    assert eid(digits) == eid(f"0{digits}") == eid(eid_words(digits)) == digits
    assert eid(code) == eid(code.lower()) == digits
    assert int(code, 16) == 1 << 63 | country << 38 | number
    assert eid(eid_code(digits, animal=False)) is None


def test_the_code_of_an_id() -> None:
    assert eid_code("982000017383201") == "8000F58001093F21"
    for wrong in ("982274877906944", "98200001738320", "000123456789012", "LA2000017383201"):
        with pytest.raises(ValueError, match="no ISO 11784 id"):
            eid_code(wrong)


@given(st.text(max_size=30))
def test_any_text_is_an_id_or_none(text: str) -> None:
    found = eid(text)
    assert found is None or (len(found) == 15 and found.isdigit())


def test_uk_tags() -> None:
    assert uk_check_digit("302541", "00101") == int("30254100101") % 7 + 1
    assert is_uk_tag("UK 302541 200101")
    assert not is_uk_tag("UK 302541 300101")
    assert not is_uk_tag("NL 123456")
    with pytest.raises(ValueError, match="six digits"):
        uk_check_digit("3025", "00101")
