"""Imports: choose a file, see what it would create, duplicate or refuse, then carry it out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
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
    KINDS,
    SUBJECTS,
    Carried,
    Import,
    Plan,
    Problem,
    Undone,
    imports,
)
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Button, DropDown, Segments, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.imports_list import ImportsList
from fluffydesk.ui.screens.imports_mapping import ColumnsChoice
from fluffydesk.ui.screens.imports_preview import (
    CHUNK,
    EMPTY,
    Preview,
    TableRead,
    dry_run_columns,
    preview_of_plan,
    preview_of_table,
    read_plan,
    read_table,
    rest_of,
    start_import,
    take_back_import,
    undone_words,
    write_plan,
    write_rows,
)
from fluffydesk.ui.screens.rows_table import RowsTable
from fluffydesk.work import Work

_SHOWN: list[tuple[str, object]] = [
    ("Would create", "create"),
    ("Would change", "update"),
    ("Duplicates", "duplicate"),
    ("Problems", "problem"),
]


class ImportsScreen(Screen):
    """A file's dry run, and the import itself with its progress."""

    key = "imports"
    title = "Imports"
    icon = "import"
    group = "This PC"
    searches = "Line, key or reason"
    help = (
        "Take over a file of another program: CSV with any separator, decimal comma or point.\n"
        "Choose what the file holds, and the file. Below each of its headings stands which column "
        "it is; what you choose is remembered for the next file. A wide file has a column for "
        "each day. The dry run lists what it would create, which lines say again what is already "
        "there, and which cannot be read and why. Nothing is written until you press Import.\n"
        "Animals are known again by official id, EID or tag. Importing a file twice creates "
        "nothing new. Each import stands in the list and can be taken back; what was edited since "
        "is kept."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._plan: Plan | None = None
        self._table: TableRead | None = None
        self._preview: Preview | None = None
        self._import: UUID | None = None
        self._refusals: list[Problem] = []
        self._done = 0
        self._cancelled = False
        self.kinds = DropDown()
        self.kinds.setAccessibleName("What the file holds")
        for kind in KINDS.values():
            self.kinds.addItem(kind.title[:1].upper() + kind.title[1:], kind.name)
        for subject in SUBJECTS.values():
            self.kinds.addItem(subject.title, subject.name)
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
        self.shown = Segments("Show", _SHOWN)
        self.shown.chosen.connect(self._list)
        self.counts = Words("", Type.STRONG, wrap=True)
        self.lines = RowsTable("Dry run", dry_run_columns())
        self.columns = ColumnsChoice()
        self.columns.changed.connect(self._columns_chosen)
        self.past = ImportsList()
        self.past.wanted.connect(self.take_back)
        self.earlier = Button("Earlier imports", self.show_past, kind="quiet", icon_role="list")
        self.empty = Empty(icon_role="import")
        self.kinds.activated.connect(self._kind_chosen)
        self.setAcceptDrops(True)
        self._arrange()
        self._waiting()

    def search(self, text: str) -> None:
        self.lines.search(text)

    def pick(self) -> None:
        """Ask for a file, without keeping the window from answering."""
        dialog = QFileDialog(self, "Choose a file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Tables (*.csv *.txt *.tsv);;All files (*)")
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def reload(self) -> None:
        self.work.on_mirror(imports, self._show_past, latest=True)

    def read(self, file: str) -> None:
        """Make the dry run of a file."""
        self.path.setText(file)
        self._plan = self._table = self._preview = None
        self.banner.say("")
        self._busy("Reading the file and comparing it with what is here")
        kind = str(self.kinds.currentData())
        if kind in KINDS:
            job = partial(read_plan, path=Path(file), kind=kind)
            self.work.on_mirror(job, self._planned, self._refused, latest=True)
        else:
            self._read_table(None)

    def carry_out(self) -> None:
        """Write what the dry run listed, a little at a time."""
        if self._preview is None or not self._preview.steps:
            return
        self._done, self._cancelled = 0, False
        self._refusals = []
        self.banner.say("")
        self._busy("")
        self.cancel.show()
        if self._table is not None:
            self.work.on_mirror(
                partial(start_import, read=self._table), self._started, self._stopped
            )
        else:
            self._next()

    def show_past(self) -> None:
        """Show the earlier imports, each with the way to take it back."""
        self.path.clear()
        self._plan = self._table = self._preview = None
        self.banner.say("")
        self.columns.hide()
        self._idle()
        self.reload()

    def take_back(self, import_id: object) -> None:
        """Take an earlier import back."""
        assert isinstance(import_id, UUID)
        self._busy("Taking it back")
        self.work.act(
            partial(take_back_import, import_id=import_id), self._taken_back, self._refused
        )

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
        card.add(row(self.kinds, self.path, self.choose, self.earlier))
        card.add(self.columns)
        self.columns.hide()
        card.add(row(self.progress, self.bar, None, self.cancel, spacing=measures.CARD))
        self.bar.setFixedWidth(320)
        table = QWidget()
        inside = QVBoxLayout(table)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.counts)
        inside.addLayout(row(self.shown, None, self.start))
        inside.addWidget(self.lines, 1)
        self._stack = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(card)
        column.addWidget(self.banner)
        column.addLayout(self._stack, 1)
        for part in (self.empty, table, self.past):
            self._stack.addWidget(part)

    def _waiting(self) -> None:
        for part in (self.bar, self.cancel, self.progress):
            part.hide()
        self.empty.say(
            "Nothing chosen yet",
            "Choose what the file holds, then the file: animals, weights, milkings and more, as "
            "any program exports them. You see what would be created before anything is written.",
        )
        self._stack.setCurrentIndex(0)

    def _busy(self, words: str) -> None:
        self.progress.setText(words)
        self.progress.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.hide()
        for part in (self.choose, self.kinds, self.start, self.columns, self.earlier):
            part.setEnabled(False)

    def _idle(self) -> None:
        for shown in (self.bar, self.cancel, self.progress):
            shown.hide()
        for locked in (self.choose, self.kinds, self.columns, self.earlier):
            locked.setEnabled(True)
        self.start.setEnabled(self._preview is not None and self._preview.steps > 0)

    def _kind_chosen(self, number: int) -> None:
        if self.path.text():
            self.read(self.path.text())

    def _refused(self, refusal: Refusal) -> None:
        self._idle()
        self.banner.say(str(refusal), "danger")

    def _planned(self, found: Plan) -> None:
        self._plan = found
        self.columns.hide()
        self._show_preview(preview_of_plan(found))

    def _read_table(self, chosen: dict[str, str] | None) -> None:
        job = partial(
            read_table,
            path=Path(self.path.text()),
            subject=SUBJECTS[str(self.kinds.currentData())],
            chosen=chosen,
            update=self.columns.update_rows.isChecked(),
        )
        self.work.on_mirror(job, self._table_read, self._refused, latest=True)

    def _table_read(self, found: TableRead) -> None:
        fresh = self._table is None
        self._table = found
        if fresh:
            self.columns.show_sheet(found.subject, found.sheet, found.chosen)
        self.columns.show()
        if found.plan is None:
            self._preview = None
            self._idle()
            self._stack.setCurrentIndex(1)
            self.counts.setText(f"{number_text(len(found.sheet.lines))} lines")
            self.lines.show_rows([])
            self.banner.say(str(found.refusal), "info")
            return
        self.banner.say("")
        self._show_preview(preview_of_table(found.plan))

    def _columns_chosen(self) -> None:
        # Not busy: the choice that has the focus would lose it, and the arrows with it.
        self._preview = None
        self.start.setEnabled(False)
        self._read_table(self.columns.chosen())

    def _show_preview(self, found: Preview) -> None:
        self._preview = found
        self._idle()
        self._stack.setCurrentIndex(1)
        self.counts.setText(found.counts)
        if not found.steps and found.lines["duplicate"]:
            self.banner.say("Everything in this file is already here: nothing to import.", "good")
        self._list()

    def _list(self, chosen: object = None) -> None:
        if self._preview is None:
            return
        which = str(self.shown.value())
        self.lines.say_when_empty(*EMPTY[which])
        self.lines.show_rows(self._preview.lines[which])

    def _started(self, import_id: UUID) -> None:
        self._import = import_id
        self._next()

    def _next(self) -> None:
        if self._preview is None:
            return
        first, total = self._done, self._preview.steps
        self.bar.setRange(0, total)
        self.bar.setValue(first)
        self.progress.setText(f"{number_text(first)} of {number_text(total)} are in")
        table = self._table.plan if self._table is not None else None
        if table is not None and self._import is not None:
            rows = (*table.create, *table.update)[first : first + CHUNK]
            job = partial(write_rows, made=table, import_id=self._import, rows=rows)
            self.work.act(job, self._rows_written, self._stopped)
        elif self._plan is not None:
            part = replace(self._plan, batches=self._plan.batches[first : first + CHUNK])
            self.work.act(partial(write_plan, part=part), self._written, self._stopped)

    def _rows_written(self, found: tuple[Carried, Changes]) -> None:
        self._refusals += found[0].refused
        self._written(found[1])

    def _written(self, changes: Changes) -> None:
        if self._preview is None:
            return
        self._done = min(self._done + CHUNK, self._preview.steps)
        if self._cancelled or self._done >= self._preview.steps:
            self._finish()
        else:
            self._next()

    def _finish(self) -> None:
        if self._preview is None:
            return
        words = self._preview.written(self._done - len(self._refusals))
        if self._cancelled:
            words = f"Cancelled. {words} are in; the same import later adds the rest."
            self.banner.say(words, "info")
        elif self._refusals:
            count = len(self._refusals)
            left = "1 line was" if count == 1 else f"{number_text(count)} lines were"
            self.banner.say(f"Imported: {words}. {left} left out: see Problems.", "warning")
        else:
            self.banner.say(f"Imported: {words}. They are sent at the next sync.", "good")
        self._show_rest()

    def _show_rest(self) -> None:
        """Show what is still to be written, and the lines that a rule kept out."""
        assert self._preview is not None
        if self._plan is not None:
            self._plan = replace(self._plan, batches=self._plan.batches[self._done :])
            self._preview = preview_of_plan(self._plan)
        elif self._table is not None and self._table.plan is not None:
            rest = rest_of(self._table.plan, self._done, self._refusals)
            self._table = replace(self._table, plan=rest)
            self._preview = preview_of_table(rest)
        self.counts.setText(self._preview.counts)
        self._idle()
        self._list()

    def _stopped(self, refusal: Refusal) -> None:
        self._cancelled = True
        self._finish()
        self.banner.say(str(refusal), "danger")

    def _show_past(self, found: list[Import]) -> None:
        self.past.show_imports(found)
        self.earlier.setVisible(bool(found))
        if self._preview is None and self._table is None:
            self._stack.setCurrentIndex(2 if found else 0)

    def _taken_back(self, found: tuple[Undone, Changes]) -> None:
        undone = found[0]
        self._idle()
        self.banner.say(undone_words(undone), "warning" if undone.kept else "good")
        self.reload()

    def _cancel(self) -> None:
        self._cancelled = True
        self.progress.setText("Finishing what is under way")
