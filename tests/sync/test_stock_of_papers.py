"""What a paper took from a store, after two desks corrected it apart (rules 13 and 17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.deciding import decide
from fluffydesk.actions.farm_visits import Charges, correct_treatment, record_visit
from fluffydesk.actions.findings import counts, drugs
from fluffydesk.actions.invoicing import NewLine, delete_draft, start_invoice
from fluffydesk.actions.papers import NEEDS
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.taken import keys, movements
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.vaccinations import vaccinate
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment, PetVaccination, Prescription
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.test_two_tills import Clinic

D = Decimal


@dataclass
class Shelf:
    """A clinic with two desks, a pet, and two drugs of two lots each."""

    clinic: Clinic
    pet: UUID = field(init=False)
    items: list[UUID] = field(init=False)

    def __post_init__(self) -> None:
        clinic, front = self.clinic, self.clinic.front.mirror
        self.desks = (clinic.front, clinic.back)
        pet = {"name": "Mops", "species": "dog"}
        (self.pet,) = register_patient(front, pet, client_id=clinic.client)["pets"]
        self.items = [self.item(), self.item()]

    def item(self, each: int = 5000) -> UUID:
        """Add a drug with so much in each of two lots."""
        front = self.clinic.front.mirror
        kind = {"category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT}
        made, _ = saving.add(front, FarmInventory, {"name": "Tablets", **kind})
        for lot in ("A", "B"):
            on = today() - timedelta(days=9)
            move_stock(front, made, StockMovement.RECEIPT, D(each), on, lot=lot)
        self.clinic.farm.settle()
        return made

    def prescribed(self, quantity: int, **values: Any) -> UUID:
        given = {"pet_id": self.pet, "item_id": self.items[0], "product": "Tablets", "dose": D(1)}
        front = self.clinic.front.mirror
        return prescribe(front, {**given, "quantity": D(quantity), **values})[0]

    def treated(self, item: UUID, quantity: int) -> UUID:
        """Write down a visit to a farm at which so much of a lot was given, and return its id."""
        course = {
            "animal_tag": "NL 1", "reason": "Lame", "product": "Tablets", "item_id": item,
            "dose": D(1), "quantity": D(quantity), "lot": "A",
        }  # fmt: skip
        client = {"client_id": self.clinic.client}
        front = self.clinic.front.mirror
        return record_visit(front, client, [course], Charges(bill=False))[0]

    def meet(self, *, first: int = 0) -> None:
        self.desks[first].sync()
        self.clinic.farm.settle()

    def left(self, item: UUID) -> list[Decimal]:
        """Return what is in store on both desks and at central."""
        found = []
        for desk in self.desks:
            with desk.mirror.read() as connection:
                found.append(balance(connection, item))
        total = "select sum(quantity) from inventory_transactions where item_id = %s"
        return [*found, self.clinic.farm.value(total, item)]

    def told(self, desk: Desk) -> list[str]:
        with desk.mirror.read() as connection:
            checks = (drugs.given, counts.stores)
            return [one.message for check in checks for one in check(connection, None)]


@pytest.fixture(scope="module")
def shelf(shared_central: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    clinic = Clinic(shared_central, tmp_path_factory.mktemp("papers"))
    yield Shelf(clinic)
    clinic.farm.close()


@pytest.mark.parametrize(("deleted", "keep"), [(False, "mine"), (True, "mine"), (True, "theirs")])
def test_a_prescription_corrected_at_two_desks_takes_what_is_decided(
    shelf: Shelf, keep: str, deleted: bool
) -> None:
    """30 of two lots were handed out: 25 or 35 are, or it is deleted and 35 are."""
    item = shelf.item(20)
    paper = shelf.prescribed(30, item_id=item)
    shelf.clinic.farm.settle()
    front, back = shelf.desks
    if deleted:
        saving.remove(front.mirror, Prescription, paper)
    else:
        saving.change(front.mirror, Prescription, paper, {"quantity": D(25)})
    saving.change(back.mirror, Prescription, paper, {"quantity": D(35)})
    shelf.meet()
    # Nobody is asked about the store; until it is decided, what central has of the paper counts.
    [asked] = back.conflicts()
    assert (front.conflicts(), asked.table) == ([], "prescriptions")
    theirs = 0 if deleted else 25
    assert set(shelf.left(item)) == {D(40 - theirs)}
    decide(back.mirror, asked.id, keep)
    taken = 35 if keep == "mine" else theirs
    with back.mirror.read() as connection:
        assert balance(connection, item) == 40 - taken
    shelf.meet()
    assert set(shelf.left(item)) == {D(40 - taken)}
    assert [shelf.told(desk) for desk in shelf.desks] == [[], []]
    shelf.clinic.farm.assert_quiet()


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_paper_waits_with_what_it_belongs_to_and_the_store_with_both(
    shelf: Shelf, keep: str
) -> None:
    """A visit and a draft are deleted at one desk, and get other words at the other."""
    item = shelf.item(20)
    front, back = shelf.desks
    client = {"client_id": shelf.clinic.client}
    visit = shelf.treated(item, 5)
    line = NewLine("Tablets", D("0.50"), D(4), stock_item_id=item, lot="A")
    draft, _ = start_invoice(front.mirror, client, [line])
    shelf.clinic.farm.settle()
    saving.remove(front.mirror, FarmVisit, visit)
    delete_draft(front.mirror, draft)
    saving.change(back.mirror, FarmVisit, visit, {"findings": "By the barn"})
    saving.change(back.mirror, Invoice, draft, {"notes": "By transfer"})
    shelf.meet()
    assert set(shelf.left(item)) == {D(40)}
    for asked in back.conflicts():
        decide(back.mirror, asked.id, keep)
    shelf.meet()
    assert set(shelf.left(item)) == {D(31 if keep == "mine" else 40)}
    shelf.clinic.farm.assert_quiet()


def test_a_paper_that_is_kept_goes_all_the_same_with_what_it_belongs_to(shelf: Shelf) -> None:
    item = shelf.item(20)
    front, back = shelf.desks
    visit = shelf.treated(item, 3)
    shelf.clinic.farm.settle()
    with back.mirror.read() as connection:
        table = FarmVisitTreatment.__table__.c
        treatment = connection.scalars(select(table.id).where(table.visit_id == visit)).one()
    saving.remove(front.mirror, FarmVisit, visit)
    saving.change(back.mirror, FarmVisit, visit, {"findings": "By the barn"})
    correct_treatment(back.mirror, treatment, {"quantity": D(5)})
    shelf.meet()
    asked = {one.table: one.id for one in back.conflicts()}
    decide(back.mirror, asked["farm_visit_treatments"], "mine")
    assert shelf.left(item)[1] == D(35)
    decide(back.mirror, asked["farm_visits"], "theirs")
    shelf.meet()
    assert set(shelf.left(item)) == {D(40)}
    assert (back.conflicts(), back.quarantine()) == ([], [])
    shelf.clinic.farm.assert_quiet()


def _edit(shelf: Shelf, desk: Desk, chance: Random, record: type[Record], paper: UUID) -> None:
    """Change or delete a paper at random, as a person at that desk might."""
    names: dict[type[Record], tuple[str, ...]] = {
        Prescription: ("quantity", "lot", "prescribed_on", "item_id"),
        PetVaccination: ("lot", "given_on", "item_id"),
        FarmVisitTreatment: ("quantity", "lot", "item_id", "void_reason"),
        InvoiceItem: ("quantity", "lot", "stock_item_id"),
    }
    values: dict[str, list[Any]] = {
        "quantity": [D(0), D(3), D(15), D(20)],
        "lot": ["A", "B"],
        "item_id": [None, *shelf.items],
        "stock_item_id": [None, *shelf.items],
        "void_reason": ["It was another cow"],
        "prescribed_on": [today() - timedelta(days=n) for n in range(3)],
        "given_on": [today() - timedelta(days=n) for n in range(3)],
    }
    if chance.random() < 0.2:
        saving.remove(desk.mirror, record, paper)
        return
    for _ in range(chance.choice((0, 1, 1, 2))):
        name = chance.choice(names[record])
        given = {name: chance.choice(values[name])}
        if record is InvoiceItem and name == "quantity":
            given |= {"line_total": given[name] * D("0.5"), "tax": D(0)}
        saving.change(desk.mirror, record, paper, given)


def _decide(desk: Desk, chance: Random) -> None:
    for refused in desk.quarantine():
        resolve.discard(desk.mirror, refused.id)
    while asked := desk.conflicts():
        assert all(one.table != "inventory_transactions" for one in asked)
        how = chance.choice((decide, resolve.decide))  # the next sync has the store follow as well
        how(desk.mirror, chance.choice(asked).id, chance.choice(("mine", "theirs")))


def _papers(shelf: Shelf, each: int) -> list[tuple[type[Record], UUID]]:
    front, item = shelf.clinic.front.mirror, shelf.items[0]
    papers: list[tuple[type[Record], UUID]] = []
    for number in range(each):
        papers.append((Prescription, shelf.prescribed(10)))
        shot = {"pet_id": shelf.pet, "vaccine": f"Vaccine {number}", "item_id": item, "lot": "A"}
        papers.append((PetVaccination, vaccinate(front, shot)[0]))
    course = {
        "animal_tag": "NL 1", "reason": "Lame", "product": "Tablets", "item_id": item,
        "dose": D(1), "quantity": D(10), "lot": "A",
    }  # fmt: skip
    record_visit(front, {"client_id": shelf.clinic.client}, [course] * each)
    line = NewLine("Tablets", D("0.50"), D(10), stock_item_id=item, lot="A")
    start_invoice(front, {"client_id": shelf.clinic.client}, [line] * each)
    for record in (FarmVisitTreatment, InvoiceItem):
        rows = shelf.clinic.front.contents()[record.__tablename__]
        own = [id for id, row in rows.items() if row.get("lot") and row.get("stock_item_id", 1)]
        papers += [(record, UUID(id)) for id in sorted(own)[-each:]]
    shelf.clinic.farm.settle()
    return papers


@pytest.mark.parametrize("seed", [43])
def test_whatever_two_desks_do_to_papers_the_store_is_what_these_say(
    shelf: Shelf, seed: int
) -> None:
    chance = Random(seed)
    papers = _papers(shelf, 5)
    for record, paper in papers:
        for desk in shelf.desks:
            _edit(shelf, desk, chance, record, paper)
    shelf.meet(first=chance.randrange(2))
    while any(desk.quarantine() or desk.conflicts() for desk in shelf.desks):
        for desk in shelf.desks:
            _decide(desk, chance)
        shelf.meet()
    shelf.clinic.farm.assert_quiet()
    for record, paper in papers:
        says = set()
        for desk in shelf.desks:
            with desk.mirror.read() as connection:
                row = row_of(connection, record, paper)
                need = None if row is None else NEEDS[record](connection, row)
                took = -sum(one.quantity for one in movements(connection, record, paper))
                says.add((need.quantity if need else D(0), took))
        ids = keys(record, paper)
        total = "select coalesce(-sum(quantity), 0) from inventory_transactions where id = any(%s)"
        [(said, took)] = says
        assert said == took == shelf.clinic.farm.value(total, ids), (record, paper)
    assert [shelf.told(desk) for desk in shelf.desks] == [[], []]
