from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fluffydesk.actions import importing, saving
from fluffydesk.actions.importing import Plan, Planned, Problem, Progress
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Listing, page
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from tests.actions.farm import CATTLE, settle_in

KIND = "dairy-test-days"
HEADING = "BirthDate,DaysInMilk,Parity,MilkingYield,TestDate,TestId"
SHARED = Path(
    os.environ.get("FLUFFYDESK_SHARED_DATA")
    or Path(__file__).resolve().parents[3] / "shared" / "data"
)

Write = Callable[..., Path]


@pytest.fixture
def mirror(mirror: Mirror) -> Mirror:
    settle_in(mirror)
    return mirror


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*lines: str, heading: str = HEADING, encoding: str = "utf-8") -> Path:
        path = tmp_path / "days.csv"
        path.write_bytes("\r\n".join((heading, *lines, "")).encode(encoding))
        return path

    return written


def milk(mirror: Mirror) -> list[tuple[str, str, Decimal]]:
    with mirror.read() as connection:
        rows = page(connection, Listing(MilkProductionLog), 0, 100)
    return sorted((row.animal_id__label, str(row.milked_on), row.yield_kg) for row in rows)


def first_problem(mirror: Mirror, path: Path) -> str:
    return importing.plan(mirror, path, KIND).problems[0].message


def test_each_lactation_becomes_an_animal_with_its_test_days(mirror: Mirror, write: Write) -> None:
    path = write(
        "26-8-2017,27,1,23.6,20-8-2019,3781",
        "26-8-2017,64,1,23.1,26-9-2019,3781",
        "1-2-2015,10,2,31,1-3-2019,90",
    )
    plan = importing.plan(mirror, path, KIND)
    assert (plan.rows, plan.create) == (3, {"livestock": 2, "milk_production_logs": 3})
    assert (plan.duplicates, plan.problems) == ((), ())
    assert milk(mirror) == []
    changes = importing.carry_out(mirror, plan).changes
    assert {table: len(ids) for table, ids in changes.items()} == plan.create
    assert milk(mirror) == [
        ("L3781", "2019-08-20", Decimal("23.60")),
        ("L3781", "2019-09-26", Decimal("23.10")),
        ("L90", "2019-03-01", Decimal("31.00")),
    ]
    with mirror.read() as connection:
        listing = Listing(Livestock, filters=(Filter("tag_number", "=", "L3781"),))
        (cow,) = page(connection, listing, 0, 9)
    assert (cow.sex, cow.species_id, cow.parity) == (Sex.FEMALE, CATTLE, 1)
    assert (str(cow.birth_date), str(cow.calved_on)) == ("2017-08-26", "2019-07-24")
    assert mirror.recall("units_made") == 2  # one for each animal


def test_importing_twice_creates_nothing_new(mirror: Mirror, write: Write) -> None:
    path = write("26-8-2017,27,1,23.6,20-8-2019,3781")
    importing.carry_out(mirror, importing.plan(mirror, path, KIND))
    again = importing.plan(mirror, path, KIND)
    assert again.create == {}
    assert [(one.line, one.key) for one in again.duplicates] == [(2, "L3781 on 2019-08-20")]
    assert importing.carry_out(mirror, again).changes == Changes()
    assert mirror.recall("units_made") == 1


def test_a_file_that_says_otherwise_than_what_is_here_is_told(mirror: Mirror, write: Write) -> None:
    importing.carry_out(
        mirror, importing.plan(mirror, write("26-8-2017,27,1,23.6,20-8-2019,3781"), KIND)
    )
    again = write("26-8-2017,27,1,24.1,20-8-2019,3781", "26-8-2017,27,1,24.1,20-8-2019,3781")
    plan = importing.plan(mirror, again, KIND)
    assert {one.reason for one in plan.duplicates} == {
        "It is here already with another yield (23.6 kg here, 24.1 kg in the file); "
        "what is here is kept."
    }
    assert (len(plan.duplicates), plan.duplicate_keys) == (2, 1)


def test_a_plan_of_duplicates_alone_writes_nothing_and_has_no_progress(
    mirror: Mirror, write: Write
) -> None:
    path = write("26-8-2017,27,1,23.6,20-8-2019,3781")
    importing.carry_out(mirror, importing.plan(mirror, path, KIND))
    told: list[importing.Progress] = []
    assert (
        importing.carry_out(mirror, importing.plan(mirror, path, KIND), told.append).changes
        == Changes()
    )
    assert told == []


