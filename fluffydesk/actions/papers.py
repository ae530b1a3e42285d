"""Papers that take from a store, whatever they are about: what each says, and what it took."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules import dispensed, dispensing, drugs, feeding
from fluffydesk.actions.rules.taken import Need, NeedOf, movements
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Image, Value, from_image, read_image
from fluffydesk.records.payments import InvoiceItem
from fluffydesk.records.vocabulary import Record
from fluffydesk.sync import kin

NEEDS: dict[type[Record], NeedOf] = {
    **dispensing.NEEDS,
    **drugs.NEEDS,
    **dispensed.NEEDS,
    **feeding.NEEDS,
}
"""What a row of each kind of paper takes."""
_NONE = Decimal(0)


@dataclass(frozen=True)
class Taken:
    """What a paper says that it takes, and its movements; `row` is None where it is deleted."""

    row: Any
    need: Need | None
    was: list[Row[Any]]

    @property
    def asks(self) -> Decimal:
        """How much the paper says, in the item's unit."""
        return self.need.quantity if self.need else _NONE

    @property
    def took(self) -> Decimal:
        """How much left the store for it."""
        return -sum((one.quantity for one in self.was), _NONE)

    @property
    def fits(self) -> bool:
        """Whether it is as much, of the same lot first, on the same day."""
        if self.need is None or not self.asks or not self.was:
            return self.asks == self.took
        first, days = self.was[0], {one.moved_on for one in self.was}
        same = (first.item_id, first.lot) == (self.need.item, self.need.lot)
        return same and days == {self.need.on} and self.asks == self.took


def taken_by(connection: Connection, record: type[Record], paper: UUID) -> Taken | None:
    """Return what a paper says and took; None where it does not say how much, as without a head,
    or gives back, as a credit note does."""
    row = said(connection, record, paper)
    if record is InvoiceItem and row is not None and dispensed.gives_back(connection, row):
        return None
    try:
        need = None if row is None else NEEDS[record](connection, row)
    except InvalidValue:  # the form says so
        return None
    return Taken(row, need, movements(connection, record, paper))


def said(connection: Connection, record: type[Record], paper: UUID) -> Any:
    """Return a paper's row as central has it or is going to, without a question; None if gone."""
    table, id = record.__tablename__, str(paper)
    if kin.waits(connection, (table, id)):
        return None
    image: Image | None = read_image(connection, record, id)
    theirs: dict[str, Value] = {}
    for one in pending.open_conflicts(connection, (table, id)):
        if not one.column:
            edit = journal.pending_row(connection, (table, id))
            image = None if edit is None else edit.base
        elif not isinstance(one.theirs, dict):
            theirs[one.column] = one.theirs
    return None if image is None else SimpleNamespace(**from_image(record, {**image, **theirs}))
