"""Rules 17, 18 and 22 where two desks of a clinic worked apart, with a real central between."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.actions import records
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.saving import add
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.vaccinations import vaccinate
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import today
from fluffydesk.ui.screens.reading.records_of_pets import papers
from tests.conftest import fresh_central
from tests.sync.desks import Desk
from tests.sync.farms import Farm


class Clinic:
    """A front desk and a vet's PC, and one dog that both know."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.front = farm.desk(farm.member("fay"), "front-desk")
        self.vet = farm.desk(farm.member("vera", "veterinarian"), "room-1")
        changes = register_patient(
            self.front.mirror,
            {"name": "Biscuit", "species": "Dog"},
            client={"full_name": "Noor Vale"},
        )
        [self.dog] = changes["pets"]
        farm.settle()

    def note(self, desk: Desk, **values: object) -> UUID:
        """Write a note that both have."""
        row_id, _ = records.keep_note(desk.mirror, None, {"pet_id": self.dog, **values})
        self.farm.settle()
        return row_id


@pytest.fixture(scope="module")
def clinic(
    postgres: EmbeddedServer, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    with fresh_central(postgres, migrated) as central:
        farm = Farm(central, tmp_path_factory.mktemp("clinic"), "veterinary_clinic")
        yield Clinic(farm)
        farm.close()


def test_rule_22_an_edit_after_the_signature_is_shown_and_becomes_an_amendment(
    clinic: Clinic,
) -> None:
    """The vet signs; the front desk, offline, corrects the note: nothing of either is lost."""
    first = clinic.note(clinic.front, diagnosis="Otitis", treatment="Drops")
    records.sign(clinic.vet.mirror, first, {"examination": "Ears red"})
    records.keep_note(clinic.front.mirror, first, {"treatment": "Drops, twice a day"})
    clinic.vet.sync()
    report = clinic.front.sync()
    assert report.quarantined == 1
    found = papers(clinic.front.mirror, first)
    assert found is not None
    note = found.note(first)
    assert note is not None
    assert note.late is not None
    assert (note.late["treatment"], note.values["treatment"]) == ("Drops", "Drops, twice a day")
    entry = next(one for one in found.entries if one.id == first)
    assert entry.state == "Edited after signing"
    second, _ = records.amend_instead(clinic.front.mirror, first)
    clinic.farm.settle()
    for desk in (clinic.front, clinic.vet):
        row, amended = desk.row("medical_records", first), desk.row("medical_records", second)
        assert row is not None
        assert amended is not None
        assert (row["treatment"], row["examination"]) == ("Drops", "Ears red")
        assert row["signed_by"] is not None
        assert (amended["treatment"], amended["amends_id"]) == ("Drops, twice a day", first)
        assert amended["examination"] == "Ears red"
        assert amended["signed_at"] is None
    clinic.farm.assert_quiet()


def test_rule_22_an_amendment_of_what_another_desk_signed_arrives(clinic: Clinic) -> None:
    first = clinic.note(clinic.vet, diagnosis="Cough")
    records.sign(clinic.vet.mirror, first, {})
    clinic.farm.settle()
    second, _ = records.amend(clinic.front.mirror, first, {"diagnosis": "Kennel cough"})
    records.sign(clinic.front.mirror, second, {})
    clinic.farm.settle()
    row = clinic.vet.row("medical_records", second)
    assert row is not None
    assert (row["diagnosis"], row["amends_id"]) == ("Kennel cough", first)
    assert row["signed_at"] is not None
    clinic.farm.assert_quiet()


def test_rule_18_two_desks_make_one_reminder_of_the_next_dose(clinic: Clinic) -> None:
    shot = {"pet_id": clinic.dog, "vaccine": "Rabies", "dose_number": 1, "given_on": today()}
    due = {"next_due_on": today().replace(year=today().year + 1, day=1)}
    for desk in (clinic.front, clinic.vet):
        vaccinate(desk.mirror, {**shot, **due})
    clinic.farm.settle()
    count = "SELECT count(*) FROM reminders WHERE pet_id = %s AND title = 'Rabies'"
    assert clinic.farm.value(count, clinic.dog) == 1
    clinic.farm.assert_quiet()


def test_rule_17_what_two_desks_hand_out_leaves_the_store_twice(clinic: Clinic) -> None:
    """Both were handed out: both leave the lot, and the rows of both stand at both desks."""
    kind = {"category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT}
    item, _ = add(clinic.front.mirror, FarmInventory, {"name": "Carprofen 50 mg", **kind})
    receipt = (StockMovement.RECEIPT, Decimal(100), today())
    move_stock(clinic.front.mirror, item, *receipt, lot="A")
    clinic.farm.settle()
    drug = {"pet_id": clinic.dog, "product": "Carprofen 50 mg", "item_id": item}
    dose = {"dose": Decimal(1), "dose_unit": DoseUnit.TABLET, "quantity": Decimal(10)}
    for desk in (clinic.front, clinic.vet):
        prescribe(desk.mirror, {**drug, **dose})
    clinic.farm.settle()
    for desk in (clinic.front, clinic.vet):
        with desk.mirror.read() as connection:
            assert balance(connection, item) == Decimal(80)
    clinic.farm.assert_quiet()
