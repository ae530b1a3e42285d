"""What a treatment session gives: drug, batch, dose, reason and periods, set once."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from sqlalchemy import select

from fluffydesk.actions.saving import check
from fluffydesk.actions.stock import lots
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import label
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.forms import FieldRow, default_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import row
from fluffydesk.work import Work

_LINES = (
    ("item_id",),
    ("product",),
    ("lot",),
    ("reason",),
    ("dose", "dose_unit"),
    ("doses", "route"),
    ("milk_hours", "meat_hours"),
    ("egg_hours", "veterinarian"),
)


_AS_LAST = ("dose", "dose_unit", "doses", "route", "milk_hours", "meat_hours", "egg_hours")
"""What belongs to a drug, and is filled in as it was when the drug was given last."""


class StoreItem(NamedTuple):
    """A medicine in store, the lot to use first (None where none is left), and how it was given."""

    id: UUID
    name: str
    lot: str | None
    last: dict[str, Any] | None


class TreatPlan(Page):
    """The fields that are the same for all animals of the session; Enter goes on to the next."""

    finished = Signal()
    """Enter in the last field."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self.work = work
        self.rows: dict[str, FieldRow] = {}
        self._drug: UUID | None = None
        card = Card("What is given")
        for names in _LINES:
            line: QHBoxLayout = row(spacing=measures.CARD)
            for name in names:
                column = HealthTreatment.__table__.c[name]
                made = FieldRow(editor_for(column, work))
                made.editor.set_value(default_of(column))
                made.editor.field.installEventFilter(self)
                self.rows[name] = made
                line.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
            card.add(line)
        card.stretch()
        self.column.setContentsMargins(0, 0, 0, 0)
        self.add(card, 1)
        item = self.rows["item_id"].editor
        assert isinstance(item, LinkEditor)
        item.changed.connect(self._item_changed)

    def start(self) -> None:
        """Put the cursor where the first word is missing, else to the drug."""
        for name in ("product", "reason", "dose"):
            if self.rows[name].editor.is_empty():
                field = self.rows["item_id" if name == "product" else name]
                field.editor.begin()
                return
        self.rows["item_id"].editor.begin()

    def complete(self) -> bool:
        """Say whether what every treatment needs is there, without complaining."""
        needed = ("product", "reason", "dose")
        return not any(self.rows[name].editor.is_empty() for name in needed)

    def values(self) -> dict[str, Any] | None:
        """Return the columns of a treatment; None if a field cannot be read, and says so there."""
        found: dict[str, Any] = {}
        wrong: FieldRow | None = None
        for name, line in self.rows.items():
            try:
                checked = check(HealthTreatment, {name: line.editor.value()}, partial=True)
                found[name] = checked.get(name)
                line.say("")
            except InvalidValue as problem:
                line.say(str(problem))
                wrong = wrong or line
        if wrong is not None:
            wrong.editor.begin()
            return None
        return found

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal at its field; one without a field is told beside the tags."""
        line = self.rows.get(refusal.field or "")
        if line is not None:
            line.say(str(refusal))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or event.modifiers():
            return super().eventFilter(watched, event)
        lines = list(self.rows.values())
        for number, line in enumerate(lines):
            if line.editor.field is not watched:
                continue
            if isinstance(line.editor, LinkEditor) and line.editor.text_error:
                return False  # the list of matches is open: Enter takes one
            if number + 1 < len(lines):
                lines[number + 1].editor.begin()
            else:
                self.finished.emit()
            return True
        return super().eventFilter(watched, event)

    def _item_changed(self) -> None:
        try:
            item = self.rows["item_id"].editor.value()
        except InvalidValue:
            return
        if item is not None:
            self.work.on_mirror(partial(_read_item, item=item), self._fill, latest=True)

    def _fill(self, item: StoreItem) -> None:
        before, self._drug = self._drug, item.id
        if before != item.id and (before is not None or item.last is not None):
            for name in _AS_LAST:  # another drug's periods must not stay
                column = HealthTreatment.__table__.c[name]
                value = default_of(column) if item.last is None else item.last[name]
                self.rows[name].editor.set_value(value)
        self.rows["product"].editor.set_value(item.name)
        self.rows["lot"].editor.set_value(item.lot)
        self.rows["lot"].note(
            "The one to use first." if item.lot else "No lot is left that may be used."
        )


def _read_item(mirror: Mirror, item: UUID) -> StoreItem:
    with mirror.read() as connection:
        on = today()
        usable = [
            one.name
            for one in lots(connection, item, on)
            if one.name and (one.expires_on is None or one.expires_on >= on)
        ]
        given = HealthTreatment.__table__
        last = connection.execute(
            select(given)
            .where(given.c.item_id == item, given.c.void_reason.is_(None))
            .order_by(given.c.given_at.desc())
            .limit(1)
        ).first()
        return StoreItem(
            item,
            label(connection, FarmInventory, item),
            usable[0] if usable else None,
            None if last is None else dict(last._mapping),
        )
