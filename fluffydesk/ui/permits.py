"""What this person's role may not do: said at the button, before anything is typed."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton

from fluffydesk.mirror.whose import Whose
from fluffydesk.records.access import Verb
from fluffydesk.records.catalog import may
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import words
from fluffydesk.work import Work

_VERBS = {"add": "add", "change": "change", "delete": "delete", "read": "see"}


def why_not(whose: Whose, record: type[Record] | None, verb: Verb = "add") -> str:
    """Return why this person may not write a record, in words; "" if they may."""
    if record is None or may(record, verb, whose.role):
        return ""
    role, several = words(whose.role).lower(), record.__titles__[1].lower()
    return f"Your role is {role}, and it may not {_VERBS[verb]} {several}. Ask an owner or manager."


class Permit(QObject):
    """Keeps a button shut while the role may not do what it is for; its tip says why."""

    def __init__(
        self, button: QAbstractButton, work: Work, record: type[Record], verb: Verb = "add"
    ) -> None:
        super().__init__(button)
        self._button, self._record, self._verb = button, record, verb
        self._tip = button.toolTip()
        work.whose_changed.connect(self._look)
        self._look(work.whose)

    def _look(self, whose: Whose) -> None:
        locked = why_not(whose, self._record, self._verb)
        self._button.setEnabled(not locked)
        self._button.setToolTip(locked or self._tip)
        self._button.setAccessibleDescription(locked)
