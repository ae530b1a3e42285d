"""The samples' stores: what is kept, and a year of a ledger that never falls below zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.demo.sample import Maker, days, dec, local
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction


@dataclass(frozen=True)
class Shelf:
    """A thing in store, how it comes and how it goes."""

    name: str
    category: InventoryCategory
    unit: StockUnit
    delivery: float
    """What a delivery brings."""
    use: float
    """What is taken at a time."""
    every: int
    """Days between two takings."""
    cost: str
    supplier: str
    location: str
    shelf_life: int | None = None
    """Days until a lot expires, where it does."""
    runs_short: bool = False
    """The last delivery has not come: the balance is below the reorder level today."""

    @property
    def step(self) -> Decimal:
        """The finest quantity it is counted in."""
        return Decimal(1) if self.unit is StockUnit.COUNT else Decimal("0.1")

    @property
    def reorder_level(self) -> Decimal:
        return self.exact(max(self.delivery * 0.3, self.use))

    @property
    def daily_use(self) -> Decimal:
        return dec(self.use / self.every, 3)

    def exact(self, quantity: float) -> Decimal:
        """Return a quantity in whole steps."""
        return (Decimal(str(quantity)) / self.step).quantize(Decimal(1)) * self.step


def write_shelves(maker: Maker, shelves: tuple[Shelf, ...]) -> None:
    """Add the things and a year of their movements."""
    start = maker.today - timedelta(days=365)
    for shelf in shelves:
        item = maker.add(
            FarmInventory,
            start,
            name=shelf.name,
            category=shelf.category,
            unit=shelf.unit,
            reorder_level=shelf.reorder_level,
            daily_use=shelf.daily_use,
            supplier=shelf.supplier,
            location=shelf.location,
        )
        _Ledger(maker, shelf, item).write(start)


class _Ledger:
    """The movements of one thing, with its balance carried along."""

    def __init__(self, maker: Maker, shelf: Shelf, item: UUID) -> None:
        self.maker, self.shelf, self.item = maker, shelf, item
        self.balance = Decimal(0)
        self.lots = 0

    def write(self, start: date) -> None:
        shelf, maker = self.shelf, self.maker
        offset = maker.random.randrange(shelf.every)
        self._deliver(start)
        for on in days(start + timedelta(days=1), maker.today - timedelta(days=1)):
            age = (maker.today - on).days
            cover = self.balance / shelf.daily_use
            short = shelf.runs_short and cover > 0 and age < 60
            if self.balance < shelf.reorder_level and not short:
                self._deliver(on)
            if (age + offset) % shelf.every == 0:
                self._take(on)
            if age in (178, 12):
                self._count(on)
            if age == 97 and shelf.shelf_life is not None:
                self._dispose(on)
        if shelf.runs_short and self.balance >= shelf.reorder_level:
            self._dispose(maker.today - timedelta(days=1), self.balance - shelf.reorder_level / 2)

    def _deliver(self, on: date) -> None:
        self.lots += 1
        life = self.shelf.shelf_life
        self._move(
            on,
            StockMovement.RECEIPT,
            self._exact(self.shelf.delivery),
            unit_cost=Decimal(self.shelf.cost),
            lot=f"{on:%y%m}-{self.lots:02d}" if life else None,
            expires_on=on + timedelta(days=life) if life else None,
        )

    def _take(self, on: date) -> None:
        wanted = self._exact(self.shelf.use * self.maker.near(1, 0.12, 0.5))
        quantity = min(wanted, self.balance)
        if quantity > 0:
            self._move(on, StockMovement.USE, -quantity)

    def _count(self, on: date) -> None:
        """A stocktake finds a little less, or a little more, than the ledger says."""
        off = self._exact(float(self.balance) * self.maker.near(-0.008, 0.012, -0.05))
        reason = "Half-yearly count"
        self._move(on, StockMovement.STOCKTAKE, max(off, -self.balance), reason=reason)

    def _dispose(self, on: date, quantity: Decimal | None = None) -> None:
        lost = self._exact(float(self.balance) * 0.04) if quantity is None else quantity
        lost = min(self._exact(float(lost)), self.balance)
        if lost > 0:
            reason = self.maker.random.choice(("Past its date", "Spoiled by damp", "Broken packs"))
            self._move(on, StockMovement.DISPOSAL, -lost, reason=reason)

    def _move(self, on: date, movement: StockMovement, quantity: Decimal, **more: object) -> None:
        self.balance += quantity
        assert self.balance >= 0, "the ledger of a sample fell below zero"
        at = local(on, 11, self.maker.random.randint(0, 59))
        self.maker.add(
            InventoryTransaction,
            at,
            item_id=self.item,
            moved_on=on,
            movement=movement,
            quantity=quantity,
            **more,
        )

    def _exact(self, quantity: float) -> Decimal:
        return self.shelf.exact(quantity)
