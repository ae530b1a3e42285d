"""What is done to an invoice on the Money screen, each with its window and its notice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from fluffydesk.actions import invoicing, payments
from fluffydesk.actions.crediting import Credited, credit
from fluffydesk.actions.invoicing import Deleted, NewLine
from fluffydesk.actions.payments import Paid, Part
from fluffydesk.actions.tills import Cash, close_till
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.money import pence
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.desk_ask import Ask, Field, Off, money_of
from fluffydesk.ui.screens.desk_pay import METHODS
from fluffydesk.ui.screens.desk_start import Start
from fluffydesk.ui.screens.desk_taken import Taken, name_till, till_here
from fluffydesk.ui.screens.reading.invoices import Bill, BillLine, PaymentLine
from fluffydesk.ui.screens.reporting.bills import (
    amount,
    discount_text,
    payment_words,
    plain,
    should_be_words,
)


class BillActs(QObject):
    """Writes, posts, credits and pays; says which invoice is to be shown then."""

    started = Signal(object)
    """The id of an invoice that was written or found."""
    accepted = Signal(object)
    added = Signal()
    gone = Signal()
    answered = Signal()
    """What a window asked for is done, and the window is about to close."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self.taken = Taken(screen)
        self.day = today()

    def start(self, start: Start) -> None:
        """Write the draft of a visit, for a client, or for somebody at the desk."""
        whom = start.whom
        if whom.visit_id is not None:
            self.bill(whom.visit_id, start)
            return
        values = {"kind": start.kind, "client_id": whom.client_id}
        self._act(partial(invoicing.start_invoice, values=values), self._started)

    def bill(self, visit_id: UUID, start: Start | None = None) -> None:
        """Write the draft of a visit, or find the one there is."""
        kind = InvoiceKind.INVOICE if start is None else start.kind
        self._act(partial(bill_visit, appointment_id=visit_id, kind=kind), self._started)

    def add(self, bill: Bill, new: NewLine, refused: Callable[..., object]) -> None:
        """Add a line, and take its stock."""
        job = partial(invoicing.add_line, invoice_id=bill.row.id, new=new)
        self._screen.work.act(job, self._added, refused)

    def remove(self, bill: Bill, line: BillLine) -> None:
        """Take a line off; its stock is there again."""
        self._act(partial(_remove, bill_id=bill.row.id, line_id=line.id), self._removed)

    def edit(self, line: BillLine) -> None:
        """Ask for a line's words, quantity, price, discount, tax and lot."""
        fields = (
            Field("quantity", "Quantity", plain(line.quantity), "number"),
            Field("price", "Price of one, with tax", amount(line.price), "number"),
            Field("off", "Discount", discount_text(line.off, line.percent), "off",
                  "An amount, or a part as 10 %"),
            Field("tax_rate", "Tax in it, %", plain(line.tax_rate), "number"),
            Field("description", "Words", line.description),
            Field("lot", "Lot", line.lot, hint="Another lot of the same store"),
        )  # fmt: skip
        note = "The medical record took this from the store." if line.taken else ""

        def job(mirror: Mirror, values: dict[str, Any]) -> Changes:
            return invoicing.change_line(mirror, line.id, _line_values(values))

        self._ask("Change a line", fields, job, note=note)

    def discount(self, bill: Bill) -> None:
        """Ask for a discount on the whole."""
        before = bill.totals.off
        listed = bill.totals.total + before
        said = discount_text(before, bill.percent)
        hint = f"Of {amount(listed)}: an amount, or a part as 10 %"
        fields = (Field("discount", "Discount on the whole", said, "off", hint),)

        def job(mirror: Mirror, values: dict[str, Any]) -> Changes:
            off: Off = values["discount"]
            return invoicing.set_discount(mirror, bill.row.id, **off.said)

        self._ask("Discount", fields, job)

    def post(self, bill: Bill) -> None:
        """Post a draft: it gets its number."""
        self._act(partial(invoicing.post_invoice, invoice_id=bill.row.id), self._posted)

    def accept(self, bill: Bill) -> None:
        """Make an invoice of an estimate."""
        self._act(partial(invoicing.accept_estimate, estimate_id=bill.row.id), self._accepted)

    def delete(self, bill: Bill) -> None:
        """Delete a draft; its stock is there again."""
        self._act(partial(invoicing.delete_draft, invoice_id=bill.row.id), self._deleted)

    def pay(self, bill: Bill, part: Part, refused: Callable[..., object]) -> None:
        """Take a payment; a draft is posted with it."""
        job = partial(_pay, invoice_id=bill.row.id, part=part, till=till_here())
        self._screen.work.act(job, self._paid, refused)

    def pay_back(self, bill: Bill) -> None:
        """Ask which payment is paid back, and how much of it."""
        some = [one for one in bill.payments if one.back < one.amount]
        there = some[-1].amount - some[-1].back
        wish = max(-bill.row.left, Decimal(0)) or there
        fields = (
            _which(some),
            Field("amount", "Amount", amount(min(wish, there)), "money"),
            _way_back(),
        )

        def job(mirror: Mirror, values: dict[str, Any]) -> Changes:
            if values["amount"] is None:
                raise InvalidValue("The amount is missing.", "Enter it.", field="amount")
            return payments.pay_back(mirror, values.pop("payment"), **values, till=till_here())

        self._ask("Pay back", fields, job, "Pay back", f"From the till {till_here()}, if cash.")

    def keep(self, payment_id: UUID) -> None:
        """Keep what was paid twice as the client's credit."""
        self._act(partial(payments.keep_as_credit, payment_id=payment_id), self._kept)

    def use(self, bill: Bill) -> None:
        """Pay with the client's credit, as far as it fits."""
        fits = [one for one in bill.credit if one.amount - one.back <= bill.row.left]
        if not fits:
            self._screen.tell(
                "The credit is more than is left to pay.",
                "Pay the difference back first, then use it.",
                tone="warning",
            )
            return
        job = partial(payments.use_credit, payment_id=fits[0].id, invoice_id=bill.row.id)
        self._act(job, self._used)

    def credit(self, bill: Bill) -> None:
        """Ask what is given back: all that is left, or less of some lines."""
        left = [one for one in bill.lines if one.quantity > one.given_back]
        fields = [
            Field(str(one.id), one.description, plain(one.quantity - one.given_back), "number",
                  f"{amount(one.gross)} for {plain(one.quantity)}")
            for one in left
        ]  # fmt: skip
        if any(one.lot for one in left):
            fields.append(Field("stock", "What was sold goes back to the store", kind="tick"))
        fields.append(Field("reason", "Why"))

        def job(mirror: Mirror, values: dict[str, Any]) -> tuple[Credited, Changes]:
            found = {one.id: values[str(one.id)] or Decimal(0) for one in left}
            back = bool(values.get("stock"))
            return credit(mirror, bill.row.id, found, stock_back=back, reason=values["reason"])

        ask = self._ask("Credit note", fields, job, "Give back", "How much of each line?")
        ask.kept.connect(self._credited)

    def close_till(self, till: str, cash: Cash) -> None:
        """Ask what is in a till at the end of the day."""
        fields = (
            Field("till", "Till", till),
            Field("opening", "In it in the morning", amount(cash.opening), "money"),
            Field("counted", "Counted", "", "money", should_be_words(cash)),
            Field("notes", "Why they differ", "", hint="Only where they do"),
        )

        def job(mirror: Mirror, values: dict[str, Any]) -> tuple[UUID, Changes]:
            for key in ("till", "opening", "counted"):
                if values[key] is None:
                    raise InvalidValue("This is missing.", "Enter it.", field=key)
            return close_till(mirror, self.day, values.pop("till"), **values)

        ask = self._ask("Close a till", fields, job, "Close the till")
        ask.kept.connect(self._closed)

        def told_anew(opening: str) -> None:
            try:
                found = money_of(opening, "opening")
            except InvalidValue:
                return  # said when it is to be kept
            if found is not None:
                ask.hints["counted"].setText(should_be_words(replace(cash, opening=found)))

        ask.line("opening").textChanged.connect(told_anew)

    def name_till(self) -> None:
        """Ask which till this PC's cash goes into."""
        fields = (Field("till", "This PC's till", till_here(), hint="Each drawer has its own"),)

        def job(mirror: Mirror, values: dict[str, Any]) -> str:
            if not values["till"]:
                raise InvalidValue("The till has no name.", "Enter one.", field="till")
            return str(values["till"])

        self._ask("Till", fields, job).kept.connect(self._named)

    def _ask(
        self,
        title: str,
        fields: Any,
        job: Callable[[Mirror, dict[str, Any]], object],
        ok: str = "Save",
        note: str = "",
    ) -> Ask:
        ask = Ask(self._screen, self._screen.work, title, fields, job, ok=ok, note=note)
        ask.kept.connect(self.answered)
        ask.open()
        self.asking = ask
        return ask

    def _act(self, job: Callable[[Mirror], object], then: Callable[[Any], Any]) -> None:
        self._screen.work.act(job, then, self._screen.refuse)

    def _started(self, result: tuple[UUID, Changes]) -> None:
        self.started.emit(result[0])

    def _added(self, _: object) -> None:
        self.added.emit()

    def _removed(self, result: tuple[UUID, NewLine, Changes]) -> None:
        bill_id, line, _ = result
        self._screen.tell(
            f"{line.description} is off; what it took is in store again.",
            undo=partial(self._add_again, bill_id, line),
        )

    def _add_again(self, bill_id: UUID, line: NewLine) -> None:
        self._act(partial(invoicing.add_line, invoice_id=bill_id, new=line), self._added)

    def _posted(self, _: Changes) -> None:
        self._screen.tell("Posted. It changes no more: a credit note gives back.")

    def _accepted(self, result: tuple[UUID, Changes]) -> None:
        self._screen.tell("Accepted: it is an invoice now, and its stock is taken.")
        self.accepted.emit(result[0])

    def _deleted(self, result: tuple[Deleted, Changes]) -> None:
        self._screen.tell(
            "The draft is gone; what it took is in store again.",
            undo=partial(self._write_again, result[0]),
        )
        self.gone.emit()

    def _write_again(self, gone: Deleted) -> None:
        self._act(partial(invoicing.take_up_draft, gone=gone), self._started)

    def _paid(self, result: tuple[Paid, Changes]) -> None:
        paid = result[0]
        left = f"{amount(paid.left)} is left to pay." if paid.left else "All of it is paid."
        self.taken.tell(paid, left, "The receipt: Ctrl+R.")

    def _kept(self, _: Changes) -> None:
        self._screen.tell("Kept as the client's credit: it pays the next invoice.")

    def _used(self, _: Changes) -> None:
        self._screen.tell("Paid with the client's credit.")

    def _credited(self, result: tuple[Credited, Changes]) -> None:
        back = result[0].to_pay_back
        advice = f"{amount(back)} is to be paid back (Ctrl+B)." if back > 0 else ""
        self._screen.tell(f"Given back: {amount(result[0].total)}.", advice)

    def _closed(self, _: object) -> None:
        self._screen.tell("The till is closed.")

    def _named(self, till: str) -> None:
        name_till(till)
        self._screen.tell(f"This PC's cash goes into {till}.")


