"""An export of everything is read into another organization, and its figures are the same."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from fluffydesk import workbook
from fluffydesk.actions import importing, saving
from fluffydesk.actions.attachments import File, attach, content_of
from fluffydesk.actions.conventions import choose
from fluffydesk.actions.exporting import MANIFEST, export, export_workbook
from fluffydesk.actions.findings.aside import FINDINGS
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import mirrored_by
from fluffydesk.records.enums import OrgType, Sex
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.organizations import Organization
from fluffydesk.records.reviews import Attachment, CustomField
from fluffydesk.records.types import now
from tests.actions.barn import Barn, days_ago
from tests.actions.farm import CATTLE, settle_in
from tests.mirrors import new_mirror

KIND = "everything"
PEDIGREE = b"%PDF-1.7 of a pedigree"


OTHER = UUID("0197f000-0000-7000-8000-00000000fa77")


def settle_elsewhere(mirror: Mirror) -> None:
    """Make a mirror that of another farm, which has nothing yet."""
    settle_in(mirror, device="Office PC")
    organization = mirror.recall("organization")
    mirror.remember(organization={**organization, "id": str(OTHER), "name": "Hill Farm"})
    with mirror.apply() as connection:
        farm = to_image(Organization, {"id": OTHER, "name": "Hill Farm"})
        write_images(connection, Organization, [farm])


@pytest.fixture
def farm(barn: Barn, tmp_path: Path) -> tuple[Mirror, Path]:
    """The barn with some of everything, and its export."""
    mirror = barn.mirror
    calf = {"tag_number": "9", "species_id": CATTLE, "birth_date": days_ago(40)}
    attach(mirror, barn.cow, File("Pedigree", PEDIGREE))
    young, _ = saving.add(mirror, Livestock, {**calf, "dam_id": barn.cow, "sire_id": barn.bull})
    pen, _ = saving.add(mirror, LivestockBatch, {"name": "Calves", "species_id": CATTLE})
    saving.change(mirror, Livestock, young, {"batch_id": pen})
    for n in range(3):
        day = {"animal_id": barn.cow, "milked_on": days_ago(n)}
        saving.add(mirror, MilkProductionLog, {**day, "yield_kg": Decimal("23.45")})
    given = now() - timedelta(days=1)
    saving.add(mirror, HealthTreatment, {
        "animal_id": barn.cow, "given_at": given, "last_dose_at": given, "product": "Mastocure",
        "reason": "mastitis", "dose": Decimal(10), "milk_hours": 96, "notes": "=1+1\nsecond line",
    })  # fmt: skip
    with mirror.unit("Own field") as unit:
        unit.insert(CustomField, {
            "entity_table": "livestock", "entity_id": young, "name": "Horns",
            "kind": CustomFieldKind.TEXT, "text_value": "polled",
        })  # fmt: skip
        unit.insert(CustomField, {
            "entity_table": FINDINGS, "entity_id": UUID(int=1), "name": "Set aside",
            "text_value": "Counted twice",
        })  # fmt: skip
    # A dam that is younger in the books than her calf: she still comes in before it.
    late, _ = saving.add(mirror, Livestock, {
        "tag_number": "10", "species_id": CATTLE, "sex": Sex.FEMALE, "birth_date": days_ago(900),
    })  # fmt: skip
    saving.change(mirror, Livestock, young, {"dam_id": late})
    export(mirror, tmp_path / "out")
    return mirror, tmp_path / "out"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "other.db") as mirror:
        settle_elsewhere(mirror)
        yield mirror


def figures(mirror: Mirror) -> dict[str, Any]:
    """Return what a farm counts by: rows of each table, milk, weights, who descends from whom."""
    found: dict[str, Any] = {}
    with mirror.read() as connection:
        for record in mirrored_by(OrgType.FARM):
            if "organization_id" in record.__table__.c:
                query = select(func.count()).select_from(record.__table__)
                found[record.__table__.name] = connection.execute(query).scalar()
        milk = MilkProductionLog.__table__.c
        rows = connection.execute(select(milk.milked_on, milk.yield_kg))
        for row in rows.all():
            key = f"milk {row.milked_on:%Y-%m}"
            found[key] = found.get(key, Decimal(0)) + row.yield_kg
        one, dam = Livestock.__table__.alias(), Livestock.__table__.alias()
        kin = select(one.c.tag_number, dam.c.tag_number).join(dam, one.c.dam_id == dam.c.id)
        found["dams"] = sorted(tuple(row) for row in connection.execute(kin))
        given = HealthTreatment.__table__.c
        until = select(given.product, given.given_at, given.milk_until, given.meat_until)
        found["withdrawal"] = sorted(str(tuple(row)) for row in connection.execute(until))
    return found


def test_what_was_exported_comes_back_with_the_same_figures(
    farm: tuple[Mirror, Path], other: Mirror
) -> None:
    """Rule 27: the same export a second time creates nothing new, and all can be taken back."""
    mirror, folder = farm
    plan = importing.plan(other, folder, KIND)
    assert plan.problems == ()
    assert {text.split()[1] for text in plan.unread} == {"organizations", "livestock_species"}
    done = importing.carry_out(other, plan)
    assert done.refused == ()
    assert figures(other) == figures(mirror)
    with other.read() as connection:
        fields = connection.execute(select(CustomField.__table__)).all()
        own, aside = sorted(fields, key=lambda one: one.entity_table, reverse=True)
        assert (aside.entity_id, aside.text_value) == (UUID(int=1), "Counted twice")
        young = select(Livestock.__table__.c.id).where(Livestock.__table__.c.tag_number == "9")
        assert own.entity_id == connection.execute(young).scalar_one()
        noted = connection.execute(select(HealthTreatment.__table__.c.notes)).scalar_one()
        (paper,) = connection.execute(select(Attachment.__table__.c.id)).scalars()
        assert content_of(connection, paper) == PEDIGREE
    assert noted == "=1+1\nsecond line"
    again = importing.plan(other, folder / "manifest.json", KIND)
    assert (again.create, len(again.duplicates)) == ({}, done.created)
    undone = importing.take_back(other, done.id)
    # The treatment stays in the medicine book, void, and with it the cow.
    assert [(one.told.split(",")[0], one.reason) for one in undone.kept] == [
        ("livestock", "1 row of treatments belongs to it.")
    ]
    assert figures(other)["milk_production_logs"] == 0


def test_in_its_own_organization_it_brings_back_what_was_lost(farm: tuple[Mirror, Path]) -> None:
    mirror, folder = farm
    assert importing.plan(mirror, folder, KIND).create == {}
    milk = MilkProductionLog.__table__.c
    with mirror.read() as connection:
        lost = connection.execute(select(milk.id).limit(1)).scalar_one()
    with mirror.unit("A slip") as unit:
        unit.delete(MilkProductionLog, lost)
    plan = importing.plan(mirror, folder, KIND)
    assert [row.id for batch in plan.batches for row in batch.rows] == [lost]
    importing.carry_out(mirror, plan)
    assert importing.plan(mirror, folder, KIND).create == {}


def test_a_file_that_was_changed_since_is_refused(
    farm: tuple[Mirror, Path], other: Mirror, tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(farm[1], folder)
    with (folder / "livestock.csv").open("a", encoding="utf-8") as file:
        file.write("x\n")
    with pytest.raises(Refusal, match=r"livestock\.csv was changed since"):
        importing.plan(other, folder, KIND)
    (folder / "livestock.csv").unlink()
    with pytest.raises(NotFound, match=r"no livestock\.csv"):
        importing.plan(other, folder, KIND)
    (folder / "manifest.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(Refusal, match="not of an export"):
        importing.plan(other, folder, KIND)
    with pytest.raises(NotFound, match=r"no manifest\.json"):
        importing.plan(other, tmp_path, KIND)


def test_a_viewer_reads_nothing_in(farm: tuple[Mirror, Path], other: Mirror) -> None:
    other.remember(organization={**other.recall("organization"), "role": "viewer"})
    plan = importing.plan(other, farm[1], KIND)
    assert plan.create == {}
    assert any(text.startswith("table livestock ") for text in plan.unread)


def test_days_in_milk_go_out_as_the_farm_counts_them_and_come_back_as_they_were(
    farm: tuple[Mirror, Path], tmp_path: Path
) -> None:
    mirror, _ = farm
    choose(mirror, UUID(mirror.recall("organization")["id"]), {"calving_day": 1})
    logs = MilkProductionLog.__table__
    with mirror.read() as connection:
        one = connection.execute(select(logs.c.id).limit(1)).scalar_one()
    saving.change(mirror, MilkProductionLog, one, {"days_in_milk": 41})
    export(mirror, tmp_path / "counted")
    export_workbook(mirror, tmp_path / "all.xlsx")
    assert json.loads((tmp_path / "counted" / MANIFEST).read_text())["calving_day"] == 1
    with (tmp_path / "counted" / f"{logs.name}.csv").open(encoding="utf-8", newline="") as file:
        said = {line["id"]: line["days_in_milk"] for line in csv.DictReader(file)}
    assert said[str(one)] == "42"
    contents = {row[0]: row[1] for row in workbook.read(tmp_path / "all.xlsx", "Contents")}
    assert contents["Day in milk of the calving"] == "1"
    head, *rows = workbook.read(tmp_path / "all.xlsx", MilkProductionLog.__titles__[1])
    assert "42" in [row[head.index("days_in_milk")] for row in rows]
    with mirror.unit("Lost") as unit:
        unit.delete(MilkProductionLog, one)
    importing.carry_out(mirror, importing.plan(mirror, tmp_path / "counted", KIND))
    with mirror.read() as connection:
        back = connection.execute(select(logs.c.days_in_milk).where(logs.c.id == one))
        assert back.scalar_one() == 41


def test_a_file_that_was_attached_and_changed_since_is_refused(
    farm: tuple[Mirror, Path], other: Mirror
) -> None:
    (paper,) = (farm[1] / "files").iterdir()
    assert (paper.suffix, paper.read_bytes()) == (".pdf", PEDIGREE)
    paper.write_bytes(PEDIGREE + b"!")
    with pytest.raises(Refusal, match=rf"files/{paper.name} was changed since"):
        importing.plan(other, farm[1], KIND)
