"""For whom an invoice is written: a visit of today, a client, or somebody at the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from sqlalchemy import Connection, or_, select

from fluffydesk.actions.findings.bills import unbilled_visits
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Listing, Order, page
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicClient
from fluffydesk.ui.fields.texts import clock_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, SearchField, Segments, Words, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.reading.invoices import credited
from fluffydesk.ui.screens.reading.unbilled import things_words
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.visits import Visit, has_words, span, visits_between
from fluffydesk.work import Work

_MOST = 30
_SIZE = (620, 560)


@dataclass(frozen=True)
class For:
    """Somebody an invoice can be written for."""

    id: str
    name: str
    about: str
    visit_id: UUID | None = None
    client_id: UUID | None = None


@dataclass(frozen=True)
class Start:
    """What was chosen: for whom, and whether it is an invoice or an estimate."""

    whom: For
    kind: InvoiceKind


DESK = For("", "At the desk", "Without a client")


def read_starts(mirror: Mirror, text: str, on: date) -> tuple[For, ...]:
    """Return today's visits that are not billed, or not all of it, then clients; of each those
    that have every word, first the clients who are called so."""
    mine = whose(mirror)
    words = text.casefold().split()
    with mirror.read() as connection:
        visits = visits_between(connection, *span(on, mine.zone))
        billed = _billed(connection, [one.id for one in visits])
        left = unbilled_visits(connection, among=billed) if billed else {}
        found = [
            For(
                str(one.id),
                " · ".join(filter(None, (one.pet, one.client))) or one.service,
                " · ".join(filter(None, (clock_text(one.starts), *_about(one, left)))),
                one.id,
                one.client_id,
            )
            for one in visits
            if one.takes_time
            and not one.at_farm
            and (one.id not in billed or one.id in left)
            and one.is_of(text)
        ]
        listing = Listing(ClinicClient, search=text, order=(Order("full_name"),))
        clients = page(connection, listing, 0, _MOST) if words else ()
        for row_ in sorted(clients, key=lambda one: not has_words(one.full_name, text)):
            phone = row_.phone or ""
            found.append(For(str(row_.id), row_.full_name, phone, client_id=row_.id))
    return (*found, DESK)


def _about(visit: Visit, left: Mapping[UUID, Sequence[str]]) -> tuple[str, ...]:
    if visit.id in left:
        return (f"Not billed yet: {things_words(left[visit.id])}",)
    return visit.service, visit.stage


def _billed(connection: Connection, visits: list[UUID]) -> set[UUID]:
    """Return those that have a posted invoice which was not given back in full."""
    table = Invoice.__table__.c
    query = select(table.appointment_id).where(
        table.appointment_id.in_(visits),
        table.kind == InvoiceKind.INVOICE,
        table.status != InvoiceStatus.DRAFT,
        or_(table.total == 0, credited() < table.total),
    )
    return set(connection.execute(query).scalars())


class StartDialog(QDialog):
    """Finds whom the invoice is for while it is typed; Enter begins it."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, work: Work, on: Callable[[], date]) -> None:
        super().__init__(parent)
        self._work, self._on = work, on
        self.setWindowTitle("New invoice")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.kind = Segments(
            "Kind", [("Invoice", InvoiceKind.INVOICE), ("Estimate", InvoiceKind.ESTIMATE)]
        )
        self.field = SearchField("Pet, client or phone")
        self.field.searched.connect(self._look)
        self.field.textChanged.connect(self._look)
        columns = (
            Shown("For", lambda one: one.name, 260),
            Shown("About", lambda one: one.about, 260),
        )
        self.table = RowsTable("For whom", columns)
        self.table.opened.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.STEP)
        column.addWidget(Words("For whom?", Type.TITLE))
        column.addWidget(self.field)
        column.addWidget(self.table, 1)
        begin = Button("Begin", self.begin, kind="primary")
        column.addLayout(row(self.kind, None, Button("Cancel", self.reject), begin))
        QShortcut(QKeySequence("Ctrl+E"), self).activated.connect(
            partial(self.kind.set_value, InvoiceKind.ESTIMATE)
        )
        make_room(self, *_SIZE)
        self._look("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.begin()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.field.hasFocus():
            model, now = self.table.model, self.table.table.currentIndex().row()
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            number = max(0, min(model.rowCount() - 1, now + step))
            self.table.table.setCurrentIndex(model.index(number, 0))
        else:
            super().keyPressEvent(event)

    def begin(self) -> None:
        """Begin with the one that is chosen, once what was typed is looked up."""
        text = self.field.text()
        read = partial(read_starts, text=text, on=self._on())
        self._work.on_mirror(read, self._show_and_take, latest=True)

    def _look(self, _: str) -> None:
        read = partial(read_starts, text=self.field.text(), on=self._on())
        self._work.on_mirror(read, self._show, latest=True)

    def _show(self, found: tuple[For, ...]) -> None:
        self.table.show_rows(found, select_first=True)

    def _show_and_take(self, found: tuple[For, ...]) -> None:
        self.table.show_rows(found, select_first=True)
        self._take(self.table.current())

    def _take(self, whom: For | None) -> None:
        kind = self.kind.value()
        assert isinstance(kind, InvoiceKind)
        if whom is not None:
            self.accept()
            self.chosen.emit(Start(whom, kind))
