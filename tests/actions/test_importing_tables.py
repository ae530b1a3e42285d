from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk import workbook
from fluffydesk.actions import importing, saving
from fluffydesk.actions.importing import Carried, TablePlan
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.records.farm import EggProductionLog, FeedLog, MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import today
from fluffydesk.workbook import Sheet
from tests.actions.barn import Barn
from tests.actions.farm import CATTLE


class Desk:
    """A barn, and files that are imported into it."""

    def __init__(self, barn: Barn, folder: Path) -> None:
        self.barn, self.mirror, self.folder = barn, barn.mirror, folder

    def plan(self, subject: str, *lines: str, encoding: str = "utf-8", **options: Any) -> TablePlan:
        path = self.folder / f"{subject}.csv"
        path.write_bytes("\n".join(lines).encode(encoding))
        about = importing.subject_of(subject)
        chosen = importing.suggested(self.mirror, about, importing.read_raw(path).headings)
        chosen = options.pop("chosen", chosen)
        return importing.plan_table(self.mirror, path, about, chosen, **options)

    def take(self, subject: str, *lines: str, **options: Any) -> Carried:
        return importing.carry_out_table(self.mirror, self.plan(subject, *lines, **options))

    def by(self, record: Any, name: str) -> Mapping[Any, Any]:
        return {getattr(row, name): row for row in self.barn.rows(record)}


@pytest.fixture
def desk(barn: Barn, tmp_path: Path) -> Desk:
    return Desk(barn, tmp_path)


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def test_animals_come_in_under_many_headings_and_their_kin_is_found(desk: Desk) -> None:
    done = desk.take(
        "animals",
        "Ear tag;Name;Official ID;Sex;Date of birth;Mother;Live weight",
        f"100;Ida;UK 302541 400123;female;{ago(900)};7;",
        f"101;;;male;{ago(30):%d.%m.%Y};100;",
    )
    assert (done.created, done.refused) == (2, ())
    animals = desk.by(Livestock, "tag_number")
    assert animals["100"].dam_id == desk.barn.cow
    assert animals["101"].dam_id == animals["100"].id
    assert animals["101"].birth_date == ago(30)
    assert animals["100"].species_id == CATTLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_separators_and_decimal_commas(desk: Desk, encoding: str, separator: str) -> None:
    heading = separator.join(("Kuh ß", "Tag", "Weigh date", "Weight (kg)"))
    line = separator.join(("é", "7", str(ago(3)), '"612,5"'))
    desk.take("weights", heading, line, encoding=encoding)
    (weight,) = desk.barn.rows(WeightLog)
    assert (weight.animal_id, weight.weight_kg) == (desk.barn.cow, Decimal("612.5"))


def test_a_wide_file_has_a_column_a_day(desk: Desk) -> None:
    plan = desk.plan(
        "milkings",
        f"Cow,{ago(3)},{ago(2)},{ago(1)}",
        "7,20.5,,22",
        "99,1,2,3",
    )
    assert [row.values["milked_on"] for row in plan.create] == [ago(3), ago(1)]
    assert [one.line for one in plan.problems] == [3, 3, 3]
    assert "99 is not known here" in plan.problems[0].message
    importing.carry_out_table(desk.mirror, plan)
    days = {row.milked_on: row.yield_kg for row in desk.barn.rows(MilkProductionLog)}
    assert days == {ago(3): Decimal("20.50"), ago(1): Decimal("22.00")}


@pytest.mark.parametrize(
    ("subject", "heading", "line", "record"),
    [
        ("eggs", "House,Day,Eggs,Cracked", "Layers,{day},150,3", EggProductionLog),
        ("feedings", "Group,Date,Feed,kg", "Dry cows,{day},Hay,120", FeedLog),
        (
            "treatments",
            "Animal,Date,Medicine,Diagnosis,Dose,Milk withdrawal",
            "7,{day},Penicillin,Mastitis,20,96",
            HealthTreatment,
        ),
    ],
)
def test_other_records_are_imported_twice_and_come_once(
    desk: Desk, subject: str, heading: str, line: str, record: Any
) -> None:
    """Rule 27: importing a file twice creates nothing new."""
    saving.add(desk.mirror, LivestockBatch, {"name": "Dry cows"})
    lines = (heading, line.format(day=ago(2)))
    assert desk.take(subject, *lines).created == 1
    again = desk.plan(subject, *lines)
    assert (again.create, again.update) == ((), ())
    assert [one.reason for one in again.duplicates] == ["It is here already."]
    assert len(desk.barn.rows(record)) == 1