def _remove(mirror: Mirror, bill_id: UUID, line_id: UUID) -> tuple[UUID, NewLine, Changes]:
    line, changes = invoicing.remove_line(mirror, line_id)
    return bill_id, line, changes


def _pay(mirror: Mirror, invoice_id: UUID, part: Part, till: str) -> tuple[Paid, Changes]:
    return payments.pay(mirror, invoice_id, part, till=till)


def _line_values(values: dict[str, Any]) -> dict[str, Any]:
    for key, what in (("quantity", "quantity"), ("price", "price"), ("tax_rate", "tax")):
        if values[key] is None:
            raise InvalidValue(f"The {what} is missing.", "Enter it.", field=key)
    if values["price"] != pence(values["price"]):
        raise InvalidValue("A price has two decimals.", "Enter it as 12.50.", field="price")
    off: Off = values.pop("off")
    return {**values, **off.said}


def _way_back() -> Field:
    same = "As it was paid"
    choices = ((same, None), *((words(one), one) for one in METHODS))
    return Field("method", "Paid back by", same, "choice", choices=choices)


def _which(some: list[PaymentLine]) -> Field:
    choices = tuple((f"{payment_words(one)}: {amount(one.amount)}", one.id) for one in some)
    return Field("payment", "Of which payment", choices[-1][0], "choice", choices=choices)
