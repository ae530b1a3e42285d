"""A vet on a farm, two organizations and one central: the treatment reaches the farm's book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import appointments, farm_visits, merging_clients, saving
from fluffydesk.actions.findings import Finding, findings
from fluffydesk.actions.invoicing import delete_draft
from fluffydesk.actions.stock import move_stock
from fluffydesk.actions.withdrawal import withheld_milk
from fluffydesk.errors import InvalidValue
from fluffydesk.records.clinic import FarmVet, FarmVisitTreatment
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import now, today
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

_TREATMENTS = FarmVisitTreatment.__table__
FOREIGN = ("farm_visits", "farm_visit_treatments", "invoices", "invoice_items", "clinic_clients")


class Both:
    """A clinic's desk and a farm's PC; the farm is a client of the clinic."""

    def __init__(self, central: Any, folder: Path) -> None:
        self.farm = Farm(central, folder / "farm")
        self.clinic = _clinic(central, folder / "clinic")
        self.barn = self.farm.desk(self.farm.member("anna"), "barn-pc")
        self.desk = self.clinic.desk(self.clinic.member("vera", "veterinarian"), "front-desk")
        self.cow = self.farm.cow(self.barn, "17", sex=Sex.FEMALE, official_id="NL 123 456 789")
        self.client = self.desk.add("clinic_clients", full_name="Hill Farm")
        self.desk.sync()

    def named(self, code: str | None = None) -> UUID:
        """The farm enters the clinic's code."""
        values = {"client_code": code or str(self.client)}
        row_id, _ = saving.add(self.barn.mirror, FarmVet, values)
        self.sync()
        return row_id

    def treat(self, **more: Any) -> UUID:
        """The vet treats a cow of the farm, and everybody syncs; returns the treatment."""
        given = {
            "animal_tag": "NL 123456789",
            "reason": "Mastitis",
            "product": "Penicillin",
            "dose": Decimal(20),
            "milk_hours": 96,
            "meat_hours": 336,
            "given_at": now() - timedelta(hours=1),
            **more,
        }
        values = {"client_id": self.client, "findings": "secret of the clinic"}
        visit, _ = farm_visits.record_visit(self.desk.mirror, values, [given])
        self.sync()
        with self.desk.mirror.read() as connection:
            return UUID(str(farm_visits.treatments_of(connection, visit)[0].id))

    def sync(self) -> None:
        for desk in (self.desk, self.barn, self.desk, self.barn):
            desk.sync()

    def answer(self, treatment: UUID) -> str:
        """What central says of the farm's book."""
        row = self.desk.row("farm_visit_treatments", treatment)
        assert row is not None
        return str(row["farm_answer"])

    def close(self) -> None:
        self.farm.close()
        self.clinic.close()


def _clinic(central: Any, folder: Path) -> Farm:
    folder.mkdir()
    made = Farm.__new__(Farm)
    made.central, made.folder, made.desks, made.users = central, folder, {}, {}
    made.id = central.add_organization("Yarrow Vets", "veterinary_clinic")
    return made


@pytest.fixture
def both(central: Any, tmp_path: Path) -> Iterator[Both]:
    (tmp_path / "farm").mkdir()
    made = Both(central, tmp_path)
    yield made
    made.close()


def in_book(barn: Desk, treatment: UUID) -> dict[str, Any]:
    row = barn.row("health_treatments", treatment)
    assert row is not None, "it is not in the farm's book"
    return row


def milk_stays_out(both: Both) -> bool:
    with both.barn.mirror.read() as connection:
        return both.cow in withheld_milk(connection, today(), MilkingSession.EVENING)


def test_a_treatment_is_in_the_farms_book_with_its_clock_until_it_is_voided(both: Both) -> None:
    both.named()
    vet = both.barn.row("farm_vets", _only(both.barn, "farm_vets"))
    assert vet is not None
    assert vet["clinic_name"] == "Yarrow Vets"
    treatment = both.treat(notes="private")
    assert both.answer(treatment) == "Entered in the farm's medicine book."
    row = in_book(both.barn, treatment)
    assert (row["animal_id"], row["product"], row["milk_hours"]) == (both.cow, "Penicillin", 96)
    assert row["milk_until"] == row["given_at"] + timedelta(hours=96)
    assert "Yarrow Vets" in row["veterinarian"]
    assert milk_stays_out(both)
    neither_side_reads_more_of_the_other(both, row)
    farm_visits.correct_treatment(both.desk.mirror, treatment, {"head_count": 1})
    both.sync()
    assert in_book(both.barn, treatment)["head_count"] == 1
    farm_visits.void_treatment(both.desk.mirror, treatment, "It was another cow")
    both.sync()
    assert in_book(both.barn, treatment)["void_reason"] == "It was another cow"
    assert not milk_stays_out(both)