def test_duplicates_say_their_reason(desk: Desk) -> None:
    lines = ("Tag,Date,Weight", f"7,{ago(3)},600", f"7,{ago(3)},600", f"7,{ago(3)},601")
    plan = desk.plan("weights", *lines)
    assert [(one.line, one.key, one.reason) for one in plan.duplicates] == [
        (3, f"7, {ago(3)}", "Line 2 says the same."),
        (4, f"7, {ago(3)}", "Line 2 has it with another weight; the first is kept."),
    ]


def test_update_is_by_the_farms_own_id_and_empty_cells_erase_nothing(desk: Desk) -> None:
    saving.change(desk.mirror, Livestock, desk.barn.cow, {"official_id": "UK1", "colour": "red"})
    lines = ("Official ID,Name,Colour,Tag", "UK1,Belinda,,7")
    kept = desk.plan("animals", *lines)
    assert kept.duplicates[0].reason == (
        "It is here already with another name; what is here is kept."
    )
    done = desk.take("animals", *lines, update=True)
    assert (done.created, done.updated) == (0, 1)
    cow = desk.by(Livestock, "id")[desk.barn.cow]
    assert (cow.name, cow.colour, cow.tag_number) == ("Belinda", "red", "7")


def test_a_line_against_a_rule_is_told_and_stops_no_other(desk: Desk) -> None:
    """Rule 9: milk comes from females in lactation; the dry run says so before anything is kept."""
    plan = desk.plan(
        "milkings", "Cow,Date,Yield", f"8,{ago(2)},20", f"7,{ago(2)},21", f"7,{ago(1)},lots"
    )
    assert [one.line for one in plan.problems] == [2, 4]
    assert "is male" in plan.problems[0].message
    assert [row.line for row in plan.create] == [3]
    assert desk.barn.rows(MilkProductionLog) == []
    saving.change(desk.mirror, Livestock, desk.barn.cow, {"dried_off_on": ago(3)})
    done = importing.carry_out_table(desk.mirror, plan)
    assert [(one.line, "is dry" in one.message) for one in done.refused] == [(3, True)]
    saving.change(desk.mirror, Livestock, desk.barn.cow, {"dried_off_on": None})
    assert importing.carry_out_table(desk.mirror, plan).created == 1
    assert [row.animal_id for row in desk.barn.rows(MilkProductionLog)] == [desk.barn.cow]


def test_a_mapping_that_was_chosen_is_remembered(desk: Desk) -> None:
    about, headings = importing.subject_of("weights"), ("Nr", "Am", "Gewicht", "Tag")
    assert "Gewicht" not in importing.suggested(desk.mirror, about, headings)
    chosen = {"Nr": "animal_id", "Am": "weighed_on", "Gewicht": "weight_kg"}
    importing.remember(desk.mirror, about, headings, chosen)
    assert importing.suggested(desk.mirror, about, headings) == chosen


def test_an_import_is_listed_and_taken_back_but_what_was_edited_since_stays(desk: Desk) -> None:
    """Rule 27: each import can be listed and undone."""
    lines = ("Tag,Name,Sex,Born", *(f"{n},,female,{ago(900)}" for n in (100, 101, 102, 103)))
    desk.take("animals", *lines, "7,Bellissima,,", update=True)
    animals = desk.by(Livestock, "tag_number")
    saving.change(desk.mirror, Livestock, animals["101"].id, {"colour": "black"})
    saving.add(
        desk.mirror,
        WeightLog,
        {"animal_id": animals["102"].id, "weighed_on": ago(1), "weight_kg": Decimal(300)},
    )
    saving.remove(desk.mirror, Livestock, animals["103"].id)
    (listed,) = importing.imports(desk.mirror)
    assert (listed.file, listed.subject, listed.words) == (
        "animals.csv", "animals", "4 added, 1 changed",
    )  # fmt: skip
    undone = importing.take_back(desk.mirror, listed.id)
    assert (undone.removed, undone.restored) == (1, 1)
    assert {one.told: one.reason for one in undone.kept} == {
        "101": "It was edited since.",
        "102": "1 row of weighings belongs to it.",
        "103": "It is not here any more.",
    }
    left = desk.by(Livestock, "tag_number")
    assert set(left) == {"7", "8", "101", "102"}
    assert left["7"].name == "Bella"
    assert importing.imports(desk.mirror)[0].taken_back
    with pytest.raises(Refusal, match="taken back already"):
        importing.take_back(desk.mirror, listed.id)
    assert desk.plan("animals", *lines).create[0].told == "100"


