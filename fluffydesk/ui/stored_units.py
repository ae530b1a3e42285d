"""Tells the amounts of a form in which unit their stored thing is kept (rule 24)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions.stored import unit_of_item
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.editors import Editor
from fluffydesk.ui.fields.stored_editor import StoredEditor
from fluffydesk.work import Work


class StoredUnits(QObject):
    """Follows the item's own unit, or the item that a movement is of.

    A form that shows neither is typed as its saver says.
    """

    def __init__(self, work: Work, editors: Mapping[str, Editor], parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._amounts = [one for one in editors.values() if isinstance(one, StoredEditor)]
        self._source = editors.get("unit") or editors.get("item_id") if self._amounts else None
        self._read: UUID | None = None
        if self._source is not None:
            self._source.changed.connect(self.follow)

    def follow(self) -> None:
        """Take the unit that is chosen, or read that of the item."""
        if self._source is None:
            return
        try:
            chosen = self._source.value()
        except InvalidValue:  # its name is being typed
            chosen = None
        if self._source.column.name == "unit" or chosen is None:
            self._read = None
            self._tell(str(chosen or ""))
        elif chosen != self._read:
            self._read = chosen
            self._tell(None)
            self._work.on_mirror(partial(_unit, item_id=chosen), self._found)

    def _found(self, found: tuple[UUID, str]) -> None:
        if found[0] == self._read:
            self._tell(found[1])

    def _tell(self, kept: str | None) -> None:
        for one in self._amounts:
            one.follow(kept)


def _unit(mirror: Mirror, item_id: UUID) -> tuple[UUID, str]:
    with mirror.read() as connection:
        return item_id, unit_of_item(connection, item_id)
