"""The farm's part of a vet's visits: the code of its clinic, under which it enters treatments."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Row, select

from fluffydesk.actions import saving
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import FarmVet
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screens.visits import unconfirmed
from fluffydesk.work import Work

_LAYOUT: Layout = ("client_code", "notes")


class FarmVetCard(Card):
    """Which clinics write in the farm's medicine book, and the way to end it."""

    told = Signal(str)

    def __init__(self, work: Work) -> None:
        super().__init__("Vet of the farm")
        self.work = work
        self.add(
            Words(
                "Enter the code that your clinic gives you. What its vets give your animals then "
                "stands in your medicine book, with the withdrawal times. The clinic reads "
                "nothing of the farm.",
                role="muted",
                wrap=True,
            )
        )
        self.lines = QVBoxLayout()
        self.lines.setSpacing(measures.TIGHT)
        self.add(self.lines)
        self.new = Button("Enter a code", self._add, icon_role="add")
        Permit(self.new, work, FarmVet)
        self.add(row(self.new, None))

    def reload(self) -> None:
        """Read which clinics are named."""
        self.work.on_mirror(_read, self._show, latest=True)

    def _show(self, found: list[tuple[Row[Any], bool]]) -> None:
        while (item := self.lines.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                dismiss(part)
        if not found:
            self.lines.addWidget(Words("No clinic yet.", wrap=True))
        for one, waits in found:
            line = QWidget()
            words = Words(_told(one, waits), wrap=True)
            inside = row(words)
            if one.ended_on is None:
                end = Button("End", partial(self._end, one.id, one.clinic_name or ""), kind="link")
                end.setAccessibleName(f"End {one.clinic_name or 'this code'}")
                why = why_not(self.work.whose, FarmVet)
                end.setEnabled(not why)
                end.setToolTip(why)
                inside.addWidget(end)
            inside.setStretch(0, 1)
            line.setLayout(inside)
            self.lines.addWidget(line)

    def _add(self) -> None:
        dialog = open_form(self, self.work, FarmVet, layout=_LAYOUT, title="Vet of the farm")
        dialog.saved.connect(self._saved)

    def _saved(self, _: object) -> None:
        self.told.emit("The code is kept. The clinic is named with the next sync.")
        self.reload()

    def _end(self, row_id: UUID, name: str) -> None:
        self.work.act(lambda mirror: (name, _ended(mirror, row_id)), self._has_ended, self._refused)

    def _has_ended(self, result: tuple[str, Changes]) -> None:
        self.told.emit(f"{result[0] or 'The clinic'} enters nothing more from today.")
        self.reload()

    def _refused(self, refusal: Exception) -> None:
        self.told.emit(str(refusal))


def _told(one: Row[Any], waits: bool) -> str:
    if one.clinic_name:
        name = str(one.clinic_name)
    elif waits:
        name = f"{one.client_code}: not sent yet"
    else:
        name = f"{one.client_code}: no clinic has given out this code. End it, and enter it anew"
    return f"{name} · ended {day_text(one.ended_on)}" if one.ended_on else name


def _read(mirror: Mirror) -> list[tuple[Row[Any], bool]]:
    table = FarmVet.__table__
    with mirror.read() as connection:
        waiting, _ = unconfirmed(connection, "farm_vets")
        query = select(table).order_by(table.c.ended_on.is_not(None), table.c.created_at)
        return [(row_, str(row_.id) in waiting) for row_ in connection.execute(query)]


def _ended(mirror: Mirror, row_id: UUID) -> Changes:
    return saving.change(mirror, FarmVet, row_id, {"ended_on": today()})
