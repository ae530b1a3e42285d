"""Series of visits: the same time of day, what clashes told, and edits of one, some or all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from fluffydesk.actions import appointments, series
from fluffydesk.actions.booked import Taken
from fluffydesk.actions.series import Repeat, Which
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.recurrence import Frequency
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.enums import AppointmentStatus
from tests.clinic_sample import ZONE, Sample

WEEKLY = Repeat(1, Frequency.WEEKLY, times=4)


def values(sample: Sample, hour: int = 14, day: date | None = None) -> dict[str, Any]:
    return {
        "pet_id": sample["Rex"],
        "veterinarian_id": sample["Dr Osei Lund"],
        "service_id": sample["checkup"],
        "scheduled_at": sample.at(hour, day=day),
    }


def rows(mirror: Mirror, ids: tuple[UUID, ...]) -> list[Any]:
    book = Appointment.__table__
    with mirror.read() as connection:
        query = select(book).where(book.c.id.in_(ids)).order_by(book.c.scheduled_at)
        return list(connection.execute(query))


def times(mirror: Mirror, ids: tuple[UUID, ...]) -> list[str]:
    return [f"{r.scheduled_at.astimezone(ZONE):%d %b %H:%M}" for r in rows(mirror, ids)]


def count_units(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return int(connection.execute(text("select count(*) from units")).scalar_one())


def in_the_way(mirror: Mirror, sample: Sample, at: datetime) -> UUID:
    changes = appointments.book(
        mirror,
        {
            "pet_id": sample["Mango"],
            "veterinarian_id": sample["Dr Osei Lund"],
            "scheduled_at": at,
        },
    )
    (made,) = changes["appointments"]
    return made


def test_a_series_keeps_its_time_of_day_over_both_changes_of_the_clock(
    mirror: Mirror, sample: Sample
) -> None:
    spring = series.book_series(mirror, values(sample, day=date(2026, 3, 16)), WEEKLY)
    assert times(mirror, spring.done) == [
        "16 Mar 14:00",
        "23 Mar 14:00",
        "30 Mar 14:00",
        "06 Apr 14:00",
    ]
    assert [r.scheduled_at.hour for r in rows(mirror, spring.done)] == [13, 13, 12, 12]
    days = Repeat(2, Frequency.DAILY, until=date(2026, 10, 27))
    autumn = series.book_series(mirror, values(sample, day=date(2026, 10, 23)), days)
    assert [r.scheduled_at.hour for r in rows(mirror, autumn.done)] == [12, 13, 13]
    months = Repeat(1, Frequency.MONTHLY, times=3)
    last = series.book_series(mirror, values(sample, 9, date(2026, 8, 31)), months)
    assert times(mirror, last.done) == ["31 Aug 09:00", "30 Sep 09:00", "31 Oct 09:00"]
    assert len({r.series_id for r in rows(mirror, last.done)}) == 1
    assert count_units(mirror) == 3


def test_what_clashes_is_listed_before_and_the_others_are_made(
    mirror: Mirror, sample: Sample
) -> None:
    """Rule 19."""
    second = sample.at(14, day=sample.day + timedelta(days=7))
    in_the_way(mirror, sample, second)
    looked = series.book_series(mirror, values(sample), WEEKLY, look=True)
    assert len(looked.done) == 3
    [left] = looked.left_out
    assert left.slot.starts == second
    assert left.why.message == "Dr Osei Lund is taken by Mango from 14:00 to 14:20."
    assert not left.asks
    assert count_units(mirror) == 1, "looking keeps nothing"
    done = series.book_series(mirror, values(sample), WEEKLY)
    assert times(mirror, done.done) == ["11 Mar 14:00", "25 Mar 14:00", "01 Apr 14:00"]
    with pytest.raises(Taken, match="taken by Rex"):
        series.book_series(mirror, values(sample), Repeat(2, Frequency.WEEKLY, times=1))


def test_what_may_be_shared_is_asked_and_kept_on_purpose(mirror: Mirror, sample: Sample) -> None:
    with mirror.apply() as connection:
        connection.execute(text("update organization_users set double_booking = 'ask'"))
    in_the_way(mirror, sample, sample.at(14, day=sample.day + timedelta(days=7)))
    looked = series.book_series(mirror, values(sample), WEEKLY, look=True)
    assert [one.asks for one in looked.left_out] == [True]
    done = series.book_series(mirror, values(sample), WEEKLY, may_overlap=True)
    assert (len(done.done), done.left_out) == (4, ())


def test_one_those_that_follow_or_all_are_moved(mirror: Mirror, sample: Sample) -> None:
    made = series.book_series(mirror, values(sample), Repeat(1, Frequency.WEEKLY, times=5)).done
    _, second, third, *_ = made
    alone = {"scheduled_at": sample.at(16, day=date(2026, 3, 19))}
    alone["ends_at"] = alone["scheduled_at"] + timedelta(minutes=20)
    series.change_series(mirror, second, alone, Which.ONE)
    # The third is on the other side of the change of the clock from the first.
    later = {"scheduled_at": sample.at(15, day=date(2026, 3, 26))}
    later["ends_at"] = later["scheduled_at"] + timedelta(minutes=30)
    done = series.change_series(mirror, third, later, Which.FOLLOWING)
    assert times(mirror, made) == [
        "11 Mar 14:00",
        "19 Mar 16:00",
        "26 Mar 15:00",
        "02 Apr 15:00",
        "09 Apr 15:00",
    ]
    assert {r.ends_at - r.scheduled_at for r in rows(mirror, done.done)} == {timedelta(minutes=30)}
    before = count_units(mirror)
    vet = {"veterinarian_id": sample["Dr Ana Ferro"]}
    all_of_them = series.change_series(mirror, third, vet, Which.ALL)
    assert {r.veterinarian_id for r in rows(mirror, made)} == {sample["Dr Ana Ferro"]}
    assert len(all_of_them.done) == 5
    assert count_units(mirror) == before + 1
    series.undo(mirror, all_of_them)
    series.undo(mirror, done)
    assert {r.veterinarian_id for r in rows(mirror, made)} == {sample["Dr Osei Lund"]}
    assert times(mirror, made)[2:] == ["25 Mar 14:00", "01 Apr 14:00", "08 Apr 14:00"]


def test_one_that_was_moved_on_its_own_keeps_its_time(mirror: Mirror, sample: Sample) -> None:
    made = series.book_series(mirror, values(sample), WEEKLY).done
    alone = {"scheduled_at": sample.at(16, day=date(2026, 3, 19))}
    alone["ends_at"] = alone["scheduled_at"] + timedelta(minutes=20)
    series.change_series(mirror, made[1], alone, Which.ONE)
    earlier = {"scheduled_at": sample.at(13), "ends_at": sample.at(13, 20), "reason": "Stitches"}
    series.change_series(mirror, made[0], earlier, Which.ALL)
    assert times(mirror, made) == ["11 Mar 13:00", "19 Mar 16:00", "25 Mar 13:00", "01 Apr 13:00"]
    assert {r.reason for r in rows(mirror, made)} == {"Stitches"}


def test_a_week_later_each_takes_the_place_of_the_next(mirror: Mirror, sample: Sample) -> None:
    made = series.book_series(mirror, values(sample), WEEKLY).done
    later = sample.at(14, day=sample.day + timedelta(days=7))
    moved = {"scheduled_at": later, "ends_at": later + timedelta(minutes=20)}
    done = series.change_series(mirror, made[0], moved, Which.ALL)
    assert times(mirror, made) == ["18 Mar 14:00", "25 Mar 14:00", "01 Apr 14:00", "08 Apr 14:00"]
    series.undo(mirror, done)
    # The last has no room, so the one before it stays as well, and so on to the first.
    in_the_way(mirror, sample, sample.at(14, day=date(2026, 4, 8)))
    with pytest.raises(Taken) as refused:
        series.change_series(mirror, made[0], moved, Which.ALL)
    assert "Rex" in refused.value.message
    assert times(mirror, made) == ["11 Mar 14:00", "18 Mar 14:00", "25 Mar 14:00", "01 Apr 14:00"]
    later = sample.at(14, 5)
    moved = {"scheduled_at": later, "ends_at": later + timedelta(minutes=20)}
    in_the_way(mirror, sample, sample.at(14, 20, day=date(2026, 3, 25)))
    some = series.change_series(mirror, made[0], moved, Which.ALL, look=True)
    assert [one.id for one in some.left_out] == [made[2]]
    some = series.change_series(mirror, made[0], moved, Which.ALL)
    assert times(mirror, made)[1:3] == ["18 Mar 14:05", "25 Mar 14:00"]


def test_calling_off_and_back_leaves_what_has_begun(mirror: Mirror, sample: Sample) -> None:
    """Rule 20: only what is booked or confirmed is called off."""
    made = series.book_series(mirror, values(sample), WEEKLY).done
    appointments.advance(mirror, made[0])
    done = series.cancel_series(mirror, made[1], Which.ALL)
    assert done.done == made[1:]
    assert [r.status for r in rows(mirror, made)] == ["scheduled"] + ["cancelled"] * 3
    in_the_way(mirror, sample, sample.at(14, day=date(2026, 3, 25)))
    with pytest.raises(Taken, match="Mango"):
        series.undo(mirror, done)
    assert rows(mirror, made)[1].status == AppointmentStatus.CANCELLED
    with pytest.raises(InvalidValue, match="nothing to call off"):
        series.cancel_series(mirror, made[1], Which.ONE)


def test_undo_of_a_series_that_was_booked_takes_it_away(mirror: Mirror, sample: Sample) -> None:
    done = series.book_series(mirror, values(sample), WEEKLY)
    appointments.advance(mirror, done.done[0])
    series.undo(mirror, done)
    assert [r.id for r in rows(mirror, done.done)] == [done.done[0]], "who has come stays"


def test_a_visit_becomes_the_first_of_a_series(mirror: Mirror, sample: Sample) -> None:
    with mirror.apply() as connection:
        connection.execute(Service.__table__.update().values(buffer_minutes=10))
    done = series.repeat_visit(mirror, sample["Rex visit"], Repeat(3, Frequency.DAILY, times=3))
    every = (sample["Rex visit"], *done.done)
    assert times(mirror, every) == ["11 Mar 09:30", "14 Mar 09:30", "17 Mar 09:30"]
    found = rows(mirror, every)
    assert {r.series_id for r in found} == {done.series_id}
    assert [(r.free_at or r.ends_at) - r.ends_at for r in found[1:]] == [timedelta(minutes=10)] * 2
    with pytest.raises(InvalidValue, match="already"):
        series.repeat_visit(mirror, sample["Rex visit"], WEEKLY)
    series.undo(mirror, done)
    [left] = rows(mirror, every)
    assert left.series_id is None


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        (Repeat(1, Frequency.DAILY), "no end"),
        (Repeat(0, Frequency.DAILY, times=2), "at least one"),
        (Repeat(1, Frequency.DAILY, times=500), "at most 200"),
    ],
)
def test_a_series_that_makes_no_sense(
    mirror: Mirror, sample: Sample, repeat: Repeat, words: str
) -> None:
    with pytest.raises(InvalidValue, match=words):
        series.book_series(mirror, values(sample), repeat)
    long = {**values(sample), "ends_at": sample.at(14) + timedelta(days=2)}
    with pytest.raises(InvalidValue, match="longer than the time"):
        series.book_series(mirror, long, Repeat(1, Frequency.DAILY, times=3))
