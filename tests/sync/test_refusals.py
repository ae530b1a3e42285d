"""What central refuses is kept and told in words, holds up nothing else, and can be mended."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.errors import NotFound, Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.sync import resolve
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

TEN = datetime(2026, 6, 1, 10, tzinfo=UTC)


@pytest.fixture
def viewer(farm: Farm, barn: Desk) -> Desk:
    """The PC of Vera, who may look and not touch."""
    return farm.desk(farm.member("vera", "viewer"), "viewer-pc")


def refused(desk: Desk) -> resolve.Refused:
    [one] = desk.quarantine()
    return one


def test_a_role_that_may_not(farm: Farm, barn: Desk, viewer: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    viewer.sync()
    viewer.change("livestock", cow, name="Mine")
    report = viewer.sync()
    assert (report.quarantined, report.pushed) == (1, 0)
    one = refused(viewer)
    assert (one.code, one.table, one.row_id) == ("42501", "livestock", cow)
    assert one.message == "Your role may not change animals."
    assert one.title == "Change livestock"
    assert viewer.ledger() == {"quarantined": 1}
    barn.change("livestock", cow, colour="red")
    farm.settle()
    row = viewer.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Mine", "red")
    resolve.discard(viewer.mirror, one.id)
    assert viewer.row("livestock", cow)["name"] == "Bella"  # type: ignore[index]
    assert viewer.ledger() == {"discarded": 1}
    farm.assert_quiet()


def test_an_insert_that_is_discarded_vanishes(farm: Farm, viewer: Desk) -> None:
    cow = viewer.add("livestock", tag_number="1", species_id=farm.species)
    viewer.sync()
    resolve.discard(viewer.mirror, refused(viewer).id)
    assert viewer.row("livestock", cow) is None
    farm.settle()
    farm.assert_quiet()


def test_a_new_role_and_a_retry(farm: Farm, barn: Desk, viewer: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    viewer.sync()
    viewer.change("livestock", cow, name="Berta")
    viewer.sync()
    farm.execute("UPDATE organization_users SET role = 'staff' WHERE role = 'viewer'")
    assert viewer.sync().pushed == 0
    resolve.retry(viewer.mirror, refused(viewer).id)
    assert viewer.waiting() == 1
    assert viewer.sync().pushed == 1
    assert viewer.ledger() == {"applied": 1}
    farm.settle()
    farm.assert_quiet()


def test_what_is_refused_again_keeps_its_id(farm: Farm, barn: Desk, viewer: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    viewer.sync()
    viewer.change("livestock", cow, name="Berta")
    viewer.sync()
    first = refused(viewer)
    resolve.retry(viewer.mirror, first.id)
    assert viewer.quarantine() == []
    assert viewer.sync().quarantined == 1
    assert refused(viewer).id == first.id
    assert viewer.ledger() == {"quarantined": 1}
    resolve.discard(viewer.mirror, first.id)
    assert viewer.ledger() == {"discarded": 1}


def test_what_is_mended_is_tried_again_and_the_rest_was_never_held_up(
    farm: Farm, barn: Desk
) -> None:
    one = barn.add(
        "livestock", tag_number="1", official_id="NL 1", species_id=farm.species, name="One"
    )
    twin = barn.add("livestock", tag_number="2", official_id="NL 1", species_id=farm.species)
    third = barn.add("livestock", tag_number="3", species_id=farm.species)
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (2, 1)
    found = refused(barn)
    assert (found.code, found.column, found.row_id) == ("23505", "official_id", twin)
    assert farm.value("SELECT count(*) FROM livestock WHERE id = any(%s)", [one, third]) == 2
    barn.change("livestock", twin, official_id="NL 2")
    assert barn.sync().quarantined == 0
    assert barn.ledger() == {"applied": 4}
    farm.assert_quiet()


def test_what_refers_to_a_refused_row_waits_with_it(farm: Farm, barn: Desk) -> None:
    farm.cow(barn, "1", official_id="NL 1")
    twin = barn.add("livestock", tag_number="2", official_id="NL 1", species_id=farm.species)
    barn.add("weight_logs", animal_id=twin, weight_kg=Decimal(500))
    calf = barn.add("livestock", tag_number="3", species_id=farm.species, dam_id=twin)
    barn.add("weight_logs", animal_id=calf, weight_kg=Decimal(50))
    report = barn.sync()
    assert (report.quarantined, barn.waiting()) == (1, 3)
    line = Faulty(barn.gateway)
    barn.gateway = line  # type: ignore[assignment]
    barn.sync()
    assert line.calls == 0
    one = refused(barn)
    with barn.mirror.read() as connection:
        needed_by = [row.key for row in resolve.needed_by(connection, one.id)]
    assert Counter(table for table, _ in needed_by) == {"weight_logs": 2, "livestock": 1}
    for also in ((), needed_by[1:]):
        with pytest.raises(Refusal, match="discard th"):
            resolve.discard(barn.mirror, one.id, also)
    barn.change("livestock", twin, official_id=None)
    barn.sync()
    assert farm.value("SELECT count(*) FROM weight_logs") == 2
    assert barn.ledger() == {"applied": 6}
    farm.assert_quiet()


def test_what_needs_a_refused_row_goes_with_it_where_a_person_says_so(
    farm: Farm, barn: Desk
) -> None:
    farm.cow(barn, "1", official_id="NL 1")
    twin = barn.add("livestock", tag_number="2", official_id="NL 1", species_id=farm.species)
    calf = farm.cow(barn, "3", name="Three")
    with barn.mirror.unit("Weigh, and note who calved") as unit:
        unit.insert(WeightLog, {"animal_id": twin, "weight_kg": Decimal(500)})
        unit.update(Livestock, calf, {"dam_id": twin, "name": "Calf"})
    barn.sync()
    one = refused(barn)
    with barn.mirror.read() as connection:
        also = [row.key for row in resolve.needed_by(connection, one.id)]
    resolve.discard(barn.mirror, one.id, also)
    barn.sync()
    assert (barn.waiting(), barn.quarantine()) == (0, [])
    assert barn.row("livestock", calf)["name"] == "Three"  # type: ignore[index]
    assert farm.value("SELECT count(*) FROM weight_logs") == 0
    farm.assert_quiet()


def test_a_call_that_central_cannot_read_is_taken_apart(farm: Farm, barn: Desk) -> None:
    class Stumbling(Faulty):
        def push(self, *call: Any) -> Any:
            sent = [json.loads(parcel) for parcel in call[2]]
            names = [row["values"].get("name") for parcel in sent for row in parcel["rows"]]
            if "bad" in names:
                raise Refusal("Central could not read this.")
            return super().push(*call)

    barn.gateway = Stumbling(barn.gateway)  # type: ignore[assignment]
    for name in ("good", "bad", "better"):
        barn.add("livestock", tag_number=name, name=name, species_id=farm.species)
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (2, 1)
    assert refused(barn).message == "Central refused this animal: Central could not read this."
    assert barn.ledger() == {"applied": 2, "quarantined": 1}


def test_deciding_on_what_is_not_there(barn: Desk, farm: Farm) -> None:
    for decision in (resolve.retry, resolve.discard):
        with pytest.raises(NotFound):
            decision(barn.mirror, farm.id)
    with pytest.raises(NotFound):
        resolve.decide(barn.mirror, farm.id, "mine")


class Clinic(Farm):
    """A clinic with a pet that is its patient."""

    def __init__(self, central: Any, folder: Path) -> None:
        super().__init__(central, folder, "veterinary_clinic")
        self.vet = self.member("vet", "owner")
        self.front = self.desk(self.vet, "front-pc")
        self.pets = [self.patient(self.front, name) for name in ("Rex", "Tom")]
        self.front.sync()

    def patient(self, desk: Desk, name: str) -> UUID:
        """Register a pet as a patient, in one unit of work."""
        with desk.mirror.unit("Register") as unit:
            records = {r: record_for(r) for r in ("pets", "clinic_patients")}
            pet = unit.insert(records["pets"], {"name": name, "species": "Dog"})
            unit.insert(records["clinic_patients"], {"pet_id": pet})
        return pet

    def book(self, desk: Desk, pet: UUID, at: datetime) -> UUID:
        """Book half an hour with the vet."""
        return desk.add(
            "appointments",
            pet_id=pet,
            veterinarian_id=self.users[self.vet],
            scheduled_at=at,
            ends_at=at + timedelta(minutes=30),
        )


def test_a_slot_that_was_taken(central: Any, tmp_path: Path) -> None:
    clinic = Clinic(central, tmp_path)
    back = clinic.desk(clinic.vet, "back-pc")
    clinic.book(clinic.front, clinic.pets[0], TEN)
    late = clinic.book(back, clinic.pets[1], TEN + timedelta(minutes=15))
    other = clinic.book(back, clinic.pets[1], TEN + timedelta(hours=3))
    clinic.front.sync()
    report = back.sync()
    assert (report.pushed, report.quarantined) == (1, 1)
    one = refused(back)
    assert (one.code, one.row_id, one.column) == ("23P01", late, "scheduled_at")
    assert one.message == "That vet already has an appointment at this time."
    noon = TEN + timedelta(hours=2)
    back.change("appointments", late, scheduled_at=noon, ends_at=noon + timedelta(minutes=30))
    clinic.settle()
    assert clinic.value("SELECT count(*) FROM appointments WHERE id = any(%s)", [late, other]) == 2
    clinic.assert_quiet()
    clinic.close()


def test_a_pet_leaves_the_clinic_with_an_edit_unsent(central: Any, tmp_path: Path) -> None:
    clinic = Clinic(central, tmp_path)
    back = clinic.desk(clinic.vet, "back-pc")
    pet = clinic.pets[0]
    # The registrar sees its pet for as long as no link was ever made; an ended link ends that.
    back.change("pets", pet, name="Rex II")
    clinic.execute("UPDATE clinic_patients SET ended_on = current_date WHERE pet_id = %s", pet)
    report = back.sync()
    assert report.quarantined == 1
    one = refused(back)
    assert (one.code, one.row_id) == ("out_of_sight", pet)
    assert back.row("pets", pet) is None
    with pytest.raises(NotFound):
        resolve.retry(back.mirror, one.id)
    clinic.execute("UPDATE clinic_patients SET ended_on = NULL WHERE pet_id = %s", pet)
    back.sync()
    assert back.row("pets", pet)["name"] == "Rex"  # type: ignore[index]
    resolve.retry(back.mirror, one.id)
    clinic.settle()
    assert clinic.value("SELECT name FROM pets WHERE id = %s", pet) == "Rex II"
    clinic.assert_quiet()
    clinic.close()
