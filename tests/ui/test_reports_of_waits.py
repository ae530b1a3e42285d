from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import OrgType
from fluffydesk.ui.screens.reporting.catalog import kind_of, make_report, reports_for
from fluffydesk.ui.screens.reporting.report import Period
from fluffydesk.ui.screens.reporting.writing import csv_text, write_workbook
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    """Four visits of known times, and one whose clocks contradict each other."""
    sample = fill(clinic)
    for name, arrived, waits in (
        ("Biscuit", (8, 55), (10, 4, 16, 5)),
        ("Rex", (9, 30), (20, 0, 30, 2)),
        ("Pixel", (9, 0), (5,)),
        ("Mango", (10, 50), (-3,)),
    ):
        at = sample.at(*arrived)
        stamps = {"arrived_at": at}
        for column, minutes in zip(
            ("in_room_at", "with_vet_at", "to_pay_at", "left_at"), waits, strict=False
        ):
            at += timedelta(minutes=minutes)
            stamps[column] = at
        with clinic.apply() as connection:
            table = Appointment.__table__
            row = table.c.id == sample[f"{name} visit"]
            connection.execute(update(table).where(row).values(stamps))
    return sample


def test_stage_times_are_told_in_all_and_for_each_vet(clinic: Mirror, sample: Sample) -> None:
    report = make_report(clinic, "stage-times", Period(sample.day, sample.day))
    assert report.rows == (
        ("All vets", "Arrived", "3", "10", "18", "20"),
        ("All vets", "In room", "1", "4", "4", "4"),
        ("All vets", "With vet", "2", "23", "29", "30"),
        ("All vets", "To pay", "2", "4", "5", "5"),
        ("Dr Ana Ferro", "Arrived", "1", "5", "5", "5"),
        ("Dr Osei Lund", "Arrived", "2", "15", "19", "20"),
        ("Dr Osei Lund", "In room", "1", "4", "4", "4"),
        ("Dr Osei Lund", "With vet", "2", "23", "29", "30"),
        ("Dr Osei Lund", "To pay", "2", "4", "5", "5"),
    )
    assert "half of them were no longer" in report.notes[1]


def test_stage_times_by_day_sum_up_the_days(clinic: Mirror, sample: Sample) -> None:
    before = sample.day - timedelta(days=1)
    report = make_report(clinic, "stage-times-by-day", Period(before, sample.day))
    assert [column.heading for column in report.columns][:4] == [
        "Day",
        "Visits",
        "Arrived, median, min",
        "Arrived, 90th percentile, min",
    ]
    assert len(report.rows) == 1
    assert report.rows[0][1:4] == ("3", "10", "18")
    assert report.sum("All days", "With vet, median") == "23"


def test_csv_and_workbook_hold_the_strings_of_the_screen(
    clinic: Mirror, sample: Sample, tmp_path: Path
) -> None:
    report = make_report(clinic, "stage-times", Period(sample.day, sample.day))
    lines = [tuple(line) for line in csv.reader(io.StringIO(csv_text(report)))]
    assert set(report.rows) <= set(lines)
    write_workbook(report, tmp_path / "waits.xlsx")
    assert (tmp_path / "waits.xlsx").stat().st_size > 0


@pytest.mark.parametrize(("day", "night"), [(date(2026, 3, 29), 95), (date(2026, 10, 25), 215)])
def test_rule_25_real_minutes_across_midnight_and_the_hour_a_night_lacks_or_has_twice(
    clinic: Mirror, sample: Sample, day: date, night: int
) -> None:
    """A visit counts on the day it was booked for, whenever it ends; rule 25."""
    before = day - timedelta(days=1)
    booked = {"Rex": (before, 23, 50), "Pixel": (day, 0, 30)}
    called = {"Rex": (day, 0, 5), "Pixel": (day, 3, 10)}
    for name, (on, hour, minute) in booked.items():
        at, (later, *clock) = sample.at(hour, minute, day=on), called[name]
        waits = {
            "arrived_at": at + timedelta(minutes=5),
            "in_room_at": sample.at(*clock, day=later),
        }
        stamps = {"scheduled_at": at, "with_vet_at": None, "to_pay_at": None, "left_at": None}
        with clinic.apply() as connection:
            table = Appointment.__table__
            row = table.c.id == sample[f"{name} visit"]
            connection.execute(update(table).where(row).values(**waits, **stamps))
    report = make_report(clinic, "stage-times-by-day", Period(before, day))
    lines = [tuple(line) for line in csv.reader(io.StringIO(csv_text(report)))]
    assert [row[1:3] for row in report.rows] == [("1", "10"), ("1", str(night))]
    assert set(report.rows) <= set(lines)


def test_each_kind_of_organization_has_the_reports_it_has_a_use_for() -> None:
    keys = {kind: {one.key for one in reports_for(kind)} for kind in OrgType}
    assert "stage-times" in keys[OrgType.VETERINARY_CLINIC]
    assert "milk" not in keys[OrgType.VETERINARY_CLINIC]
    assert "stock" in keys[OrgType.VETERINARY_CLINIC] & keys[OrgType.FARM]
    assert "stage-times" not in keys[OrgType.FARM]
    assert all(kind_of(key).key == key for found in keys.values() for key in found)


def test_days_without_visits_say_so(clinic: Mirror, sample: Sample) -> None:
    later = sample.day + timedelta(days=30)
    report = make_report(clinic, "stage-times", Period(later, later))
    assert report.rows == ()
    assert report.empty.startswith("Nobody was moved")
