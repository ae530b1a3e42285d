"""One part of the stores: its list, and beside it the balance, the verbs, ledger and lots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget
from sqlalchemy import Connection

from fluffydesk.actions.rules.stores import Account, Ledger
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.ui.fields.editors import TextEditor
from fluffydesk.ui.fields.texts import day_text, unit_text, words
from fluffydesk.ui.forms import FormDialog, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.card import Page as Scrolled
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.record_form import Layout, Saver
from fluffydesk.ui.screens.reading.stores import Page, Posting, ledger_page
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.stores_amounts import amount_text, posting_text, signed_text
from fluffydesk.work import Work

RECEIPT, USE = StockMovement.RECEIPT, StockMovement.USE
DISPOSAL, STOCKTAKE = StockMovement.DISPOSAL, StockMovement.STOCKTAKE
_ICONS = {RECEIPT: "receipt", USE: "use", DISPOSAL: "delete", STOCKTAKE: "stocktake"}
KEYS = {RECEIPT: "Ctrl+1", USE: "Ctrl+2", DISPOSAL: "Ctrl+3", STOCKTAKE: "Ctrl+4"}
_TONES = {RECEIPT: "good", USE: "plain", DISPOSAL: "warning", STOCKTAKE: "info"}
_LEDGER_HEIGHT = 176
"""Heading and three rows, px: where the window is lower, the card scrolls."""
_CARD_WIDTH, _LEAST = 264, 200
_WIDTH = 1008
"""Of list and card in a window 1280 px wide; the verbs then stand in one line."""
_SHORT = "Less than nothing: two PCs took the same. Nothing is lost; count what is there."


@dataclass(frozen=True)
class Kind:
    """What one part of the stores shows, and what its verbs do."""

    key: str
    title: str
    ledger: Ledger
    columns: tuple[Shown, ...]
    read: Callable[[Connection, date], Sequence[Any]]
    account: Callable[[Any], Account]
    heading: Callable[[Any], str]
    unit: Callable[[Any], str]
    """In which a row's balance is kept; people read it in the organization's."""
    verbs: dict[StockMovement, str]
    layouts: dict[StockMovement, Layout]
    saver: Saver
    state: Callable[[Any], tuple[str, str]]
    """The words and the tone of the chip beside the balance."""
    about: Callable[[Any], str]
    values: Callable[[Any, StockMovement], dict[str, Any]]
    """What a verb's form begins with, of the chosen row."""
    empty: tuple[str, str, str]
    adds: type[Record]
    lots: Callable[[Connection, Any, date], Sequence[Any]] | None = None
    lot_columns: tuple[Shown, ...] = ()
    lots_title: str = "Lots"
    edits: type[Record] | None = None
    lot: str = "lot"
    """The column that a ledger's row shows as its lot."""
    lot_title: str = "Lot"
    waiting: Callable[[Connection, date], Any] | None = None
    """What was made and is not in store yet; shown by `says` and filled in by `takes`."""
    says: Callable[[Any], tuple[str, str]] | None = None
    takes: Callable[[Any, Any], dict[str, Any]] | None = None
    receives_alone: bool = False
    """Whether something can be received while no row is chosen."""


@dataclass(frozen=True)
class _Detail:
    row_id: UUID
    page: Page
    lots: Sequence[Any]


