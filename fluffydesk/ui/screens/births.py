"""The form of a birth: the dam, the day, and a row to type for each of the young."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.births import Birth, Young, record_birth
from fluffydesk.actions.numbering import next_tag
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import LambingRecord
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog, Layout, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Segments, Words
from fluffydesk.ui.screens.births_model import BirthModel
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.work import Work

_LAYOUT: Layout = ("dam_id", "lambed_on", "sire_id", "ease", "assisted_by", "notes")
_ROWS = 5


class BirthForm(RecordForm):
    """Who gave birth and when; the young are rows of a grid below, one typed after the other."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, LambingRecord, _LAYOUT, saver=self._write)
        self._young: tuple[Young, ...] = ()
        self._tagged = True
        self.model = BirthModel(self)
        self.model.counted.connect(self._count)
        self.grid = EntryGrid(self.model)
        self.grid.setAccessibleName("Young")
        self.grid.setFixedHeight(measures.ENTRY_ROW * _ROWS)
        self.said = Words("", role="muted", wrap=True)
        self.makes = Segments(
            "The living", [("The living become animals", True), ("Only count them", False)]
        )
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        at = column.indexOf(self.rows["lambed_on"]) + 1
        for part in (Words("Young", Type.HEADING), self.grid, self.said, self.makes):
            column.insertWidget(at, part)
            at += 1
        self._count()
        work.on_mirror(next_tag, self._reserve)

    @property
    def changed(self) -> bool:
        return bool(self._touched) or bool(self.model.young())

    def save(self) -> None:
        """Keep the cell that is being typed, then save all of it in one unit of work."""
        if self.saving:
            return
        self.grid.leave(forward=True)
        if self.model.problem:
            self.show_refusal(InvalidValue(self.model.problem))
            return
        self._young, self._tagged = self.model.young(), bool(self.makes.value())
        super().save()

    def _write(
        self, mirror: Mirror, _: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        given = dict(values)
        born_on = given.pop("lambed_on") or today()
        return record_birth(
            mirror, Birth(born_on=born_on, young=self._young, tagged=self._tagged, **given)
        )

    def _reserve(self, tag: str | None) -> None:
        self.model.reserved = tag
        self.model.refresh_rows()

    def _count(self) -> None:
        self.said.set_role("danger" if self.model.problem else "muted")
        if self.model.problem:
            self.said.setText(self.model.problem)
            return
        young = self.model.young()
        alive = sum(one.lives for one in young)
        self.said.setText(
            f"{len(young)} born, {alive} living."
            if young
            else "A row for each, Enter goes on. Sex: f or m. Fate: empty is alive, h hand-reared, "
            "d died within two days, s stillborn. Without a tag it gets the next reserved one."
        )


def open_birth(parent: QWidget, work: Work, values: Mapping[str, Any] | None = None) -> FormDialog:
    """Open the form of a birth, of the dam in `values` (`dam_id`) if one is given."""
    form = BirthForm(work)
    dialog = FormDialog(form, "Birth", parent)
    form.new(values)
    dialog.open()
    if values and values.get("dam_id"):
        form.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        form.grid.start()
    return dialog
