"""Own fields in an import: mapped, checked by their kind, changed by the farm's id, taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import importing, saving
from fluffydesk.actions.exporting import export
from fluffydesk.actions.importing import Carried, TablePlan
from fluffydesk.actions.own_fields import OwnFact, keep_own_fact, own_facts
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.livestock import Flock, Livestock
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from tests.actions.barn import Barn
from tests.actions.test_everything import settle_elsewhere
from tests.mirrors import new_mirror

ANIMALS, FLOCKS = CustomFieldSubject.ANIMALS, CustomFieldSubject.FLOCKS
NUMBER, TEXT = CustomFieldKind.NUMBER, CustomFieldKind.TEXT
HEIGHT = "own number Height, at withers"


@pytest.fixture
def farm(barn: Barn) -> Barn:
    for place, (name, kind, of) in enumerate(
        (
            ("Height, at withers", NUMBER, ANIMALS),
            ("Polled", CustomFieldKind.BOOLEAN, ANIMALS),
            ("Seen", CustomFieldKind.DATE, ANIMALS),
            ("Scar", TEXT, ANIMALS),
            ("House light", TEXT, FLOCKS),
        )
    ):
        unit = "cm" if kind is NUMBER else None
        values = {"name": name, "kind": kind, "subject": of, "position": place, "unit": unit}
        saving.add(barn.mirror, CustomFieldDefinition, values)
    return barn


def plan(farm: Barn, folder: Path, *lines: str, kind: str = "animals", **more: Any) -> TablePlan:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    about = importing.with_own(farm.mirror, importing.subject_of(kind))
    chosen = importing.suggested(farm.mirror, about, importing.read_raw(path).headings)
    return importing.plan_table(farm.mirror, path, about, more.pop("chosen", chosen), **more)


def take(farm: Barn, folder: Path, *lines: str, **more: Any) -> Carried:
    return importing.carry_out_table(farm.mirror, plan(farm, folder, *lines, **more))


def said(farm: Barn, of: UUID, subject: CustomFieldSubject = ANIMALS) -> dict[str, Any]:
    with farm.mirror.read() as connection:
        facts = own_facts(connection, subject, of)
    return {one.name: one.value for one in facts if one.value is not None}


def by_tag(farm: Barn) -> dict[str, UUID]:
    return {row.tag_number: row.id for row in farm.rows(Livestock)}


def test_new_animals_come_with_their_own_fields(farm: Barn, tmp_path: Path) -> None:
    found = plan(
        farm,
        tmp_path,
        "Tag;Height (cm);Polled;Seen;Scar",
        "100;141,5 cm;yes;31.5.2026;left",
        "101;;no;;",
    )
    assert (importing.heads(found.create), found.problems) == (2, ())
    done = importing.carry_out_table(farm.mirror, found)
    assert (done.created, done.updated, done.refused) == (2, 0, ())
    tags = by_tag(farm)
    assert said(farm, tags["100"]) == {
        "Height, at withers": Decimal("141.5"),
        "Polled": True,
        "Seen": date(2026, 5, 31),
        "Scar": "left",
    }
    assert said(farm, tags["101"]) == {"Polled": False}
    with farm.mirror.read() as connection:
        height = own_facts(connection, ANIMALS, tags["100"])[0]
    assert height == OwnFact("Height, at withers", NUMBER, "cm", Decimal("141.5"))
    assert importing.imports(farm.mirror)[0].words == "2 added, 0 changed"


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Height", "tall", "Height, at withers must be a number, such as 23.5."),
        ("Polled", "maybe", "Polled must be yes or no."),
        ("Seen", "31-2-2026", "Seen is a date that does not exist (31-2-2026)."),
    ],
)
def test_what_is_not_of_its_kind_is_a_problem_of_its_line(
    farm: Barn, tmp_path: Path, heading: str, cell: str, sentence: str
) -> None:
    found = plan(farm, tmp_path, f"Tag;{heading}", f"100;{cell}", "101;")
    assert [(one.line, one.message.partition("  ")[0]) for one in found.problems] == [
        (2, found.problems[0].message)
    ]
    assert found.problems[0].message.startswith(sentence)
    assert [row.told for row in found.create] == ["101"]


def test_an_animal_that_is_here_is_changed_only_when_asked(farm: Barn, tmp_path: Path) -> None:
    keep_own_fact(farm.mirror, ANIMALS, farm.cow, "Scar", "right")
    lines = ("Tag;Height;Scar", "7;150;left")
    kept = plan(farm, tmp_path, *lines)
    assert (kept.create, kept.update) == ((), ())
    assert kept.duplicates[0].reason == (
        "It is here already with another height, at withers, cm and scar; what is here is kept."
    )
    done = take(farm, tmp_path, *lines, update=True)
    assert (done.created, done.updated) == (0, 1)
    assert said(farm, farm.cow) == {"Height, at withers": Decimal("150"), "Scar": "left"}
    again = plan(farm, tmp_path, *lines, update=True)
    assert (again.create, again.update) == ((), ())
    assert again.duplicates[0].reason == "It is here already."
    undone = importing.take_back(farm.mirror, done.id)
    assert (undone.removed, undone.restored, undone.kept) == (0, 1, ())
    assert said(farm, farm.cow) == {"Scar": "right"}


def test_taking_back_takes_the_own_fields_along(farm: Barn, tmp_path: Path) -> None:
    lines = ("Tag;Height", *(f"{tag};{tag}" for tag in range(100, 160)))
    done = take(farm, tmp_path, *lines)
    assert (done.created, done.updated) == (60, 0)
    tags = by_tag(farm)
    keep_own_fact(farm.mirror, ANIMALS, tags["100"], "Height, at withers", "99")
    keep_own_fact(farm.mirror, ANIMALS, tags["101"], "Scar", "new")
    undone = importing.take_back(farm.mirror, done.id)
    assert undone.removed == 58
    assert [(one.told, one.reason) for one in undone.kept] == [
        ("101", "1 own field was filled in since."),
        ("100, Height, at withers", "It was edited since."),
        ("100", "1 own field was filled in since."),
    ]
    assert {row.entity_id for row in farm.rows(CustomField)} == {tags["100"], tags["101"]}


def test_a_line_that_a_rule_refuses_brings_no_own_field(farm: Barn, tmp_path: Path) -> None:
    before = len(farm.rows(CustomField))
    found = plan(farm, tmp_path, "Tag;Birth date;Arrived;Height", "100;2026-05-31;2026-05-01;9")
    assert (found.create, [one.line for one in found.problems]) == ((), [2])
    good = plan(farm, tmp_path, "Tag;Birth date;Height", "100;2026-05-31;9")
    broken = tuple(
        row if row.of else replace(row, values={**row.values, "arrived_on": date(2026, 5, 1)})
        for row in good.create
    )
    done = importing.carry_out_table(farm.mirror, replace(good, create=broken))
    assert (done.created, done.updated, len(done.refused)) == (0, 0, 1)
    assert len(farm.rows(CustomField)) == before


def test_what_was_chosen_is_remembered_until_the_field_is_gone(farm: Barn, tmp_path: Path) -> None:
    path = tmp_path / "animals.csv"
    path.write_text("Nr;Hoogte\n100;9\n", encoding="utf-8")
    about = importing.with_own(farm.mirror, importing.subject_of("animals"))
    assert HEIGHT in about.names
    assert about.label(HEIGHT) == "Height, at withers, cm"
    headings = importing.read_raw(path).headings
    assert importing.suggested(farm.mirror, about, headings) == {}
    chosen = {"Nr": "tag_number", "Hoogte": HEIGHT}
    importing.remember(farm.mirror, about, headings, chosen)
    assert importing.suggested(farm.mirror, about, headings) == chosen
    first = next(row for row in farm.rows(CustomFieldDefinition) if row.kind is NUMBER)
    saving.remove(farm.mirror, CustomFieldDefinition, first.id)
    about = importing.with_own(farm.mirror, importing.subject_of("animals"))
    assert importing.suggested(farm.mirror, about, headings) == {"Nr": "tag_number"}


def test_flocks_have_theirs_and_other_rows_none(farm: Barn, tmp_path: Path) -> None:
    done = take(farm, tmp_path, "Flock;House light", "Layers;16 h", kind="flocks", update=True)
    assert (done.created, done.updated) == (0, 1)
    assert said(farm, farm.flock, FLOCKS) == {"House light": "16 h"}
    assert farm.rows(Flock)
    groups = importing.subject_of("groups")
    assert importing.with_own(farm.mirror, groups) is groups


def test_two_pcs_that_import_a_file_make_one_row(farm: Barn, tmp_path: Path) -> None:
    lines = ("Tag;Height", "7;9")
    first = plan(farm, tmp_path, *lines, update=True).update
    second = plan(farm, tmp_path, *lines, update=True).update
    assert [row.id for row in first] == [row.id for row in second]
    assert first[0].record is CustomField


def test_an_export_of_everything_brings_own_fields_elsewhere(farm: Barn, tmp_path: Path) -> None:
    keep_own_fact(farm.mirror, ANIMALS, farm.cow, "Height, at withers", "141,5")
    keep_own_fact(farm.mirror, FLOCKS, farm.flock, "House light", "16 h")
    export(farm.mirror, tmp_path / "all")
    with new_mirror(tmp_path / "other.db") as other:
        settle_elsewhere(other)
        values = {"name": "Scar", "kind": TEXT, "subject": ANIMALS}
        saving.add(other, CustomFieldDefinition, values)
        found = importing.plan(other, tmp_path / "all", "everything")
        assert found.problems == ()
        importing.carry_out(other, found)
        there = replace(farm, mirror=other)
        tags = by_tag(there)
        assert said(there, tags["7"]) == {"Height, at withers": Decimal("141.5")}
        (flock,) = there.rows(Flock)
        assert said(there, flock.id, FLOCKS) == {"House light": "16 h"}
        names = sorted(row.name for row in there.rows(CustomFieldDefinition))
        assert names == ["Height, at withers", "House light", "Polled", "Scar", "Seen"]
