"""A unit of work is kept whole or not at all, and a link to nowhere is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from fluffydesk.errors import InvalidValue, NotFound, NotSignedIn, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import new_id
from tests.mirrors import COW, KEY, ORGANIZATION, USER

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def animal(mirror: Mirror, **values: object) -> UUID:
    with mirror.unit("Add") as unit:
        return unit.insert(Livestock, {"tag_number": "1", "species_id": COW, **values})


def count(mirror: Mirror, table: str) -> int:
    with mirror.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def test_an_insert_fills_defaults_organization_and_author(mirror: Mirror) -> None:
    id = animal(mirror, weight_kg=Decimal("612.5"), birth_date=date(2020, 2, 29))
    with mirror.read() as connection:
        row = connection.execute(select(Livestock.__table__)).one()
    assert (row.id, row.organization_id, row.updated_by) == (id, ORGANIZATION, USER)
    assert (row.status, row.sex) == (LivestockStatus.ACTIVE, Sex.UNKNOWN)
    assert (row.weight_kg, row.birth_date) == (Decimal("612.5"), date(2020, 2, 29))
    assert (row.updated_device, row.row_version, row.created_at.tzinfo) == ("barn-pc", 1, UTC)


def test_an_insert_of_a_pet_names_its_registrar(mirror: Mirror) -> None:
    with mirror.unit("Register") as unit:
        unit.insert(Pet, {"name": "Rex", "species": "Dog"})
    with mirror.read() as connection:
        assert connection.execute(select(Pet.registered_by)).scalar() == ORGANIZATION


def test_an_exception_takes_everything_back_and_goes_on(mirror: Mirror) -> None:
    made = mirror.recall("units_made")
    with pytest.raises(LookupError, match="half way"), mirror.unit("Add") as unit:  # noqa: PT012
        unit.insert(Livestock, {"tag_number": "1", "species_id": COW})
        raise LookupError("half way")
    assert mirror.recall("units_made") == made
    assert [count(mirror, name) for name in ("livestock", "units", "pending_rows")] == [0, 0, 0]
    assert animal(mirror)


def test_units_made_counts_the_units_that_changed_something(mirror: Mirror) -> None:
    for _ in range(3):
        animal(mirror)
    with mirror.unit("Look only"):
        pass
    assert mirror.recall("units_made") == 3 == count(mirror, "units") == mirror.open_units()


def test_an_update_writes_only_the_columns_given(mirror: Mirror) -> None:
    id = animal(mirror, name="Bella", notes="calm")
    with mirror.unit("Rename") as unit:
        unit.update(Livestock, id, {"name": "Berta"})
    with mirror.read() as connection:
        row = connection.execute(select(Livestock.__table__)).one()
    assert (row.name, row.notes, row.row_version) == ("Berta", "calm", 1)
    assert unit.changes == Changes.of("livestock", id)


def test_what_is_gone_cannot_be_changed_or_deleted(mirror: Mirror) -> None:
    with pytest.raises(NotFound, match="animal is not there"), mirror.unit("x") as unit:
        unit.update(Livestock, new_id(), {"name": "x"})
    with pytest.raises(NotFound), mirror.unit("x") as unit:
        unit.update(Livestock, new_id(), {})
    with pytest.raises(NotFound), mirror.unit("x") as unit:
        unit.delete(Livestock, new_id())


def test_an_id_that_is_there_is_refused(mirror: Mirror) -> None:
    id = animal(mirror)
    with pytest.raises(InvalidValue, match="already there"), mirror.unit("x") as unit:
        unit.insert(Livestock, {"tag_number": "2", "species_id": COW}, id)


def test_central_keeps_its_own_columns(mirror: Mirror) -> None:
    id = animal(mirror)
    for column, value in (("row_version", 9), ("organization_id", new_id()), ("id", new_id())):
        with pytest.raises(ValueError, match=column), mirror.unit("x") as unit:
            unit.update(Livestock, id, {column: value})
    with pytest.raises(ValueError, match="no_such"), mirror.unit("x") as unit:
        unit.insert(Livestock, {"no_such": 1})


def test_a_row_that_others_point_to_cannot_be_deleted(mirror: Mirror) -> None:
    id = animal(mirror)
    with mirror.unit("Milk") as unit:
        for day in (1, 2, 3):
            values = {"animal_id": id, "yield_kg": 20, "milked_on": date(2026, 3, day)}
            unit.insert(MilkProductionLog, values)
    with pytest.raises(Refusal, match="3 milkings point to this animal"), mirror.unit("x") as unit:
        unit.delete(Livestock, id)
    assert count(mirror, "livestock") == 1


def test_children_and_parent_can_go_in_one_unit_in_any_order(mirror: Mirror) -> None:
    id = animal(mirror)
    with mirror.unit("Milk") as unit:
        milking = unit.insert(MilkProductionLog, {"animal_id": id, "yield_kg": 20})
    with mirror.unit("Delete both") as unit:
        unit.delete(Livestock, id)
        unit.delete(MilkProductionLog, milking)
    assert count(mirror, "livestock") == 0
    with mirror.unit("Child first") as unit:
        calf = new_id()
        unit.insert(MilkProductionLog, {"animal_id": calf, "yield_kg": 20})
        unit.insert(Livestock, {"tag_number": "2", "species_id": COW}, calf)
    assert count(mirror, "livestock") == 1


def test_a_link_to_nowhere_is_refused_at_its_field(mirror: Mirror) -> None:
    with pytest.raises(Refusal, match="dam chosen for this animal") as caught:
        animal(mirror, dam_id=new_id())
    assert caught.value.field == "dam_id"


def test_an_old_link_to_an_unseen_row_does_not_hinder_other_edits(mirror: Mirror) -> None:
    id = animal(mirror)
    with mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET dam_id = 'unseen'")
    with mirror.unit("Rename") as unit:
        unit.update(Livestock, id, {"name": "Berta"})
    assert unit.changes
    assert mirror.dangling() == {("livestock", "livestock"): 1}


def pet(mirror: Mirror, *, patient: bool) -> tuple[UUID, UUID | None]:
    with mirror.unit("Register") as unit:
        id = unit.insert(Pet, {"name": "Rex", "species": "Dog"})
        link = unit.insert(ClinicPatient, {"pet_id": id}) if patient else None
    return id, link


def test_only_a_patient_can_be_booked(mirror: Mirror) -> None:
    stranger, _ = pet(mirror, patient=False)
    booking = {"scheduled_at": NINE, "ends_at": TEN}
    with pytest.raises(Refusal, match="pet chosen") as caught, mirror.unit("Book") as unit:
        unit.insert(Appointment, {"pet_id": stranger, **booking})
    assert caught.value.field == "pet_id"
    known, _ = pet(mirror, patient=True)
    with mirror.unit("Book") as unit:
        unit.insert(Appointment, {"pet_id": known, **booking})
    assert count(mirror, "appointments") == 1


def test_a_patient_with_appointments_cannot_be_struck_off(mirror: Mirror) -> None:
    id, link = pet(mirror, patient=True)
    assert link is not None
    with mirror.unit("Book") as unit:
        unit.insert(Appointment, {"pet_id": id, "scheduled_at": NINE, "ends_at": TEN})
    with (
        pytest.raises(Refusal, match="1 appointment points to this patient"),
        mirror.unit("Strike off") as unit,
    ):
        unit.delete(ClinicPatient, link)


def test_many_rows_go_in_at_once(mirror: Mirror) -> None:
    with mirror.unit("Import") as unit:
        rows = [{"tag_number": str(n), "species_id": COW} for n in range(1000)]
        ids = unit.insert_many(Livestock, rows)
        assert unit.insert_many(Livestock, []) == []
    assert unit.changes == Changes.of("livestock", ids)
    assert count(mirror, "pending_rows") == len(set(ids)) == 1000


def test_a_save_waits_for_the_disk_and_what_central_has_need_not(mirror: Mirror) -> None:
    def pragmas(connection: Connection) -> list[int]:
        names = ("synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    full, normal = 2, 1
    with mirror.unit("x") as unit:
        assert pragmas(unit.connection) == [full, 1]
    with mirror.apply() as connection:
        assert pragmas(connection) == [normal, 0]
    with mirror.apply(durable=True) as connection:
        assert pragmas(connection) == [full, 0]


def pages_written(mirror: Mirror, write: Callable[[], object]) -> int:
    """Return how many pages a transaction appends to the write-ahead log."""
    log = mirror.path.with_name(f"{mirror.path.name}-wal")
    mirror._driver.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchall()
    write()
    return (log.stat().st_size - 32) // (4096 + 24)


def test_the_journal_adds_few_pages_to_a_save(mirror: Mirror) -> None:
    """The unit, its row with the base, the unit's place in the index, the count of units."""
    id = animal(mirror)

    def plainly() -> None:
        with mirror.apply() as connection:
            connection.exec_driver_sql("UPDATE livestock SET tag_number = '2'")

    def saved() -> None:
        with mirror.unit("Change") as unit:
            unit.update(Livestock, id, {"tag_number": "3"})

    assert pages_written(mirror, saved) <= pages_written(mirror, plainly) + 4


