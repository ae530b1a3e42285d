"""A line on the Money screen: visits of which something came after their invoice was posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget
from sqlalchemy import Connection

from fluffydesk.records.payments import Invoice
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screens.beside import Beside
from fluffydesk.ui.screens.reading.unbilled import Left, left_to_bill, left_words
from fluffydesk.work import Work


class UnbilledBar(Banner):
    """Names what is not billed yet; its button, or `bill_first`, bills the first visit of it."""

    def __init__(self, work: Work, bill: Callable[[UUID], object], parent: QWidget) -> None:
        super().__init__("", "info", parent)
        self._bill = bill
        self._left: tuple[Left, ...] = ()
        self._on = date.min
        self._beside = Beside(work, self._read, self)
        self._beside.found.connect(self._show)
        self.button = Button("Bill it  (F7)", self.bill_first, icon_role="money")
        self.button.setToolTip("Write a draft of it for the visit (F7)")
        Permit(self.button, work, Invoice)
        self.act(self.button)

    def reload(self, on: date) -> None:
        """Read anew what is not billed yet on a day."""
        self._on = on
        self._beside.ask()

    def bill_first(self) -> None:
        """Write the draft of the visit that is named first."""
        if self._left and self.button.isEnabled():
            self._bill(self._left[0].visit_id)

    def _read(self, connection: Connection) -> tuple[Left, ...]:
        return left_to_bill(connection, self._on)

    def _show(self, left: tuple[Left, ...]) -> None:
        self._left = left
        self.say(f"Not billed yet: {left_words(left)}." if left else "")