class StorePart(QWidget):
    """The list and the card of one kind."""

    told = Signal(str, str)
    counts = Signal()
    """Somebody wants to count all of it down a sheet."""

    def __init__(self, work: Work, kind: Kind) -> None:
        super().__init__()
        self.work, self.kind = work, kind
        self.on = today()
        self.rows: list[Any] = []
        self.waiting: Any = None
        self._wanted: UUID | None = None
        self._keep: Callable[[Any], bool] | None = None
        self.list = RowsTable(kind.title, kind.columns)
        self._say_empty(narrowed=False)
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._open)
        self.count = Words("", role="muted")
        self.balance = Words("", Type.NUMBER)
        self.unit = Words("", role="muted")
        self.cover = Words("", role="muted", wrap=True)
        self.state = Chip()
        self.short = Banner("", "danger")
        self.news = Banner()
        self.detail = Card(" ")
        self.beside = Scrolled(0)
        self.ledger = RowsTable(f"Ledger of {kind.title}", _ledger_columns(kind))
        self.ledger.say_when_empty("Nothing has moved yet", "Receive the first of it.")
        self.ledger.opened.connect(self._open_posting)
        self.more = Words("", Type.SMALL, "muted")
        self.more.hide()
        self.lots = RowsTable(f"{kind.lots_title} of {kind.title}", kind.lot_columns or _NO_LOTS)
        self.lots.say_when_empty("Nothing is left", "What is in store stands here, first to use.")
        self.pages = QStackedWidget()
        self.which = Segments("Show", [("Ledger", 0), (kind.lots_title, 1)])
        self.which.chosen.connect(self._turn)
        self._arrange()

    def show_only(self, keep: Callable[[Any], bool] | None) -> None:
        """Show only the rows that `keep` says."""
        self._keep = keep
        self._fill()

    def reload(self, on: date) -> None:
        """Read the balances on a day."""
        self.on = on
        self.work.on_mirror(partial(_read, kind=self.kind, on=on), self._show, latest=True)

    def want(self, row_id: UUID) -> None:
        """Choose a row once it is there."""
        self._wanted = row_id

    def begin(self) -> None:
        """Take the first step: receive, or add what is kept."""
        if self.kind.receives_alone:
            self.post(RECEIPT)
        else:
            self.add()

    def add(self) -> None:
        """Open a form for a new thing that is kept."""
        dialog = open_form(self, self.work, self.kind.adds)
        dialog.saved.connect(self._added)

    def post(self, movement: StockMovement) -> FormDialog | None:
        """Open the form of one of the four verbs for the chosen row."""
        chosen = self.list.current()
        kind = self.kind
        alone = kind.receives_alone and movement is RECEIPT
        if chosen is None and not alone:
            self.told.emit("Nothing is chosen.", "Choose it in the list.")
            return None
        values = {**kind.values(chosen, movement), "movement": movement}
        if movement is RECEIPT and kind.takes is not None and self.waiting is not None:
            values |= kind.takes(self.waiting, chosen)
        values.setdefault("moved_on", self.on)
        name = kind.title if alone else kind.heading(chosen)
        dialog = open_form(
            self,
            self.work,
            kind.ledger.record,
            values=values,
            layout=kind.layouts[movement],
            title=f"{kind.verbs[movement]}: {name}",
            saver=kind.saver,
        )
        if movement is DISPOSAL:
            dialog.form.rows["reason"].need()
        if chosen is not None:
            self._tell_unit(dialog, unit_text(kind.unit(chosen)))
        return dialog

    def _tell_unit(self, dialog: FormDialog, unit: str) -> None:
        """Say the item's unit in the fields of a ledger that holds items of every unit."""
        quantity = self.kind.ledger.record.__table__.columns[self.kind.ledger.quantity]
        if facts_of(quantity).unit:
            return
        editor = dialog.form.rows[quantity.name].editor
        if isinstance(editor, TextEditor):
            editor.line.set_suffix(unit)
            editor.field.setAccessibleName(f"{facts_of(quantity).label}, {unit}")
        if "unit_cost" in dialog.form.rows:
            dialog.form.rows["unit_cost"].rename(f"Cost per {unit.removesuffix('s')}")

    def _arrange(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(self.news)
        column.addWidget(self.list, 1)
        self.sheet = Button("Counting sheet", self.counts.emit, icon_role="stocktake", kind="quiet")
        self.sheet.setShortcut("Ctrl+T")
        self.sheet.setToolTip("Count everything down a sheet (Ctrl+T)")
        column.addLayout(row(self.count, None, self.sheet))
        if self.kind.edits is not None:
            self.detail.act(Button("Edit", self._edit, icon_role="edit", kind="quiet"))
        figures = row(self.balance, self.unit, None, self.state, spacing=6)
        figures.setAlignment(self.balance, Qt.AlignmentFlag.AlignBaseline)
        figures.setAlignment(self.unit, Qt.AlignmentFlag.AlignBaseline)
        self.detail.add(figures)
        self.detail.add(self.short)
        self.detail.add(self.cover)
        verbs = []
        for movement, text in self.kind.verbs.items():
            button = Button(text, partial(self.post, movement), icon_role=_ICONS[movement])
            # Of the part, not of the button: with nothing in store yet the buttons are hidden.
            keys = QShortcut(QKeySequence(KEYS[movement]), self)
            keys.activated.connect(button.click)
            button.setToolTip(f"{text} ({KEYS[movement]})")
            Permit(button, self.work, self.kind.ledger.record)
            verbs.append(button)
        line = Flow(*verbs)
        self.detail.add(line)
        self.detail.add(row(self.which, None, self.more))
        self.which.setVisible(self.kind.lots is not None)
        self.pages.setMinimumSize(_LEAST, _LEDGER_HEIGHT)
        self.pages.addWidget(self.ledger)
        self.pages.addWidget(self.lots)
        self.detail.add(self.pages, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(measures.CARD)
        split.addWidget(left)
        self.beside.column.setContentsMargins(0, 0, 0, 0)
        self.beside.add(self.detail, 1)
        self.beside.setMinimumWidth(_CARD_WIDTH)
        split.addWidget(self.beside)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        wish = line.sizeHint().width() + 2 * measures.CARD + 2
        split.setSizes([_WIDTH - wish, wish])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)

    def _locked(self) -> str:
        first = self.kind.ledger.record if self.kind.receives_alone else self.kind.adds
        return why_not(self.work.whose, first)

    def _show(self, found: tuple[list[Any], Any]) -> None:
        self.rows, self.waiting = found
        says = self.kind.says
        self.news.say(*(says(self.waiting) if says and self.waiting is not None else ("", "info")))
        self._fill()

    def _say_empty(self, *, narrowed: bool) -> None:
        """Where only the filter shows nothing, the first step is not to add something."""
        title, text, step = self.kind.empty
        if narrowed:
            self.list.say_when_empty("None of this kind", "Other things in store are not shown.")
        else:
            self.list.say_when_empty(title, text, step, self.begin, locked=self._locked)

    def _fill(self) -> None:
        rows = [one for one in self.rows if self._keep is None or self._keep(one)]
        self._say_empty(narrowed=bool(self.rows) and not rows)
        self.list.show_rows(rows, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        short = sum(one.balance < 0 for one in rows)
        self.count.setText(
            f"{len(rows)} shown" + (f" · {short} less than nothing: count them" if short else "")
        )
        self.count.set_role("danger" if short else "muted")
        self._chosen(self.list.current())

    def _chosen(self, chosen: Any) -> None:
        self.beside.setVisible(chosen is not None)
        if chosen is None:
            return
        kind = self.kind
        self.detail.heading.setText(kind.heading(chosen))
        self.balance.setText(amount_text(chosen.balance, kind.unit(chosen)))
        self.balance.set_role("danger" if chosen.balance < 0 else "")
        then = "" if self.on == today() else f" at the end of {day_text(self.on)}"
        self.unit.setText(unit_text(kind.unit(chosen)) + then)
        self.short.say(_SHORT if chosen.balance < 0 else "", "danger")
        says, tone = kind.state(chosen)
        self.state.setVisible(bool(says))
        self.state.say(says, tone)
        self.cover.setText(kind.about(chosen))
        job = partial(_read_detail, kind=kind, chosen=chosen, on=self.on)
        self.work.on_mirror(job, self._show_detail, latest=True)

    def _show_detail(self, found: _Detail) -> None:
        current = self.list.current()
        if current is None or current.id != found.row_id:
            return
        unit = self.kind.unit(current)
        self.ledger.show_rows([replace(one, kept=unit) for one in found.page.rows])
        self.lots.show_rows(found.lots)
        shown, count = len(found.page.rows), found.page.count
        self.more.setText(
            f"The newest {shown:,} of {count:,}; go back a day for older ones"
            if count > shown
            else ""
        )
        self.more.setVisible(count > shown)

    def _turn(self, page: object) -> None:
        self.pages.setCurrentIndex(int(str(page)))

    def _open(self, chosen: Any) -> None:
        if chosen is not None and self.kind.edits is not None:
            name = self.kind.heading(chosen)
            open_form(self, self.work, self.kind.edits, chosen.id, title=name)

    def _edit(self) -> None:
        self._open(self.list.current())

    def _open_posting(self, posting: Posting | None) -> None:
        """A wrong row is corrected where it stands; the rules see to the balance."""
        if posting is not None:
            record = self.kind.ledger.record
            open_form(self, self.work, record, posting.id, title=record.__titles__[0])

    def _added(self, row_id: UUID) -> None:
        self._wanted = row_id
        self.reload(self.on)


_NO_LOTS = (Shown("Lot", lambda one: "", 120),)


def _ledger_columns(kind: Kind) -> tuple[Shown, ...]:
    return (
        Shown("Date", lambda one: day_text(one.on), 116, sort=lambda one: one.on),
        Shown(
            "Movement",
            lambda one: words(one.movement),
            116,
            tone=lambda one: _TONES[one.movement],
        ),
        Shown("Quantity", signed_text, 96, True, lambda one: one.quantity),
        Shown("Balance", posting_text, 96, True, lambda one: one.balance),
        Shown(kind.lot_title, lambda one: one.lot, 110, spare=True),
        Shown("Why", lambda one: one.words, 140, spare=True),
    )


def _read(mirror: Mirror, kind: Kind, on: date) -> tuple[list[Any], Any]:
    with mirror.read() as connection:
        waiting = None if kind.waiting is None else kind.waiting(connection, on)
        return list(kind.read(connection, on)), waiting


def _read_detail(mirror: Mirror, kind: Kind, chosen: Any, on: date) -> _Detail:
    with mirror.read() as connection:
        page = ledger_page(connection, kind.ledger, kind.account(chosen), on, kind.lot)
        lots = [] if kind.lots is None else kind.lots(connection, chosen, on)
        return _Detail(chosen.id, page, lots)
