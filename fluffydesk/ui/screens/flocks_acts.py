"""What can be done with a flock: lose, place, move, thin and deplete, each a small form."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from fluffydesk.actions.flocks import deplete, record_loss, record_placement, thin, transfer
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import PoultryBatch
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import Saver, open_form
from fluffydesk.ui.parts.controls import Button, row
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screens.reading.flocks import FlockRow
from fluffydesk.work import Work

_SOLD = ("weight_kg", "unit_price", "customer", "notes", "override_reason")


class FlockActs(QWidget):
    """The buttons; each acts on the flock that `current` returns."""

    def __init__(
        self, work: Work, current: Callable[[], FlockRow | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._current = work, current
        self._acts = (
            ("Loss", "Ctrl+L", "Write down a loss", self.lose, "loss", MortalityLog),
            ("Placement", "Ctrl+P", "Write down birds that came", self.place, "add", PoultryBatch),
            ("Transfer", "Ctrl+T", "Move birds to a flock", self.transfer, "next", PoultryBatch),
            ("Thin out", "Ctrl+Shift+T", "Sell some alive", self.thin, "use", FarmProductSale),
            ("Sell all", "Ctrl+D", "Sell the rest, close", self.sell, "money", FarmProductSale),
            (
                "Cull all",
                "Ctrl+Shift+D",
                "Cull the rest: it is depleted",
                self.cull,
                "close",
                MortalityLog,
            ),
        )
        buttons = []
        for words, keys, tip, act, icon, record in self._acts:
            button = Button(words, act, icon_role=icon)
            button.setShortcut(keys)
            button.setToolTip(f"{tip} ({keys})")
            Permit(button, work, record)
            buttons.append(button)
        self.setLayout(row(*buttons, None))

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return tuple((keys, tip) for _, keys, tip, *_ in self._acts)

    def lose(self) -> None:
        """Open a small form for a loss."""
        layout = ("head_count", "died_on", "kind", "weight_kg", "cause", "notes")
        self._ask(MortalityLog, "Loss in {}", layout, _save_loss)

    def place(self) -> None:
        """Open a small form for birds that came."""
        layout = ("head_count", "placed_on", "weight_kg", "supplier", "notes")
        self._ask(PoultryBatch, "Birds into {}", layout, _save_placement)

    def transfer(self) -> None:
        """Open a small form that moves birds into another flock."""
        layout = ("head_count", "flock_id", "placed_on", "notes")
        self._ask(PoultryBatch, "Birds out of {}", layout, _save_transfer, link="from_flock_id")

    def thin(self) -> None:
        """Open a small form for birds that were sold alive."""
        layout = ("head", "sold_on", *_SOLD)
        self._ask(FarmProductSale, "Birds taken out of {}", layout, _save_thinning)

    def sell(self) -> None:
        """Open a small form that sells all that are left and closes the flock."""
        self._ask(FarmProductSale, "Sell the rest of {}", ("sold_on", *_SOLD), _save_depletion)

    def cull(self) -> None:
        """Open a small form that culls all that are left and closes the flock."""
        layout = ("died_on", "cause", "notes")
        self._ask(MortalityLog, "Cull the rest of {}", layout, _save_depletion)

    def _ask(
        self,
        record: type[Record],
        title: str,
        layout: tuple[str, ...],
        saver: Saver,
        link: str = "flock_id",
    ) -> None:
        flock = self._current()
        if flock is None:
            return
        values: dict[str, Any] = {link: flock.id}
        if record is FarmProductSale:
            values["unit_price"] = Decimal(0)
        open_form(
            self,
            self._work,
            record,
            values=values,
            layout=layout,
            title=title.format(flock.name),
            saver=saver,
        )


def _save_loss(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    return record_loss(mirror, **values)


def _save_placement(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    return record_placement(mirror, **values)


def _save_transfer(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    return transfer(mirror, **values)


def _save_thinning(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    if values["head"] is None:
        raise InvalidValue("Head is missing.", "Enter how many were taken.", field="head")
    return thin(mirror, **values)


def _save_depletion(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
) -> tuple[UUID, Changes]:
    sold = "sold_on" in values
    rest = {name: value for name, value in values.items() if not name.endswith("_on")}
    flock = rest.pop("flock_id")
    return flock, deplete(
        mirror, flock, values["sold_on" if sold else "died_on"], sold=sold, **rest
    )
