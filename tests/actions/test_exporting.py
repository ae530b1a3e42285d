from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk import workbook
from fluffydesk.actions import saving
from fluffydesk.actions.exporting import MANIFEST, export, export_workbook
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from tests.actions.farm import CATTLE, settle_in
from tests.mirrors import new_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "farm.db") as opened:
        settle_in(opened)
        cow, _ = saving.add(
            opened,
            Livestock,
            {
                "tag_number": "7",
                "name": 'Zoë, "the 2nd"',
                "species_id": CATTLE,
                "calved_on": today(),
                "notes": "a\nb",
            },
        )
        saving.add(opened, MilkProductionLog, {"animal_id": cow, "yield_kg": Decimal("23.5")})
        yield opened


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_there_in_open_form(mirror: Mirror, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"
    paths = export(mirror, folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths)
    assert len(paths) == len(MIRRORED) + 1
    (cow,) = lines(folder / "livestock.csv")
    assert (cow["name"], cow["notes"]) == ('Zoë, "the 2nd"', "a\nb")
    assert cow["species_id_label"] == "Cattle"
    assert cow["created_at"].endswith("Z")
    assert (cow["breed_id"], cow["breed_id_label"]) == ("", "")
    (milking,) = lines(folder / "milk_production_logs.csv")
    assert milking["yield_kg"] == "23.50"
    assert milking["milked_on"] == today().isoformat()
    assert milking["animal_id"] == cow["id"]
    assert milking["animal_id_label"] == '7 · Zoë, "the 2nd"'
    assert milking["session"] == "morning"


def test_the_manifest_names_every_file(mirror: Mirror, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(mirror, folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["organization"]["name"] == "Green Farm"
    assert {entry["table"] for entry in manifest["files"]} == {
        record.__table__.name for record in MIRRORED
    }
    for entry in manifest["files"]:
        content = (folder / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert len(lines(folder / entry["file"])) == entry["rows"]


def test_only_an_earlier_export_is_replaced(mirror: Mirror, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    export(mirror, folder)
    (folder / "letter.txt").write_text("mine")
    saving.add(mirror, Livestock, {"tag_number": "8", "species_id": CATTLE})
    export(mirror, folder)
    assert len(lines(folder / "livestock.csv")) == 2
    assert (folder / "letter.txt").read_text() == "mine"

    other = tmp_path / "other"
    other.mkdir()
    (other / "livestock.csv").write_text("mine")
    with pytest.raises(Refusal, match=r"holds livestock\.csv, which is not from an earlier export"):
        export(mirror, other)
    assert [path.name for path in other.iterdir()] == ["livestock.csv"]
    assert (other / "livestock.csv").read_text() == "mine"


def test_a_file_in_the_way_and_a_foreign_manifest(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Refusal, match="is a file"):
        export(mirror, tmp_path / "file")
    with pytest.raises(Refusal, match="cannot be written"):
        export(mirror, tmp_path / "file" / "below")
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / MANIFEST).write_text('{"name": "a web app"}')
    with pytest.raises(Refusal, match=r"manifest\.json"):
        export(mirror, folder)


def test_what_is_cut_short_leaves_nothing_behind(mirror: Mirror, tmp_path: Path) -> None:
    folder = tmp_path / "out"

    def stop(table: str) -> None:
        if table == "livestock":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(mirror, folder, stop)
    assert list(folder.iterdir()) == []


def test_a_workbook_holds_everything_with_a_sheet_of_contents(
    mirror: Mirror, tmp_path: Path
) -> None:
    (cow,) = _of(mirror, "livestock")
    with mirror.unit("Own field") as unit:
        unit.insert(CustomField, {
            "entity_table": "livestock", "entity_id": cow, "name": "Horns",
            "kind": CustomFieldKind.TEXT, "text_value": "=polled",
        })  # fmt: skip
    path = tmp_path / "all.xlsx"
    total = export_workbook(mirror, path)
    contents = {row[0]: row[1:] for row in workbook.read(path, "Contents")}
    assert contents["Organization"] == ("Green Farm",)
    held = {name: int(row[1]) for name, row in contents.items() if name in _TABLES}
    assert held.keys() == _TABLES
    assert sum(held.values()) == total
    for name, count in held.items():
        if count:
            assert len(list(workbook.read(path, contents[name][0]))) == count + 1, name
    heads, milking = workbook.read(path, "Milkings")
    told = dict(zip(heads, milking, strict=False))
    assert (told["yield_kg"], told["milked_on"]) == ("23.5", today().isoformat())
    assert told["animal_id_label"] == '7 · Zoë, "the 2nd"'
    assert "=polled" in list(workbook.read(path, _title(CustomField)))[1]


_TABLES = {record.__table__.name for record in MIRRORED}


def _title(record: type[Record]) -> str:
    return record.__titles__[1]


def _of(mirror: Mirror, table: str) -> list[UUID]:
    with mirror.read() as connection:
        return [UUID(row[0]) for row in connection.exec_driver_sql(f"select id from {table}")]


def test_each_table_has_a_sheet_of_its_own_name() -> None:
    titles = [_title(record) for record in MIRRORED]
    assert max(map(len, titles)) <= 31
    assert len({title.casefold() for title in titles}) == len(titles)
    assert not set("".join(titles)) & set("[]:*?/\\")
