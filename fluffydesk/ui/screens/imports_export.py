"""Export from the imports screen: everything as CSV or a workbook, or the animals as ICAR ADE."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fluffydesk.actions.ade.writing import write_ade
from fluffydesk.actions.exporting import export, export_workbook
from fluffydesk.actions.importing import Cancelled, Door
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.parts.controls import Button, DropDown, Words
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screens.imports_jobs import Wish
from fluffydesk.wording import counted
from fluffydesk.work import Work

_IDLE = "What you may see of this organization, in open formats."
_CSV, _XLSX, _ADE = "csv", "xlsx", "ade"
_FORMS = (
    ("Everything, as CSV files", _CSV),
    ("Everything, as a workbook", _XLSX),
    ("Animals, as ICAR ADE", _ADE),
)
_FILTERS = {_XLSX: "Workbooks (*.xlsx)", _ADE: "ICAR ADE (*.json)"}
_NAMES = {_XLSX: "everything.xlsx", _ADE: "animals.json"}


class ExportRow(QWidget):
    """What is written, and the button; `told` says what came of it, in words and tone."""

    told = Signal(str, str)
    _at = Signal(str)

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.forms = DropDown()
        self.forms.setAccessibleName("What is exported")
        self.forms.setMinimumWidth(260)
        for words, form in _FORMS:
            self.forms.addItem(words, form)
        self.button = Button("Export", self.pick, icon_role="export")
        self.cancel = Button("Cancel the export", self.stop)
        self.cancel.hide()
        self._wish = Wish()
        self.progress = Words(_IDLE, role="muted")
        self._at.connect(self._say, Qt.ConnectionType.QueuedConnection)
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(Flow(self.forms, self.button, self.cancel, self.progress))

    def pick(self) -> None:
        """Ask where to, without keeping the window from answering."""
        form = str(self.forms.currentData())
        dialog = QFileDialog(self, "Export to")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if form == _CSV:
            dialog.setFileMode(QFileDialog.FileMode.Directory)
        else:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setNameFilter(_FILTERS[form])
            dialog.setDefaultSuffix(Path(_NAMES[form]).suffix[1:])
            dialog.selectFile(_NAMES[form])
        dialog.fileSelected.connect(self.write)
        dialog.open()

    def write(self, target: str) -> None:
        """Write what is chosen to a folder or file."""
        self.button.setEnabled(False)
        self.cancel.setEnabled(True)
        self.cancel.show()
        self.progress.setText("Exporting")
        form = str(self.forms.currentData())
        self._wish = Wish()
        tell = _telling(self._wish, self._work.stopping, self._at.emit)
        job = partial(_write, self._work.mirror_door, form, Path(target), tell)
        self._work.on_network(job, self._written, self._refused)

    def stop(self) -> None:
        """Want no more of the export; nothing of it stays."""
        self._wish.over = True
        self.cancel.setEnabled(False)
        self.progress.setText("Cancelling")

    def _say(self, table: str) -> None:
        if not self.button.isEnabled() and not self._wish.over:
            self.progress.setText(f"Exporting {table.replace('_', ' ')}")

    def _written(self, words: str) -> None:
        self._end()
        self.told.emit(words, "good")

    def _refused(self, refusal: Refusal) -> None:
        self._end()
        self.told.emit(str(refusal), "info" if isinstance(refusal, Cancelled) else "danger")

    def _end(self) -> None:
        had_focus = self.cancel.hasFocus()
        self.button.setEnabled(True)
        self.cancel.hide()
        if had_focus:
            self.button.setFocus()
        self.progress.setText(_IDLE)


def _telling(
    wish: Wish, stopping: Callable[[], bool], tell: Callable[[str], object]
) -> Callable[[str], None]:
    """Return what an export tells of its progress, and where it ends once it is not wanted."""

    def told(table: str) -> None:
        if wish.over or stopping():
            raise Cancelled("The export was cancelled: nothing was written.", "")
        tell(table)

    return told


def _write(door: Door, form: str, path: Path, tell: Callable[[str], None]) -> str:
    """Write from a connection of the thread's own: it shows one moment, and nobody waits for it."""
    with door(Mirror.beside) as mirror:
        if form == _CSV:
            files = export(mirror, path, tell)
            return f"Exported: {counted(len(files), 'file is', 'files are')} in {path}."
        if form == _XLSX:
            rows = export_workbook(mirror, path, tell)
            return f"Exported: {counted(rows, 'row is', 'rows are')} in {path}."
        written = write_ade(mirror, path, tell)
    words = f"Exported: {number_text(sum(written.counts.values()))} resources are in {path}."
    left = ", ".join(f"{number_text(count)} {what}" for what, count in written.left_out.items())
    return f"{words} Left out: {left}." if left else words