def neither_side_reads_more_of_the_other(both: Both, row: dict[str, Any]) -> None:
    seen = both.barn.contents()
    for table in FOREIGN:
        assert not seen[table], f"the farm sees {table} of the clinic"
    assert not any("private" in str(value) or "secret" in str(value) for value in row.values())
    theirs = both.desk.contents()
    for table in ("livestock", "health_treatments", "farm_vets"):
        assert not theirs[table], f"the clinic sees {table} of the farm"


def test_what_the_farm_cannot_place_is_answered_in_words_and_corrected(both: Both) -> None:
    early = both.treat()
    assert both.answer(early) == "The farm has not named the clinic as its vet."
    vet = both.named()
    treatment = both.treat(animal_tag="NL 999")
    assert both.answer(treatment) == "The farm has no one animal or group of this name."
    assert not both.barn.contents()["health_treatments"]
    farm_visits.correct_treatment(both.desk.mirror, treatment, {"animal_tag": "17"})
    both.sync()
    assert both.answer(treatment) == "Entered in the farm's medicine book."
    assert in_book(both.barn, treatment)["animal_id"] == both.cow
    rule_16_another_animal_is_no_correction(both, treatment)
    rule_16_an_organic_farm_waits_longer(both)
    saving.change(both.barn.mirror, FarmVet, vet, {"ended_on": today()})
    both.sync()
    later = both.treat()
    assert both.answer(later) == "The farm has not named the clinic as its vet."
    assert both.barn.row("health_treatments", later) is None


def rule_16_another_animal_is_no_correction(both: Both, treatment: UUID) -> None:
    """The farm would go on withholding the one it read of, and sell the milk of the other."""
    with pytest.raises(InvalidValue, match="medicine book has it for 17") as refused:
        farm_visits.correct_treatment(both.desk.mirror, treatment, {"animal_tag": "18"})
    assert refused.value.field == "animal_tag"


def rule_16_an_organic_farm_waits_longer(both: Both) -> None:
    both.farm.execute("update organizations set is_organic = true where id = %s", both.farm.id)
    treatment = both.treat()
    row = in_book(both.barn, treatment)
    assert (row["milk_hours"], row["meat_hours"], row["egg_hours"]) == (192, 672, 48)
    farm_visits.correct_treatment(both.desk.mirror, treatment, {"milk_hours": 12})
    both.sync()
    assert in_book(both.barn, treatment)["milk_hours"] == 48


def _only(desk: Desk, table: str) -> UUID:
    [row_id] = desk.contents()[table]
    return UUID(row_id)


def test_what_another_desk_wrote_to_a_merged_card_reaches_the_farm_all_the_same(
    both: Both,
) -> None:
    both.named()
    back = both.clinic.desk(both.clinic.member("will", "staff"), "back-desk")
    other = both.desk.add("clinic_clients", full_name="Hill Farm 2")
    both.sync()
    back.sync()
    merging_clients.merge(both.desk.mirror, both.client, other)
    both.desk.sync()
    treatment = _treated(back, other, "17")
    both.sync()
    assert in_book(both.barn, treatment)["animal_id"] == both.cow
    a_code_of_the_merged_card_is_the_kept_ones(both, other)
    what_was_entered_before_the_merge_is_asked_again(both, back)
    rule_16_another_animal_is_refused_by_central_too(both, back, treatment)
    a_planned_visit_written_down_at_two_desks_is_one_with_what_was_given_at_both(both, back)


def a_code_of_the_merged_card_is_the_kept_ones(both: Both, other: UUID) -> None:
    vet = _only(both.barn, "farm_vets")
    saving.change(both.barn.mirror, FarmVet, vet, {"ended_on": today()})
    both.sync()
    assert both.desk.row("clinic_clients", both.client)["farm_id"] is None
    both.named(str(other))
    assert both.desk.row("clinic_clients", both.client)["farm_id"] == both.farm.id
    assert both.answer(both.treat(animal_tag="17")) == "Entered in the farm's medicine book."


def what_was_entered_before_the_merge_is_asked_again(both: Both, back: Desk) -> None:
    third = back.add("clinic_clients", full_name="Hil Farm")
    back.sync()
    both.desk.sync()
    treatment = _treated(back, third, "17")
    assert both.barn.row("health_treatments", treatment) is None
    merging_clients.merge(both.desk.mirror, both.client, third)
    both.sync()
    assert both.answer(treatment) == "Entered in the farm's medicine book."
    assert in_book(both.barn, treatment)["animal_id"] == both.cow


