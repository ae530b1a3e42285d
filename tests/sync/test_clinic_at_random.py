"""Two desks of a clinic do anything to the same papers, apart, and decide anything (13, 17, 23)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.actions import crediting, invoicing, payments, saving
from fluffydesk.actions.deciding import decide
from fluffydesk.actions.farm_visits import record_visit
from fluffydesk.actions.merging_clients import merge, put_right
from fluffydesk.actions.papers import NEEDS, taken_by
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.stock import move_stock
from fluffydesk.errors import Refusal
from fluffydesk.mirror import journal
from fluffydesk.mirror.images import read_image
from fluffydesk.records.clinic import FarmVisit, Prescription
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.sync import follows, resolve
from tests.sync.desks import Desk
from tests.sync.test_two_tills import Clinic

D = Decimal
SIDES = ("mine", "theirs")
ROUNDS = 8
"""After so many rounds of syncing and deciding nothing waits any more."""


@dataclass
class Desks:
    """A clinic whose two desks do what chance says; what was posted is watched."""

    clinic: Clinic
    chance: Random
    posted: dict[UUID, Any] = field(default_factory=dict)
    received: set[UUID] = field(default_factory=set)
    told: list[Refusal] = field(default_factory=list)
    done: int = 0

    def __post_init__(self) -> None:
        front = self.clinic.front.mirror
        self.both = (self.clinic.front, self.clinic.back)
        self.clients = [self.clinic.client, self.clinic.add(ClinicClient, full_name="Tess Hill")]
        pet = {"name": "Mops", "species": "dog"}
        (self.pet,) = register_patient(front, pet, client_id=self.clients[0])["pets"]
        kind = {"category": InventoryCategory.MEDICINE, "unit": StockUnit.COUNT}
        self.item, _ = saving.add(front, FarmInventory, {"name": "Tablets", **kind})
        for lot in ("A", "B"):
            move_stock(front, self.item, StockMovement.RECEIPT, D(40), today(), lot=lot)

    def rows(self, desk: Desk, record: type[Record]) -> list[Any]:
        with desk.mirror.read() as connection:
            table = record.__table__
            return list(connection.execute(select(table).order_by(table.c.id)))

    def one(self, desk: Desk, record: type[Record], **values: Any) -> Any:
        """Return one of the latest rows, so that both desks write to the same; Refusal: none."""
        found = [
            row
            for row in self.rows(desk, record)
            if all(getattr(row, name) == value for name, value in values.items())
        ]
        if not found:
            raise Refusal("There is none.")
        return self.chance.choice(found[-2:])

    def draft(self, desk: Desk) -> Any:
        return self.one(desk, Invoice, status=InvoiceStatus.DRAFT)

    def line(self, desk: Desk) -> Any:
        return self.one(desk, InvoiceItem, invoice_id=self.draft(desk).id)

    def new_line(self) -> invoicing.NewLine:
        chance = self.chance
        item = self.item if chance.random() < 0.4 else None
        price, count = D(chance.choice(("48", "12.10", "0.35"))), D(chance.choice((1, 2, 7)))
        rate = D(chance.choice((0, 9, 21)))
        return invoicing.NewLine("Thing", price, count, rate, stock_item_id=item)

    def start(self, desk: Desk) -> None:
        kind = self.chance.choice((InvoiceKind.INVOICE, InvoiceKind.ESTIMATE))
        values = {"client_id": self.chance.choice(self.clients), "kind": kind}
        invoicing.start_invoice(desk.mirror, values, [self.new_line(), self.new_line()])

    def change(self, desk: Desk) -> None:
        values = ({"quantity": D(5)}, {"price": D("33.33")}, {"tax_rate": D(9)}, {"lot": "B"})
        invoicing.change_line(desk.mirror, self.line(desk).id, self.chance.choice(values))

    def pay(self, desk: Desk) -> None:
        invoice = self.one(desk, Invoice, kind=InvoiceKind.INVOICE)
        with desk.mirror.read() as connection:
            owed = payments.owed_for(connection, invoice.id)
        part = payments.Part(self.chance.choice((owed, D(10))))
        self.received |= {*payments.pay(desk.mirror, invoice.id, part)[0].payments}

    def pay_sum(self, desk: Desk) -> None:
        client, part = self.chance.choice(self.clients), payments.Part(D(30))
        self.received |= {*payments.pay_on_account(desk.mirror, client, part)[0].payments}

    def pay_back(self, desk: Desk) -> None:
        one = self.one(desk, Payment)
        payments.pay_back(desk.mirror, one.id, self.chance.choice((one.amount, D(5))))

    def prescribe(self, desk: Desk) -> None:
        values = {"pet_id": self.pet, "item_id": self.item, "product": "Tablets", "dose": D(1)}
        prescribe(desk.mirror, {**values, "quantity": D(self.chance.choice((2, 9)))}, sure=True)

    def correct(self, desk: Desk) -> None:
        values = ({"quantity": D(4)}, {"quantity": D(0)}, {"lot": "B"}, {"item_id": None})
        paper = self.one(desk, Prescription).id
        saving.change(desk.mirror, Prescription, paper, self.chance.choice(values))

    def visit(self, desk: Desk) -> None:
        course = {"animal_tag": "NL 1", "reason": "Lame", "product": "Tablets", "dose": D(1)}
        course |= {"item_id": self.item, "quantity": D(3)}
        record_visit(desk.mirror, {"client_id": self.chance.choice(self.clients)}, [course])

    def merge(self, desk: Desk) -> None:
        merge(desk.mirror, *self.chance.sample(self.clients, 2))

    def acts(self, desk: Desk) -> list[Callable[[], Any]]:
        """Return what can be done at a desk, the common more often."""
        mirror = desk.mirror
        return [
            *(lambda: self.start(desk), lambda: self.change(desk), lambda: self.pay(desk)) * 2,
            lambda: self.pay_back(desk),
            lambda: self.prescribe(desk),
            lambda: self.correct(desk),
            lambda: self.visit(desk),
            lambda: self.merge(desk),
            lambda: put_right(mirror),
            *(
                lambda: invoicing.add_line(mirror, self.draft(desk).id, self.new_line()),
                lambda: invoicing.remove_line(mirror, self.line(desk).id),
            )
            * 4,
            lambda: invoicing.set_discount(mirror, self.draft(desk).id, D(5)),
            lambda: invoicing.set_discount(mirror, self.draft(desk).id, percent=D("12.5")),
            lambda: self.pay_sum(desk),
            lambda: invoicing.post_invoice(mirror, self.draft(desk).id),
            lambda: invoicing.delete_draft(mirror, self.draft(desk).id),
            lambda: invoicing.accept_estimate(
                mirror, self.one(desk, Invoice, kind=InvoiceKind.ESTIMATE).id
            ),
            lambda: crediting.credit(mirror, self.one(desk, Invoice).id),
            lambda: payments.keep_as_credit(mirror, self.one(desk, Payment).id),
            lambda: saving.remove(mirror, Prescription, self.one(desk, Prescription).id),
            lambda: saving.remove(mirror, FarmVisit, self.one(desk, FarmVisit).id),
        ]

    def work(self, acts: int) -> None:
        """Let the desks do so many things."""
        for _ in range(acts):
            desk = self.chance.choice(self.both)
            try:
                self.chance.choice(self.acts(desk))()
            except Refusal as refusal:
                self.told.append(refusal)
            else:
                self.done += 1

    def settle(self) -> None:
        """Sync and decide until nothing waits."""
        for _ in range(ROUNDS):
            self.clinic.farm.settle()
            self.watch()
            if not any(desk.quarantine() or desk.conflicts() for desk in self.both):
                return
            for desk in self.both:
                self.decide(desk)
        raise AssertionError([(desk.quarantine(), desk.conflicts()) for desk in self.both])

    def decide(self, desk: Desk) -> None:
        """Keep what was received, give up what central refused, and choose any side."""
        for refused in desk.quarantine():
            assert "Central refused" not in refused.message, refused.message
            with desk.mirror.read() as connection:
                if str(refused.id) in resolve.mended(connection):
                    continue  # it goes with the next sync
            kept = self.unsent(desk)
            try:
                for payment in kept:
                    payments.keep_as_credit(desk.mirror, payment)
                if not kept:
                    resolve.discard(desk.mirror, refused.id)
            except Refusal as refusal:  # what is needed by another is given up after that
                self.told.append(refusal)
        while asked := desk.conflicts():
            one, (keep, other) = self.chance.choice(asked), self.chance.sample(SIDES, 2)
            try:
                decide(desk.mirror, one.id, keep)
            except Refusal as refusal:  # others point to it, or what it points to is gone
                self.told.append(refusal)
                decide(desk.mirror, one.id, other)

    def unsent(self, desk: Desk) -> list[UUID]:
        """Return the payments of invoices that central has not."""
        with desk.mirror.read() as connection:
            edits = journal.pending_rows(connection, Payment.__tablename__)
        new = {UUID(id) for (_, id), edit in edits.items() if edit.base is None}
        return [row.id for row in self.rows(desk, Payment) if row.id in new and row.invoice_id]

    def watch(self) -> None:
        """Rule 23: what is posted stays, and no more is paid than it asks for."""
        query = (
            "select id, total >= paid, (number, subtotal, discount, tax, total, issue_date)::text "
            "from invoices where organization_id = %s and status <> 'draft'"
        )
        with self.clinic.farm.central.admin() as connection:
            found = connection.execute(query, (self.clinic.farm.id,)).fetchall()
        now = {id: told for id, _, told in found}
        assert all(fits for _, fits, _ in found)
        assert {id: now.get(id) for id in self.posted} == self.posted
        self.posted = now

    def check(self) -> None:
        """Every mirror is central's; drafts say what their lines do, stores what papers do."""
        self.clinic.farm.assert_quiet()
        with self.clinic.front.mirror.read() as connection:
            for row in connection.execute(select(Invoice.__table__)).all():
                image = read_image(connection, Invoice, str(row.id))
                assert image is not None
                if row.status is InvoiceStatus.DRAFT:
                    assert follows.draft_totals(connection, image).total == row.total
            for record in NEEDS:
                for paper in connection.execute(select(record.__table__.c.id)).scalars():
                    taken = taken_by(connection, record, paper)
                    assert taken is None or taken.fits, (record, paper)
            there = set(connection.execute(select(Payment.__table__.c.id)).scalars())
        assert there >= self.received


@pytest.mark.parametrize("seed", [14])
def test_whatever_two_desks_do_apart_nothing_waits_for_ever_and_all_adds_up(
    shared_central: object, tmp_path: Path, seed: int
) -> None:
    clinic = Clinic(shared_central, tmp_path)
    desks = Desks(clinic, Random(seed))
    for _ in range(2):
        clinic.farm.settle()
        desks.work(30)
        desks.settle()
    desks.check()
    assert desks.done > 15
    assert all(one.message.endswith(".") for one in desks.told)
    clinic.farm.close()
