"""A list with a card beside it: what clients and pets have in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from PySide6.QtWidgets import QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import row
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.register_form import open_registering
from fluffydesk.ui.screens.side_card import SideCard
from fluffydesk.work import Work


class ListAndCard(Screen):
    """A list whose selected row is told beside it; Enter opens its own card."""

    card_key: ClassVar[str] = ""
    """The screen that Enter opens."""
    hint: ClassVar[str] = ""
    client_first: ClassVar[bool] = False
    """Whether registering asks for the client before the pet."""
    group = "Patients"

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.list = self.make_list()
        self.list.current_changed.connect(self._chosen)
        self.list.loaded.connect(self._first)
        self.card = SideCard(self.hint)
        line = row(spacing=measures.CARD)
        line.addWidget(self.list, 1)
        line.addWidget(self.card)
        line.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        self.setLayout(line)
        self.setFocusProxy(self.list)

    def make_list(self) -> RecordList:
        """Return the list."""
        raise NotImplementedError

    def read(self, mirror: Mirror, row_id: UUID, moment: datetime) -> Any:
        """Read what the card shows; None where the row is gone."""
        raise NotImplementedError

    def show_card(self, shown: Any) -> None:
        """Fill the card, from `begin` to `end`."""
        raise NotImplementedError

    def reload(self) -> None:
        self._chosen(self.list.current())

    def search(self, text: str) -> None:
        self.list.search(text)

    def arrive(self, place: Place) -> None:
        if place.text:
            self.list.search(place.text)
        if place.id is not None:
            self.list.search("")
            self.list.select(place.id)
            self._chosen(place.id)

    def open(self, row_id: UUID) -> None:
        """Open the row's own card."""
        self.go.emit(Place(self.card_key, row_id))

    def register(self, client_id: UUID | None = None) -> None:
        """Register a patient, of this client if one is given."""
        dialog = open_registering(
            self, self.work, client_id=client_id, client_first=self.client_first
        )
        dialog.saved.connect(self._registered)

    def _registered(self, pet_id: UUID) -> None:
        self.go.emit(Place("pet", pet_id))

    def _first(self) -> None:
        if not self.list.count():
            self.card.clear()
        elif self.list.current() is None:
            self.list.table.selectRow(0)

    def _chosen(self, row_id: UUID | None) -> None:
        if row_id is None:
            return
        moment = self.clock()
        self.work.on_mirror(
            lambda mirror: self.read(mirror, row_id, moment), self._show, latest=True
        )

    def _show(self, shown: Any) -> None:
        if shown is None:
            self.card.clear()
        else:
            self.show_card(shown)