def test_a_plan_carried_out_twice_creates_nothing_new(mirror: Mirror, write: Write) -> None:
    plan = importing.plan(mirror, write("26-8-2017,27,1,23.6,20-8-2019,3781"), KIND)
    importing.carry_out(mirror, plan)
    assert importing.carry_out(mirror, plan).changes == Changes()


def test_two_pcs_that_import_one_file_agree(tmp_path: Path, write: Write) -> None:
    path = write("26-8-2017,27,1,23.6,20-8-2019,3781")
    plans = []
    for device in ("one", "two"):
        with Mirror.open(tmp_path / f"{device}.db", bytes(32)) as mirror:
            settle_in(mirror, device=device)
            plans.append(importing.plan(mirror, path, KIND).batches)
    assert plans[0] == plans[1]


def test_duplicates_in_the_file_say_whether_they_differ(mirror: Mirror, write: Write) -> None:
    path = write(
        "26-8-2017,27,1,23.6,20-8-2019,3781",
        "26-8-2017,27,1,23.6,20-8-2019,3781",
        "26-8-2017,27,1,24.1,20-8-2019,3781",
    )
    plan = importing.plan(mirror, path, KIND)
    assert [(one.line, one.reason) for one in plan.duplicates] == [
        (3, "Line 2 says the same."),
        (4, "Line 2 has it with another yield (23.6 kg there, 24.1 kg here); the first is kept."),
    ]
    importing.carry_out(mirror, plan)
    assert milk(mirror) == [("L3781", "2019-08-20", Decimal("23.60"))]


def test_an_animal_is_known_by_its_tag_and_by_its_origin(mirror: Mirror, write: Write) -> None:
    calved = {"calved_on": date(2019, 2, 1)}
    own, _ = saving.add(mirror, Livestock, {"tag_number": "L1", "species_id": CATTLE, **calved})
    saving.add(
        mirror,
        MilkProductionLog,
        {
            "animal_id": own,
            "yield_kg": Decimal(20),
            "milked_on": importing.plan(mirror, write("1-1-2015,5,1,20,1-3-2019,2"), KIND)
            .batches[0]
            .rows[1]
            .values["milked_on"],
            "session": MilkingSession.WHOLE_DAY,
        },
    )
    path = write("1-1-2015,5,1,20,1-3-2019,1", "1-1-2015,6,1,21,2-3-2019,1")
    plan = importing.plan(mirror, path, KIND)
    assert plan.create == {"milk_production_logs": 1}
    assert [one.line for one in plan.duplicates] == [2]
    assert plan.batches[0].rows[0].values["animal_id"] == own

    renamed = importing.plan(mirror, write("1-1-2015,5,1,20,1-3-2019,7"), KIND)
    importing.carry_out(mirror, renamed)
    cow = renamed.batches[0].rows[0].id
    saving.change(mirror, Livestock, cow, {"tag_number": "4711"})
    assert importing.plan(mirror, write("1-1-2015,5,1,20,1-3-2019,7"), KIND).create == {}


