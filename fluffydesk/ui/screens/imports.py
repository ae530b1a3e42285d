"""Imports: choose a file, see what it would create, duplicate or refuse, then carry it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.actions.importing import (
    FILES,
    SUBJECTS,
    Carried,
    Import,
    Progress,
    Undone,
    imports,
    title_for,
)
from fluffydesk.errors import Refusal
from fluffydesk.mirror.whose import Whose
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.controls import Button, DropDown, Segments, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.imports_export import ExportRow
from fluffydesk.ui.screens.imports_list import ImportsList
from fluffydesk.ui.screens.imports_mapping import ColumnsChoice
from fluffydesk.ui.screens.imports_preview import (
    EMPTY,
    FILES_READ,
    SHOWN,
    Found,
    Line,
    Request,
    dry_run_table,
    kept_lines,
    rest_of,
    undone_words,
    written_words,
)
from fluffydesk.ui.screens.imports_run import Runner
from fluffydesk.work import Work

_PATH_WIDTH = 200


class ImportsScreen(Screen):
    """A file's dry run, and the import itself with its progress."""

    key = "imports"
    title = "Imports"
    icon = "import"
    group = "This PC"
    searches = "Line, key or reason"
    help = (
        "Take over a file of another program: a workbook (XLSX), or CSV with any separator, "
        "decimal comma or point.\n"
        "Choose what the file holds, and the file. Below each of its headings stands which column "
        "it is; what you choose is remembered for the next file. A wide file has a column for "
        "each day. The dry run lists what it would create, which lines say again what is already "
        "there, which cannot be read or are against a rule of the trade and why, and what nothing "
        "here keeps. Nothing is written until you press Import.\n"
        "Animals are known again by official id, EID or tag. Importing a file twice creates "
        "nothing new. A chosen line is told in full below the list. Each import stands under "
        "Earlier imports and can be taken back; what was edited since is kept.\n"
        "Export writes what you may see of the organization: everything as CSV files or a "
        "workbook, or the animals with weights, milk and treatments as ICAR ADE."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._found: Found | None = None
        self._kept_shown = False
        self._focused: QWidget | None = None
        self.kinds = DropDown()
        self.kinds.setAccessibleName("What the file holds")
        for name in (*FILES, *SUBJECTS):
            self.kinds.addItem(title_for(name), name)
        self.sheets = DropDown()
        self.sheets.setAccessibleName("Sheet of the workbook")
        self.sheets.activated.connect(self._sheet_chosen)
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.path.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.path.setAccessibleName("File")
        self.path.setPlaceholderText("Choose a file, or drop one here")
        self.choose = Button("Choose a file", self.pick, kind="primary", icon_role="folder")
        self.start = Button("Import", self.carry_out, kind="primary", icon_role="import")
        self.cancel = Button("Cancel", self._cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.progress = Words("", role="muted")
        self.banner = Banner()
        self.shown = Segments("Show", SHOWN)
        self.shown.chosen.connect(self._list)
        self.counts = Words("", Type.STRONG, wrap=True)
        self.lines = dry_run_table()
        self.lines.current_changed.connect(self._tell_whole)
        self.whole = Words("", role="muted", wrap=True)
        self.whole.hide()
        self.columns = ColumnsChoice()
        self.columns.changed.connect(self._columns_chosen)
        self.past = ImportsList()
        self.past.wanted.connect(self.take_back)
        self.earlier = Button("Earlier imports", self.show_past, kind="quiet", icon_role="list")
        self.export = ExportRow(work)
        self.export.told.connect(self.banner.say)
        self.empty = Empty(icon_role="import")
        self.kinds.activated.connect(self._kind_chosen)
        self.runner = Runner(work, self)
        self.runner.answered.connect(self._answered)
        self.runner.progressed.connect(self._tell_progress)
        self.runner.ended.connect(self._finish)
        self.runner.taken_back.connect(self._taken_back)
        self.runner.refused.connect(self._refused)
        work.whose_changed.connect(self._lock)
        self.setAcceptDrops(True)
        self._arrange()
        self._waiting()
        self._lock(work.whose)

    def search(self, text: str) -> None:
        self.lines.search(text)

    def pick(self) -> None:
        """Ask for a file, without keeping the window from answering."""
        dialog = QFileDialog(self, "Choose a file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(FILES_READ)
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def reload(self) -> None:
        self.work.on_mirror(imports, self._show_past, latest=True)

    def read(self, file: str) -> None:
        """Make the dry run of a file."""
        self.path.setText(file)
        self.path.setToolTip(file)
        self.columns.hide()
        self.sheets.clear()
        self._ask(Request(Path(file), str(self.kinds.currentData())))

    def carry_out(self) -> None:
        """Write what the dry run listed, a little at a time."""
        if self._found is None or not self._found.parts or not self.start.isEnabled():
            return
        self.banner.say("")
        self._busy("")
        self.runner.write(self._found)

    def show_past(self) -> None:
        """Show the earlier imports, each with the way to take it back."""
        self.path.clear()
        self._found, self._kept_shown = None, False
        self.runner.stop()
        self.banner.say("")
        for part in (self.columns, self.sheets):
            part.hide()
        self._idle()
        self.reload()

    def take_back(self, import_id: object) -> None:
        """Take an earlier import back."""
        assert isinstance(import_id, UUID)
        self._busy("Taking it back")
        self.cancel.hide()
        self.runner.take_back(import_id)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.read(files[0])

    def _arrange(self) -> None:
        card = Card("")
        self.kinds.setMinimumWidth(260)
        self.path.setMinimumWidth(_PATH_WIDTH)
        files = (self.kinds, self.path, self.sheets, self.choose, self.earlier)
        card.add(Flow(*files, grows=self.path))
        card.add(self.columns)
        self.columns.hide()
        self.sheets.hide()
        card.add(row(self.progress, self.bar, None, self.cancel, spacing=measures.CARD))
        self.bar.setFixedWidth(320)
        card.add(self.export)
        table = QWidget()
        inside = QVBoxLayout(table)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.counts)
        inside.addWidget(Flow(self.shown, None, self.start))
        inside.addWidget(self.lines, 1)
        inside.addWidget(self.whole)
        self._stack = QStackedLayout()
        page = Page(measures.CARD)
        page.add(card)
        page.add(self.banner)
        page.add(self._stack, 1)
        page.fill(self)
        for part in (self.empty, table, self.past):
            self._stack.addWidget(part)

    def _waiting(self) -> None:
        for part in (self.bar, self.cancel, self.progress):
            part.hide()
        self.empty.say(
            "Nothing chosen yet",
            "Choose what the file holds, then the file (a workbook, CSV or ICAR ADE): animals, "
            "weights, milkings and more, as any program exports them. You see what would be "
            "created before anything is written.",
        )
        self._stack.setCurrentIndex(0)

    def _ask(self, request: Request) -> None:
        """Have a file read; what was asked before is wanted no more."""
        self._found = None
        self.start.setEnabled(False)
        self.banner.say("")
        # While columns are chosen nothing is locked: the choice would lose the focus.
        self._busy("Reading the file", lock=request.raw is None)
        self.runner.read(request)

    def _tell_progress(self, progress: Progress) -> None:
        if self.bar.isHidden():
            return
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        done, total = number_text(progress.done), number_text(progress.total)
        self.progress.setText(f"{done} of {total} {progress.what}")

    def _busy(self, words: str, *, lock: bool = True) -> None:
        self.progress.setText(words)
        self.progress.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.show()
        if lock:
            self._focused = self.focusWidget()
            for part in (self.choose, self.kinds, self.sheets, self.columns, self.earlier):
                part.setEnabled(False)
        self.start.setEnabled(False)

    def _idle(self) -> None:
        for shown in (self.bar, self.cancel, self.progress):
            shown.hide()
        for part in (self.choose, self.kinds, self.sheets, self.columns, self.earlier):
            part.setEnabled(True)
        self._lock(self.work.whose)
        focused, self._focused = self._focused, None
        if focused is not None and self.isAncestorOf(focused) and focused.isEnabled():
            focused.setFocus()  # the parts that were locked meanwhile had lost it

    def _lock(self, whose: Whose) -> None:
        """Keep Import shut while there is nothing to write, or the role may not; say why."""
        found = self._found
        records = found.records if found is not None else []
        reasons = (why_not(whose, record) for record in records)
        locked = next((reason for reason in reasons if reason), "")
        ready = found is not None and bool(found.parts) and self.cancel.isHidden()
        self.start.setEnabled(ready and not locked)
        self.start.setToolTip(locked)
        self.start.setAccessibleDescription(locked)
        if locked and ready:
            self.banner.say(locked, "info")
        self.past.lock(why_not(whose, SUBJECTS["animals"].record))

    def _kind_chosen(self, number: int) -> None:
        if self.path.text():
            self.read(self.path.text())

    def _sheet_chosen(self, number: int) -> None:
        self.columns.hide()
        kind, sheet = str(self.kinds.currentData()), self.sheets.currentText()
        self._ask(Request(Path(self.path.text()), kind, sheet))

    def _columns_chosen(self) -> None:
        request = self._request
        chosen, update = self.columns.chosen(), self.columns.update_rows.isChecked()
        self._ask(replace(request, chosen=chosen, update=update))

    def _refused(self, refusal: Refusal) -> None:
        self._idle()
        self.banner.say(str(refusal), "danger")

    def _answered(self, found: Found) -> None:
        self._request = found.request
        self._offer(found.sheets, found.request.sheet)
        self._idle()
        if found.request.raw is not None and self.columns.isHidden():
            subject = found.request.subject
            assert subject is not None
            self.columns.show_sheet(subject, found.request.raw, found.request.chosen or {})
            self.columns.show()
        if found.refusal is not None:
            tone = "danger" if found.request.raw is None else "info"
            self.banner.say(str(found.refusal), tone)
            if found.request.raw is not None:
                self._stack.setCurrentIndex(1)
                self.counts.setText(f"{number_text(len(found.request.raw.lines))} lines")
                self.lines.show_rows([])
            return
        self._show(found)

    def _offer(self, sheets: tuple[str, ...], chosen: str | None) -> None:
        """Offer the sheets of a workbook that has several."""
        if self.sheets.count() != len(sheets):
            self.sheets.clear()
            self.sheets.addItems(list(sheets))
        if chosen is not None:
            self.sheets.setCurrentText(chosen)
        self.sheets.setVisible(len(sheets) > 1)

    def _show(self, found: Found) -> None:
        self._found = found
        assert found.preview is not None
        self._idle()
        self._stack.setCurrentIndex(1)
        self.shown.show()
        self.start.show()
        self.counts.setText(found.preview.counts)
        if not found.parts and found.preview.lines["duplicate"]:
            words = "Everything in this file is already here: nothing to import."
            if found.preview.lines["problem"]:
                words = "Nothing to import: what could be read is already here."
            self.banner.say(words, "good")
        self._list()

    def _list(self, chosen: object = None) -> None:
        if self._found is None or self._found.preview is None:
            return
        which = str(self.shown.value())
        self.lines.say_when_empty(*EMPTY[which])
        self.lines.show_rows(self._found.preview.lines[which])

    def _tell_whole(self, line: Line | None) -> None:
        """Say in full what the chosen line has too little room for."""
        self.whole.setText("" if line is None else f"{line.what}: {line.words}")
        self.whole.setVisible(line is not None)

    def _finish(self, carried: list[Carried], cut: bool, stopped: Refusal | None) -> None:
        assert self._found is not None
        words = written_words(carried)
        refused = sum(len(one.refused) for one in carried)
        self._show(rest_of(self._found, carried))
        if stopped is not None:
            self.banner.say(f"{stopped} Before that, {words} went in.", "danger")
        elif cut:
            words = f"Cancelled. {words} are in; the same import later adds the rest."
            self.banner.say(words, "info")
        elif refused:
            left = "1 line was" if refused == 1 else f"{number_text(refused)} lines were"
            self.banner.say(f"Imported: {words}. {left} left out: see Problems.", "warning")
        else:
            self.banner.say(f"Imported: {words}. They are sent at the next sync.", "good")
        self.work.on_mirror(imports, self._show_past, latest=True)

    def _show_past(self, found: list[Import]) -> None:
        self.past.show_imports(found)
        self.earlier.setVisible(bool(found))
        if self._found is None and not self.path.text() and not self._kept_shown:
            self._stack.setCurrentIndex(2 if found else 0)

    def _taken_back(self, undone: Undone) -> None:
        self._idle()
        self.banner.say(undone_words(undone), "warning" if undone.kept else "good")
        if undone.kept:
            self.counts.setText("Kept, since taking them back would lose what came later")
            self.shown.hide()
            self.start.hide()
            self.lines.show_rows(kept_lines(undone))
            self._stack.setCurrentIndex(1)
            self._kept_shown = True
        self.reload()

    def _cancel(self) -> None:
        self.runner.stop()
        self.progress.setText("Finishing what is under way")