def rule_16_another_animal_is_refused_by_central_too(
    both: Both, back: Desk, treatment: UUID
) -> None:
    """A desk that has not read that it is in the book may believe that it can be corrected."""
    both.farm.cow(both.barn, "18", sex=Sex.FEMALE)
    both.sync()
    with back.mirror.apply() as connection:
        connection.execute(_TREATMENTS.update().values(is_in_farm_book=False))
    farm_visits.correct_treatment(back.mirror, treatment, {"animal_tag": "18"})
    back.sync()
    [refused] = back.quarantine()
    assert "void it" in refused.message
    resolve.discard(back.mirror, refused.id)
    assert both.answer(treatment) == "Entered in the farm's medicine book."
    row = both.desk.row("farm_visit_treatments", treatment)
    assert row is not None
    assert row["animal_tag"] == "17"


def a_planned_visit_written_down_at_two_desks_is_one_with_what_was_given_at_both(
    both: Both, back: Desk
) -> None:
    """Of one drug more is given than a lot holds: it is in the farm's book by lot (rule 17)."""
    desks = (both.desk, back)
    planned, drug = _planned(both), _two_lots(both)
    settle(both, back)
    given = {"animal_tag": "17", "reason": "Mastitis", "item_id": drug, "milk_hours": 96}
    made = set()
    once, twice = {**given, "dose": Decimal(50)}, {**given, "item_id": None, "dose": Decimal(10)}
    mine = [once, {**twice, "product": "Calcium"}], [{**twice, "product": "calcium"}]
    for desk, said, wrote in zip(desks, ("Hot", "Lame"), mine, strict=True):
        with desk.mirror.read() as connection:
            values = {**farm_visits.planned(connection, planned)[1], "findings": said}
        visit, _ = farm_visits.record_visit(desk.mirror, values, wrote)
        made.add(visit)
    settle(both, back)
    [visit] = made
    for desk in desks:
        assert (desk.quarantine(), desk.conflicts()) == ([], [])
        row = desk.row("farm_visits", visit)
        assert row is not None
        assert sorted(row["findings"].splitlines()) == ["Hot", "Lame"]
        with desk.mirror.read() as connection:
            treatments = farm_visits.treatments_of(connection, visit)
            found = {one.rule: one for one in findings(connection, today())}
        lots = [(row.lot, row.dose) for row in treatments]
        assert sorted(lots, key=str) == [("A", 30), ("B", 20), (None, 10), (None, 10)]
        assert sorted(found) == [16, 23]
        assert "Calcium for 17" in found[16].message
        assert found[23].message.endswith("was billed twice: Call-out and calcium for 17.")
        assert row["invoice_id"] in {one.id for one in found[23].entries}
    two_bills_of_it_are_made_one_and_that_goes_too(both, back, visit, found[23])
    book = [in_book(both.barn, row.id) for row in treatments]
    assert [(row["lot"], row["dose"]) for row in book] == lots


def two_bills_of_it_are_made_one_and_that_goes_too(
    both: Both, back: Desk, visit: UUID, found: Finding
) -> None:
    """A vet may not delete a draft: it is emptied. A manager may."""
    assert found.mend is not None
    assert found.mend.words.endswith("take it off the draft of 60.00.")
    found.mend.job(back.mirror)
    settle(both, back)
    office = both.clinic.desk(both.clinic.member("mila", "manager"), "office")
    office.sync()
    named = office.contents()["farm_visits"][str(visit)]["invoice_id"]
    delete_draft(office.mirror, UUID(str(named)))
    office.sync()
    settle(both, back)
    for desk in (both.desk, back, office):
        assert (desk.quarantine(), desk.conflicts()) == ([], [])
        assert desk.contents()["farm_visits"][str(visit)]["invoice_id"] is None


def _planned(both: Both) -> UUID:
    both.clinic.execute(
        "insert into services (organization_id, name, category, price) "
        "values (%s, 'Call-out', 'farm_visit', 60)",
        both.clinic.id,
    )
    booked = {"client_id": both.client, "scheduled_at": now()}
    [planned] = appointments.book(both.desk.mirror, booked)["appointments"]
    return planned


def _two_lots(both: Both) -> UUID:
    kept = {"name": "Penicillin", "category": "medicine", "unit": StockUnit.LITRE}
    drug, _ = saving.add(both.desk.mirror, FarmInventory, kept)
    for lot, days in (("A", 30), ("B", 60)):
        amount, ends = Decimal("0.030"), today() + timedelta(days=days)
        received = (StockMovement.RECEIPT, amount, today())
        move_stock(both.desk.mirror, drug, *received, lot=lot, expires_on=ends)
    return drug


def settle(both: Both, back: Desk) -> None:
    for _ in range(2):
        both.sync()
        back.sync()


def _treated(desk: Desk, client: UUID, tag: str) -> UUID:
    given = {"animal_tag": tag, "reason": "Mastitis", "product": "P", "dose": Decimal(1)}
    given["given_at"] = now() - timedelta(hours=2)
    visit, _ = farm_visits.record_visit(desk.mirror, {"client_id": client}, [given])
    desk.sync()
    with desk.mirror.read() as connection:
        return UUID(str(farm_visits.treatments_of(connection, visit)[0].id))