def test_a_bad_line_is_told_and_stops_nothing(mirror: Mirror, write: Write) -> None:
    path = write(
        "26-8-2017,27,1,lots,20-8-2019,3781",
        "26-8-2017,27,1,23.6",
        "26-8-2017,27,1,230,20-8-2019,3781",
        '26-8-2017,27,1,"23.6,20-8-2019,3781',
        "26-8-2017,27,1,23.6,31-2-2019,3781",
        "26-8-2017,27,1,23.6,20-8-2199,3781",
        "26-8-2017,27,1,23.6,20-8-2016,3781",
        "26-8-2017,27,1,,20-8-2019,3781",
        "26-8-2017,27,1,23.6,20-8-2019,",
        "",
        "26-8-2017,27,1,23.6,20-8-2019,3781",
    )
    plan = importing.plan(mirror, path, KIND)
    assert [(one.line, one.message) for one in plan.problems] == [
        (2, "Yield must be a number, such as 23.5."),
        (3, "It has 4 fields, and the heading has 6."),
        (4, "Yield must be at most 120 kg."),
        (5, "A quotation mark is opened and not closed."),
        (
            6,
            "Date is a date that does not exist (31-2-2019). Write year-month-day or "
            "day-month-year, such as 2026-05-31 or 31-5-2026.",
        ),
        (7, "Date lies in the future (2199-08-20). Enter today or earlier."),
        (8, "The test day 2016-08-20 is not after the birth (2017-08-26)."),
        (9, "Yield is missing. Enter it."),
        (10, "The lactation has no number."),
    ]
    assert plan.duplicates == ()
    assert plan.create == {"livestock": 1, "milk_production_logs": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
def test_files_as_people_have_them(
    mirror: Mirror, write: Write, encoding: str, separator: str
) -> None:
    heading = separator.join(("Remark", "test-date", "MILKING YIELD", "Test id", "DIM"))
    line = separator.join(("Größe é", "2019-08-20", "23,6", '"37""81"', "27"))
    plan = importing.plan(mirror, write(line, heading=heading, encoding=encoding), KIND)
    assert plan.problems == ()
    assert plan.batches[0].rows[0].values["tag_number"] == 'L37"81'
    assert plan.batches[0].rows[1].values["yield_kg"] == Decimal("23.6")


def test_a_quoted_field_may_hold_a_line_end(mirror: Mirror, write: Write) -> None:
    path = write(
        '"two\nlines",2019-08-20,20,1,5',
        "b,2019-08-21,x,1,6",
        heading="A,TestDate,Yield,TestId,DIM",
    )
    plan = importing.plan(mirror, path, KIND)
    assert plan.create["milk_production_logs"] == 1
    assert [one.line for one in plan.problems] == [4]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\r\n \r\n", "is empty"),
        (b"\x00\x01\x02binary\xff", "is not a text file"),
        (b"PK\x03\x04..", "is damaged"),
        (b"Name,Age\r\nBella,3\r\n", "has no column TestId and no column TestDate and no column"),
        (HEADING.encode(), "has a heading and no lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    mirror: Mirror, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal) as caught:
        importing.plan(mirror, path, KIND)
    assert sentence in str(caught.value)
    assert "broken.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_no_kind_no_species(mirror: Mirror, tmp_path: Path, write: Write) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        importing.plan(mirror, tmp_path / "none.csv", KIND)
    with pytest.raises(Refusal, match="cannot be read"):
        importing.plan(mirror, tmp_path, KIND)
    with pytest.raises(NotFound, match="Choose one of: dairy-test-days"):
        importing.plan(mirror, write("x"), "sheep")
    with Mirror.open(tmp_path / "bare.db", bytes(32)) as bare:
        settle_in(bare, species=False)
        with pytest.raises(Refusal, match="Sync first"):
            importing.plan(bare, write("x"), KIND)


def test_it_can_be_cut_between_units_and_taken_up_again(mirror: Mirror, write: Write) -> None:
    plan = importing.plan(mirror, write(*(f"1-1-2015,5,1,20,1-3-2019,{n}" for n in range(5))), KIND)
    seen: list[Progress] = []

    def cut(progress: Progress) -> None:
        seen.append(progress)
        if progress.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.carry_out(mirror, plan, cut)
    assert seen == [Progress(2, 10, "written"), Progress(4, 10, "written")]
    assert len(milk(mirror)) == 2
    importing.carry_out(mirror, plan, seen.append)
    assert seen[-1] == Progress(10, 10, "written")
    assert len(milk(mirror)) == 5


@pytest.fixture
def real_file() -> Path:
    path = SHARED / "dairy-test-days.csv"
    if not path.exists():
        pytest.skip("the shared data are not here")
    return path


def _untried(
    door: object, rows: Sequence[Planned], tell: object
) -> tuple[Sequence[Planned], list[Problem]]:
    return rows, []


def test_the_real_file(mirror: Mirror, real_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Trying 37,000 rows out takes longer than a test may; the small files above are tried.
    monkeypatch.setattr("fluffydesk.actions.importing.planning.try_out", _untried)
    plan = importing.plan(mirror, real_file, KIND)
    assert plan.rows == 33_346
    assert plan.create == {"livestock": 4_327, "milk_production_logs": 32_505}
    # 821 keys come more than once, some of them three times: 841 lines too many.
    assert len(plan.duplicates) == 841
    assert plan.duplicate_keys == 821
    assert plan.problems == ()
    done = importing.carry_out(mirror, Plan(KIND, real_file, 0, plan.batches[:50], (), ()))
    assert done.refused == ()
    with mirror.read() as connection:
        cows = connection.execute(select(func.count()).select_from(Livestock.__table__)).scalar()
    assert cows == 50
    assert importing.plan(mirror, real_file, KIND).create["livestock"] == 4_277
    assert importing.take_back(mirror, done.id).removed == done.created
    assert milk(mirror) == []