def test_a_second_save_of_a_kind_is_not_compiled_again(mirror: Mirror) -> None:
    for n in range(200):
        mirror._driver.execute(f"SELECT {n}")  # as much as a few screens ask for
    compiled: list[str] = []

    def note(action: int, name: str | None, *_: object) -> int:
        compiled.append(f"{action} {name}")
        return 0

    mirror._driver.set_authorizer(note)
    for n in range(3):
        id = animal(mirror)
        with mirror.unit("Change") as unit:
            unit.update(Livestock, id, {"tag_number": str(n)})
        assert count(mirror, "livestock") == n + 1
        if n == 1:
            compiled.clear()
    assert {one for one in compiled if not one.startswith("22 ")} == set()  # BEGIN and COMMIT


def test_a_unit_holds_the_right_to_write_before_it_reads(mirror: Mirror) -> None:
    """Else another process could write in between, and the unit would fail at its first write."""
    said: list[str] = []
    mirror._driver.set_trace_callback(said.append)
    with mirror.unit("x"):
        pass
    mirror._driver.set_trace_callback(None)
    assert next(s for s in said if not s.startswith("PRAGMA")) == "BEGIN IMMEDIATE"


def test_without_an_author_there_is_no_unit(tmp_path: Path) -> None:
    with (
        Mirror.open(tmp_path / "new.db", KEY) as mirror,
        pytest.raises(NotSignedIn),
        mirror.unit("x"),
    ):
        pytest.fail("the unit was opened")


def test_one_transaction_at_a_time(mirror: Mirror) -> None:
    with mirror.read(), pytest.raises(RuntimeError, match="within a read"), mirror.unit("x"):
        pytest.fail("a second transaction began")
    assert animal(mirror)


def test_changes_add_up() -> None:
    first, second = new_id(), new_id()
    both = Changes.of("pets", first) | Changes.of("pets", [second]) | Changes({"rooms": []})
    assert both == {"pets": frozenset({first, second})}
    assert not Changes({"pets": []})
    assert hash(both) == hash(Changes({"pets": {second, first}}))
