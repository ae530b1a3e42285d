"""A vet's visit to a farm in one unit of work: treatments, store by lot, withdrawal and draft."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from fluffydesk.actions import appointments, farm_visits, invoicing, saving
from fluffydesk.actions.booked import Taken
from fluffydesk.actions.farm_visits import Charges
from fluffydesk.actions.free_slots import search
from fluffydesk.actions.saving import existing
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import now
from tests.clinic_sample import DAY, ZONE, Sample, fill
from tests.mirrors import new_mirror

LEDGER = InventoryTransaction.__table__
SOON, LATER = date(2026, 6, 1), date(2027, 6, 1)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    """With a penicillin of two lots, 40 mL that expire soon and 200 mL that do not."""
    made = fill(clinic)
    made.ids["drug"], _ = saving.add(
        clinic,
        FarmInventory,
        {"name": "Penicillin", "category": InventoryCategory.MEDICINE, "unit": StockUnit.LITRE},
    )
    for lot, amount, ends in (("A", "0.040", SOON), ("B", "0.200", LATER)):
        receipt = {
            "item_id": made["drug"],
            "moved_on": DAY,
            "movement": "receipt",
            "quantity": Decimal(amount),
            "lot": lot,
            "expires_on": ends,
        }
        saving.add(clinic, InventoryTransaction, receipt)
    call = {"name": "Farm visit", "category": ServiceCategory.FARM_VISIT, "price": Decimal("60.50")}
    made.ids["call"], _ = saving.add(clinic, Service, {**call, "tax_rate": Decimal(21)})
    sold = {"name": "Penicillin", "stock_item_id": made["drug"], "price": Decimal(300)}
    saving.add(clinic, Product, {**sold, "tax_rate": Decimal(9)})
    return made


def injected(sample: Sample, **more: Any) -> dict[str, Any]:
    return {
        "animal_tag": "NL 123",
        "reason": "Mastitis",
        "item_id": sample["drug"],
        "dose": Decimal(20),
        "milk_hours": 96,
        "meat_hours": 336,
        **more,
    }


def visit(clinic: Mirror, sample: Sample, *given: dict[str, Any], **charges: Any) -> UUID:
    values = {
        "client_id": sample["Tomas Reed"],
        "visited_at": sample.at(10),
        "distance_km": Decimal("12.5"),
        "findings": "Left hind quarter swollen",
    }
    row_id, _ = farm_visits.record_visit(clinic, values, given, Charges(**charges))
    return row_id


def rows(clinic: Mirror, table: Any) -> list[Any]:
    with clinic.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.id)))


def left(clinic: Mirror, sample: Sample, lot: str) -> Decimal:
    query = select(func.sum(LEDGER.c.quantity)).where(
        LEDGER.c.item_id == sample["drug"], LEDGER.c.lot == lot
    )
    with clinic.read() as connection:
        return Decimal(connection.execute(query).scalar_one())


def treated(clinic: Mirror, visit_id: UUID) -> list[Any]:
    with clinic.read() as connection:
        return farm_visits.treatments_of(connection, visit_id)


def test_one_unit_writes_treatments_store_and_draft(clinic: Mirror, sample: Sample) -> None:
    with clinic.read() as connection:
        before = connection.exec_driver_sql("select count(*) from units").scalar_one()
    made = visit(clinic, sample, injected(sample), per_km=Decimal("0.60"))
    with clinic.read() as connection:
        after = connection.exec_driver_sql("select count(*) from units").scalar_one()
    assert after == before + 1
    [row] = treated(clinic, made)
    assert (row.product, row.lot, row.lot_expires_on) == ("Penicillin", "A", SOON)
    assert row.quantity == Decimal("0.020")
    assert left(clinic, sample, "A") == Decimal("0.020")
    [invoice] = rows(clinic, Invoice.__table__)
    assert rows(clinic, FarmVisit.__table__)[0].invoice_id == invoice.id
    lines = sorted(rows(clinic, InvoiceItem.__table__), key=lambda one: one.position)
    assert [(one.description, one.quantity, one.lot) for one in lines] == [
        ("Farm visit", 1, None),
        ("Way, km", Decimal("12.5"), None),
        ("Penicillin for NL 123", Decimal("0.02"), "A"),
    ]
    assert invoice.total == Decimal("60.50") + Decimal("7.50") + Decimal("6.00")
    assert invoice.status == "draft"


def test_rule_19_a_planned_visit_takes_the_vets_time_until_it_is_written_down(
    clinic: Mirror, sample: Sample
) -> None:
    vet, farm = sample["Dr Osei Lund"], sample["Tomas Reed"]
    call = {"client_id": farm, "veterinarian_id": vet, "service_id": sample["call"]}
    at = {"scheduled_at": sample.at(13), "ends_at": sample.at(14), "reason": "Lame cows"}
    [booked] = appointments.book(clinic, {**call, **at})["appointments"]
    rex = {"pet_id": sample["Rex"], "veterinarian_id": vet, "scheduled_at": sample.at(13, 30)}
    with pytest.raises(Taken, match="taken by Tomas Reed from 13:00 to 14:00"):
        appointments.book(clinic, rex)
    with clinic.read() as connection:
        [free] = search(
            connection,
            veterinarian_id=vet,
            minutes=20,
            after=sample.at(12, 50),
            zone=ZONE,
            count=1,
        )
        written, values = farm_visits.planned(connection, booked)
    assert free.starts == sample.at(14)
    assert written is None
    assert (values["client_id"], values["reason"]) == (farm, "Lame cows")
    visit_id, _ = farm_visits.record_visit(clinic, values, [injected(sample)])
    with clinic.read() as connection:
        assert existing(connection, Appointment, booked).status == "completed"
        assert farm_visits.planned(connection, booked)[0] == visit_id
    what_is_written_down_of_it_while_it_came_from_another_desk_is_added(clinic, sample, values)
    with pytest.raises(InvalidValue, match="It is not said whose visit it is"):
        appointments.book(clinic, {"scheduled_at": sample.at(16), "veterinarian_id": vet})
    later = {"appointment_id": None, "visited_at": now() + timedelta(days=2)}
    with pytest.raises(InvalidValue, match="still to come") as refused:
        farm_visits.record_visit(clinic, {**values, **later}, [])
    assert "calendar" in refused.value.advice


def what_is_written_down_of_it_while_it_came_from_another_desk_is_added(
    clinic: Mirror, sample: Sample, values: dict[str, Any]
) -> None:
    more = {**values, "findings": "Lame as well", "reason": "Another"}
    made, _ = farm_visits.record_visit(clinic, more, [injected(sample, animal_tag="NL 124")])
    assert [row.animal_tag for row in treated(clinic, made)] == ["NL 123", "NL 124"]
    [row] = rows(clinic, FarmVisit.__table__)
    assert (row.id, row.findings, row.reason) == (made, "Lame as well", "Lame cows")
    [bill] = rows(clinic, Invoice.__table__)
    assert bill.appointment_id == values["appointment_id"]
    lines = [one.description for one in rows(clinic, InvoiceItem.__table__)]
    assert lines == ["Farm visit", "Penicillin for NL 123", "Penicillin for NL 124"]
    with pytest.raises(InvalidValue, match="written down already"):
        saving.add(clinic, FarmVisit, values)


def test_rule_17_the_first_lot_with_enough_is_taken_and_an_expired_one_never(
    clinic: Mirror, sample: Sample
) -> None:
    made = visit(clinic, sample, injected(sample, dose=Decimal(50)))
    assert [row.lot for row in treated(clinic, made)] == ["B"]
    with pytest.raises(InvalidValue, match="Lot A expired on 01 June 2026"):
        visit(
            clinic,
            sample,
            injected(sample, lot="A", lot_expires_on=SOON, given_at=sample.at(9, day=LATER)),
        )


def test_rule_17_more_than_a_lot_holds_is_of_several_each_with_its_lot_in_one_unit(
    clinic: Mirror, sample: Sample
) -> None:
    with clinic.read() as connection:
        before = connection.exec_driver_sql("select count(*) from units").scalar_one()
    calves = {"animal_tag": None, "group_name": "Calves", "head_count": 14, "dose": Decimal(15)}
    made = visit(clinic, sample, injected(sample, **calves))
    with clinic.read() as connection:
        assert connection.exec_driver_sql("select count(*) from units").scalar_one() == before + 1
    written = treated(clinic, made)
    assert [(row.lot, row.head_count, row.dose, row.quantity) for row in written] == [
        ("A", 2, 15, Decimal("0.030")),
        ("A", 1, 10, Decimal("0.010")),  # what was left of A, and the rest of this one's of B
        ("B", 1, 5, Decimal("0.005")),
        ("B", 11, 15, Decimal("0.165")),
    ]
    assert [row.lot_expires_on for row in written] == [SOON, SOON, LATER, LATER]
    assert (left(clinic, sample, "A"), left(clinic, sample, "B")) == (0, Decimal("0.030"))
    lines = sorted(rows(clinic, InvoiceItem.__table__), key=lambda one: one.position)
    assert [(one.quantity, one.lot) for one in lines[1:]] == [
        (row.quantity, row.lot) for row in written
    ]


def test_a_course_of_two_lots_is_withheld_from_its_last_dose_on_whichever_lot(
    clinic: Mirror, sample: Sample
) -> None:
    made = visit(clinic, sample, injected(sample, dose=Decimal(44), doses=5))
    written = treated(clinic, made)
    assert [(row.lot, row.dose, row.doses) for row in written] == [("A", 8, 5), ("B", 36, 5)]
    ends = {farm_visits.free_again(row, "milk") for row in written}
    assert ends == {sample.at(10) + timedelta(hours=4 * 24 + 96)}


def test_rule_13_too_little_in_store_takes_the_whole_visit_back(
    clinic: Mirror, sample: Sample
) -> None:
    with pytest.raises(Refusal):
        visit(clinic, sample, injected(sample), injected(sample, dose=Decimal(900)))
    assert rows(clinic, FarmVisit.__table__) == []
    assert rows(clinic, FarmVisitTreatment.__table__) == []
    assert rows(clinic, Invoice.__table__) == []
    assert left(clinic, sample, "A") == Decimal("0.040")


def test_rule_16_one_animal_or_one_group_and_a_group_says_its_head(
    clinic: Mirror, sample: Sample
) -> None:
    with pytest.raises(InvalidValue, match="Say which animal got it, or which group"):
        visit(clinic, sample, injected(sample, animal_tag=None))
    with pytest.raises(InvalidValue, match="Say which animal got it, or which group"):
        saving_a_treatment_with_both(clinic, sample)
    with pytest.raises(InvalidValue, match="How many animals got it is missing"):
        visit(clinic, sample, injected(sample, animal_tag=None, group_name="Calves"))
    calves = {"animal_tag": None, "group_name": "Calves", "head_count": 4, "dose": Decimal(5)}
    made = visit(clinic, sample, injected(sample, **calves, doses=3))
    assert treated(clinic, made)[0].quantity == Decimal("0.060")


def saving_a_treatment_with_both(clinic: Mirror, sample: Sample) -> None:
    made = visit(clinic, sample, bill=False)
    values = {**injected(sample), "group_name": "Calves", "visit_id": made, "product": "Penicillin"}
    saving.add(clinic, FarmVisitTreatment, values)


def test_rule_16_the_withdrawal_ends_are_those_of_the_planned_course(
    clinic: Mirror, sample: Sample
) -> None:
    made = visit(clinic, sample, injected(sample, doses=3, hours_between=12))
    [row] = treated(clinic, made)
    last = sample.at(10) + timedelta(hours=24)
    assert farm_visits.free_again(row, "milk") == last + timedelta(hours=96)
    assert farm_visits.free_again(row, "meat") == last + timedelta(hours=336)
    assert farm_visits.free_again(row, "egg") is None


def test_voided_with_a_reason_it_goes_back_to_its_lot_and_stays_void(
    clinic: Mirror, sample: Sample
) -> None:
    made = visit(clinic, sample, injected(sample))
    [row] = treated(clinic, made)
    with pytest.raises(InvalidValue, match="The reason is missing"):
        farm_visits.void_treatment(clinic, row.id, "  ")
    farm_visits.void_treatment(clinic, row.id, "Wrong cow")
    assert left(clinic, sample, "A") == Decimal("0.040")
    assert farm_visits.free_again(treated(clinic, made)[0], "milk") is None
    with pytest.raises(InvalidValue, match="This treatment was voided"):
        farm_visits.correct_treatment(clinic, row.id, {"void_reason": None})


def test_corrected_the_store_gets_or_gives_the_difference(clinic: Mirror, sample: Sample) -> None:
    made = visit(clinic, sample, injected(sample))
    [row] = treated(clinic, made)
    farm_visits.correct_treatment(clinic, row.id, {"dose": Decimal(30), "animal_tag": "NL 124"})
    assert left(clinic, sample, "A") == Decimal("0.010")
    assert treated(clinic, made)[0].animal_tag == "NL 124"


def test_a_drug_that_is_not_from_the_store_is_written_down_as_well(
    clinic: Mirror, sample: Sample
) -> None:
    made = visit(clinic, sample, injected(sample, item_id=None, product="Calcium"))
    assert [row.product for row in treated(clinic, made)] == ["Calcium"]
    assert left(clinic, sample, "A") == Decimal("0.040")


def test_the_draft_of_a_visit_is_deleted_and_taken_up_again_as_its_own(
    clinic: Mirror, sample: Sample
) -> None:
    visit(clinic, sample, injected(sample))
    [bill] = rows(clinic, Invoice.__table__)
    gone, _ = invoicing.delete_draft(clinic, bill.id)
    assert rows(clinic, FarmVisit.__table__)[0].invoice_id is None
    assert left(clinic, sample, "A") == Decimal("0.020"), "the treatment took it"
    again, _ = invoicing.take_up_draft(clinic, gone)
    assert rows(clinic, FarmVisit.__table__)[0].invoice_id == again


def test_a_visit_that_is_deleted_gives_its_medicine_back(clinic: Mirror, sample: Sample) -> None:
    """Rules 13 and 16: whatever deletes it; one in a farm's book stays."""
    before = left(clinic, sample, "A")
    made = visit(clinic, sample, injected(sample), bill=False)
    assert left(clinic, sample, "A") == before - Decimal("0.020")
    saving.remove(clinic, FarmVisit, made)
    assert left(clinic, sample, "A") == before
    assert rows(clinic, FarmVisitTreatment.__table__) == []
    made = visit(clinic, sample, injected(sample), bill=False)
    with clinic.apply() as connection:
        connection.exec_driver_sql("update farm_visit_treatments set is_in_farm_book = 1")
    with pytest.raises(Refusal, match="medicine book"):
        saving.remove(clinic, FarmVisit, made)
    assert len(treated(clinic, made)) == 1