def test_a_treatment_that_is_taken_back_stays_in_the_book_void(desk: Desk) -> None:
    desk.take(
        "treatments", "Animal,Date,Medicine,Diagnosis,Dose", f"7,{ago(2)},Penicillin,Mastitis,20"
    )
    (listed,) = importing.imports(desk.mirror)
    importing.take_back(desk.mirror, listed.id)
    (row,) = desk.barn.rows(HealthTreatment)
    assert row.void_reason == "The import was taken back"


def test_a_cut_import_is_listed_with_what_it_wrote(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fluffydesk.actions.importing.carrying.IN_A_UNIT", 1)
    plan = desk.plan("weights", "Tag,Date,Weight", f"7,{ago(3)},600", f"7,{ago(2)},601")

    def cut(progress: importing.Progress) -> None:
        assert (progress.done, progress.total) == (1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.carry_out_table(desk.mirror, plan, cut)
    (listed,) = importing.imports(desk.mirror)
    assert listed.created == 1
    assert importing.take_back(desk.mirror, listed.id).removed == 1
    assert desk.barn.rows(WeightLog) == []


def test_two_pcs_give_a_line_the_same_id(desk: Desk) -> None:
    lines = ("Tag,Date,Weight", f"7,{ago(3)},600")
    first = desk.plan("weights", *lines).create[0].id
    assert desk.plan("weights", *lines).create[0].id == first
    assert isinstance(first, UUID)


def test_what_cannot_be_is_refused_in_words(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Choose one of: animals"):
        importing.subject_of("dragons")
    with pytest.raises(Refusal, match="chosen for Animal and Date"):
        desk.plan("weights", "Weight", "600")
    with pytest.raises(NotFound, match="not known on this PC"):
        importing.take_back(desk.mirror, desk.barn.cow)
    plan = desk.plan("weights", "Tag,Date,Weight", '7,"600', f"7,{ago(3)},9999", "7,,600")
    assert [one.line for one in plan.problems] == [2, 3, 4]
    with desk.mirror.read() as connection:
        assert connection.execute(select(WeightLog.__table__)).all() == []


def test_nothing_is_planned_twice_for_an_animal_with_several_numbers(desk: Desk) -> None:
    saving.change(desk.mirror, Livestock, desk.barn.cow, {"eid": "826052636100657"})
    plan = desk.plan("weights", "EID,Date,Weight", f"LA 826 052636100657,{ago(1)},600")
    assert plan.create[0].values["animal_id"] == desk.barn.cow


def test_a_workbook_is_imported_as_csv_is_and_comes_once(desk: Desk) -> None:
    """Rule 27: a file imported twice, first as a workbook and then as CSV, creates nothing new."""
    path = desk.folder / "weights.xlsx"
    rows = [("7", ago(3), Decimal("612.5"), "x"), ("7", ago(2), Decimal(613), "=1+1")]
    heads = ("Tag", "Date", "Weight, kg", "Notes")
    titled = [("Weights of the spring", None, None, None), heads, *rows]
    workbook.write_book(path, [Sheet("Spring", ("",), titled)])
    about = importing.subject_of("weights")
    raw = importing.read_raw(path)
    assert raw.headings == heads
    chosen = importing.suggested(desk.mirror, about, raw.headings)
    done = importing.carry_out_table(
        desk.mirror, importing.plan_table(desk.mirror, path, about, chosen)
    )
    assert done.created == 2
    assert {(row.weighed_on, row.weight_kg, row.notes) for row in desk.barn.rows(WeightLog)} == {
        (ago(3), Decimal("612.50"), "x"),
        (ago(2), Decimal("613.00"), "=1+1"),
    }
    again = desk.plan("weights", "Tag;Date;Weight", f"7;{ago(3)};612,5", f"7;{ago(2)};613")
    assert (again.create, len(again.duplicates)) == ((), 2)


def test_a_wide_workbook_has_a_column_a_day(desk: Desk) -> None:
    path = desk.folder / "wide.xlsx"
    workbook.write(path, "Wide", ("Tag", f"{ago(3)}", f"{ago(2)}"), [("7", 600, None)])
    about = importing.subject_of("weights")
    chosen = importing.suggested(desk.mirror, about, importing.read_raw(path).headings)
    plan = importing.plan_table(desk.mirror, path, about, chosen)
    assert [(row.values["weighed_on"], row.values["weight_kg"]) for row in plan.create] == [
        (ago(3), Decimal(600))
    ]


def test_a_parent_may_stand_further_down_and_one_left_out_takes_its_young_along(desk: Desk) -> None:
    """Rule 6: the dam is female; her calf is not imported before her, nor without her."""
    plan = desk.plan(
        "animals",
        "Tag,Sex,Born,Mother",
        f"300,female,{ago(30)},301",
        f"301,female,{ago(900)},",
        f"302,male,{ago(30)},303",
        f"303,male,{ago(900)},",
        f"304,male,{ago(30)},nobody",
    )
    assert [row.told for row in plan.create] == ["301", "303", "300"]
    assert [(one.line, one.message.split(".")[0]) for one in plan.problems] == [
        (4, "303 is male"),
        (6, "Dam nobody is not known here"),
    ]
    done = importing.carry_out_table(desk.mirror, plan)
    assert (done.created, done.refused) == (3, ())


def test_two_lines_of_one_eid_are_one_too_many(desk: Desk) -> None:
    """Rule 5: one living animal per EID, also when both are new."""
    eid = "826052636100657"
    plan = desk.plan("animals", "Tag,EID", f"400,{eid}", f"401,{eid}")
    assert [row.told for row in plan.create] == ["400"]
    assert [one.line for one in plan.problems] == [3]
    assert "Line 2 is of an animal with the same number" in plan.problems[0].message


def test_a_row_whose_animal_has_gone_meanwhile_is_left_out_alone(desk: Desk) -> None:
    plan = desk.plan(
        "animals", "Tag,Sex,Born,Mother", f"500,female,{ago(900)},", f"501,male,{ago(30)},500",
        f"502,male,{ago(30)},",
    )  # fmt: skip
    left = replace(plan, create=plan.create[1:])
    done = importing.carry_out_table(desk.mirror, left)
    assert done.created == 1
    assert [one.line for one in done.refused] == [3]
    assert "own line was left out" in done.refused[0].message


def test_utf_16_without_a_mark_is_read(desk: Desk) -> None:
    plan = desk.plan("animals", "Tag;Name", "600;Größe", encoding="utf-16-le")
    assert plan.create[0].values["name"] == "Größe"


def test_taking_back_goes_on_where_it_was_cut_short(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fluffydesk.actions.importing.carrying.IN_A_UNIT", 1)
    monkeypatch.setattr("fluffydesk.actions.importing.taking_back.AT_ONCE", 1)
    done = desk.take("weights", "Tag,Date,Weight", f"7,{ago(3)},600", f"7,{ago(2)},601")

    def cut(progress: importing.Progress) -> None:
        assert (progress.done, progress.total) == (1, 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.take_back(desk.mirror, done.id, cut)
    (listed,) = importing.imports(desk.mirror)
    assert (listed.partly, listed.taken_back) == (True, False)
    assert [row.weighed_on for row in desk.barn.rows(WeightLog)] == [ago(3)]
    assert importing.take_back(desk.mirror, done.id).removed == 1
    (listed,) = importing.imports(desk.mirror)
    assert (listed.partly, listed.taken_back) == (False, True)


def test_a_cancelled_dry_run_writes_nothing(desk: Desk) -> None:
    def cut(progress: importing.Progress) -> None:
        raise importing.Cancelled("Enough.")

    path = desk.folder / "weights.csv"
    path.write_text(f"Tag,Date,Weight\n7,{ago(3)},600\n", encoding="utf-8")
    about = importing.subject_of("weights")
    with pytest.raises(importing.Cancelled):
        importing.plan_sheet(
            importing.door_of(desk.mirror), path, importing.read_raw(path), about,
            {"Tag": "animal_id", "Date": "weighed_on", "Weight": "weight_kg"}, tell=cut,
        )  # fmt: skip
    assert desk.barn.rows(WeightLog) == []
    assert importing.imports(desk.mirror) == []
