"""Keeps what is shown in the organization's units, from the start and after they were changed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.organizations import Organization
from fluffydesk.ui.fields.texts import use_conventions, used_conventions
from fluffydesk.work import Work


class Units(QObject):
    """Reads the conventions; where they differ from what is shown, every screen reads anew."""

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work = work
        work.changed.connect(self._changed)
        self._read()

    def _changed(self, changes: Changes) -> None:
        if Organization.__table__.name in changes:
            self._read()

    def _read(self) -> None:
        self.work.on_mirror(_conventions, self._show, latest=True)

    def _show(self, found: Conventions) -> None:
        if found != used_conventions():
            use_conventions(found)
            self.work.announce(Changes.within(one.__table__.name for one in MIRRORED))


def _conventions(mirror: Mirror) -> Conventions:
    with mirror.read() as connection:
        return conventions(connection)
