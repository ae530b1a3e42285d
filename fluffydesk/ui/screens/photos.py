"""Photos and documents on an animal's or a pet's card: a strip, and what is done with one."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QKeyEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
)

from fluffydesk.actions.attachments import ANIMAL, File, attach, attached, retitle, take_away
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.records.reviews import Attachment
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import icons, measures
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.pictures import file_of, photo_of, thumbnail
from fluffydesk.ui.screens.photo_viewer import OpenedFiles, PhotoViewer, read_content
from fluffydesk.work import Work

THUMBNAIL = QSize(128, 96)
_ID = Qt.ItemDataRole.UserRole
_MOST_TOLD = 3
_TITLE = 32
_EMPTY = (
    "No photo or document yet. Choose Attach, drop a file here or paste a picture; "
    "photos are made smaller, and the place they were taken is left out."
)
_FILES = "Photos and documents (*.jpg *.jpeg *.png *.gif *.webp *.pdf *.txt);;All files (*)"


class PhotoStrip(QListWidget):
    """Thumbnails beside each other, read when they come into view."""

    opened = Signal(int)
    removed = Signal(int)
    in_view = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Photos and documents")
        self.setAccessibleDescription("Enter opens, F2 changes the title, Delete takes away")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setMovement(QListView.Movement.Static)
        self.setWrapping(False)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setIconSize(THUMBNAIL)
        self.setGridSize(THUMBNAIL + QSize(2 * measures.STEP, _TITLE))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAcceptDrops(False)  # the whole card takes them
        self.setFixedHeight(THUMBNAIL.height() + _TITLE + measures.CARD)
        self.horizontalScrollBar().valueChanged.connect(self.in_view)
        self.doubleClicked.connect(self._open_clicked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = self.currentRow()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and at >= 0:
            self.opened.emit(at)
        elif event.key() == Qt.Key.Key_Delete and at >= 0:
            self.removed.emit(at)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.in_view.emit()

    def shown(self) -> list[QListWidgetItem]:
        """Return the items that can be seen, and the next ones beside them."""
        view = self.viewport().rect().adjusted(-THUMBNAIL.width(), 0, THUMBNAIL.width(), 0)
        items = [self.item(at) for at in range(self.count())]
        return [one for one in items if QRect(self.visualItemRect(one)).intersects(view)]

    def _open_clicked(self) -> None:
        self.opened.emit(self.currentRow())


class PhotosCard(Card):
    """Photos and documents of one animal or pet: attached, opened, retitled, taken away."""

    def __init__(self, work: Work, of: str = ANIMAL) -> None:
        """`of` says whose: ANIMAL or PET."""
        super().__init__("Photos and documents")
        self.work, self._of = work, of
        self.rows: list[Any] = []
        self.question: QMessageBox | None = None
        self.viewer: PhotoViewer | None = None
        self._id: UUID | None = None
        self._thumbnails: dict[UUID, QIcon] = {}
        self._asked: set[UUID] = set()
        self._waiting: list[Path | QImage] = []
        self._coming = 0
        self._problems: list[str] = []
        self._files: OpenedFiles | None = None
        self.button = Button("Attach", self.choose, icon_role="add")
        self.button.setToolTip("Attach photos or documents (Ctrl+P)")
        Permit(self.button, work, Attachment, "add")
        self.act(self.button)
        self.empty = Words(_EMPTY, role="muted", wrap=True)
        self.progress = Words("", role="muted")
        self.cancel = Button("Cancel", self.stop)
        self.trouble = Banner("", "warning")
        self.strip = PhotoStrip()
        self.add(self.trouble)
        self.add(row(self.progress, self.cancel, None))
        self.add(self.empty)
        self.add(self.strip)
        for part in (self.progress, self.cancel, self.strip):
            part.hide()
        self.setAcceptDrops(True)
        self.strip.opened.connect(self.open)
        self.strip.removed.connect(self.ask_to_remove)
        self.strip.in_view.connect(self._read_thumbnails)
        self.strip.itemChanged.connect(self._retitle)
        work.changed.connect(self._written)

    def show_of(self, subject_id: UUID) -> None:
        """Show what is attached to an animal or a pet."""
        if subject_id != self._id:
            self._id = subject_id
            self.stop()
            self._thumbnails.clear()
            self._asked.clear()
            self.trouble.say("")
        self.reload()

    def reload(self) -> None:
        """Read the titles anew."""
        if self._id is not None:
            self.work.on_mirror(
                partial(_read, subject_id=self._id, of=self._of), self._show, latest=True
            )

    def choose(self) -> None:
        """Ask which files to attach."""
        if self._id is None or not self.button.isEnabled():
            return
        dialog = QFileDialog(self, "Attach photos or documents")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_FILES)
        dialog.filesSelected.connect(self.take)
        dialog.open()

    def take(self, paths: list[str]) -> None:
        """Attach files one after the other; what is wrong with some is told at the end."""
        self._take([Path(one) for one in paths])

    def paste(self) -> None:
        """Attach the picture or the files that were copied."""
        copied = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in copied.urls() if url.isLocalFile()]
        image = QImage() if files else QGuiApplication.clipboard().image()
        self._take([*files, *([] if image.isNull() else [image])])

    def stop(self) -> None:
        """Attach no more of the files that wait."""
        self._coming -= len(self._waiting)
        self._waiting.clear()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.button.isEnabled() and any(one.isLocalFile() for one in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        self._take([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
        event.acceptProposedAction()

    def open(self, at: int) -> None:
        """Show a photo large, or a document in the desktop's own program."""
        chosen = self.rows[at]
        if chosen.media_type.startswith("image/"):
            photos = [one for one in self.rows if one.media_type.startswith("image/")]
            self.viewer = PhotoViewer(self.work, photos, photos.index(chosen), self)
            self.viewer.open()
        else:
            self._files = self._files or OpenedFiles(self.work, self)
            self._files.open(chosen.id)

    def ask_to_remove(self, at: int) -> None:
        """Ask before an attachment is deleted."""
        why = why_not(self.work.whose, Attachment, "delete")
        if why:
            self.trouble.say(why, "warning")
            return
        chosen = self.rows[at]
        ask = QMessageBox(self)
        ask.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ask.setWindowTitle("Take away")
        ask.setText(f"Delete {chosen.title}?")
        ask.setInformativeText("It is deleted here and, with the next sync, everywhere.")
        yes = ask.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        ask.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
        yes.clicked.connect(partial(self._remove, chosen.id))
        self.question = ask
        ask.open()

    def _remove(self, attachment_id: UUID, checked: bool = False) -> None:
        job = partial(take_away, attachment_id=attachment_id)
        self.work.act(job, None, self._refused)

    def _take(self, files: list[Path | QImage]) -> None:
        if self._id is None or not files or not self.button.isEnabled():
            return
        idle = not self._coming
        self._waiting += files
        self._coming += len(files)
        if idle:
            self._problems.clear()
            self.trouble.say("")
            self._next()
        self._say_progress()

    def _next(self) -> None:
        """Make the next file ready; each is written before the one after it is read."""
        if not self._waiting or self._id is None:
            self._coming = 0
            self._say_progress()
            return
        file = self._waiting.pop(0)
        self.work.on_network(partial(_ready, file, self._id), self._attach, self._failed)

    def _attach(self, ready: tuple[UUID, File]) -> None:
        job = partial(attach, subject_id=ready[0], file=ready[1], of=self._of)
        self.work.act(job, self._attached, self._failed)

    def _attached(self, _: tuple[UUID, Changes]) -> None:
        self._coming -= 1
        self._say_progress()
        self._next()

    def _failed(self, refusal: Refusal) -> None:
        self._problems.append(str(refusal))
        more = len(self._problems) - _MOST_TOLD
        told = [*self._problems[:_MOST_TOLD], *([f"And {more} more."] if more > 0 else [])]
        self.trouble.say("\n".join(told), "warning")
        self._coming -= 1
        self._say_progress()
        self._next()

    def _say_progress(self) -> None:
        left = self._coming
        self.progress.setText(f"Attaching, {left} to go" if left else "")
        self.progress.setVisible(left > 0)
        self.cancel.setVisible(left > 1)

    def _show(self, rows: list[Any]) -> None:
        if self.strip.state() == QAbstractItemView.State.EditingState:
            return  # what is being typed stays; its end reads anew
        current = self.strip.currentRow()
        there = self.rows[current].id if 0 <= current < len(self.rows) else None
        self.rows = rows
        self.empty.setVisible(not rows)
        self.strip.setVisible(bool(rows))
        self.strip.blockSignals(True)
        self.strip.clear()
        for one in rows:
            item = QListWidgetItem(self._thumbnails.get(one.id, _placeholder(one)), one.title)
            item.setData(_ID, one.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setToolTip(_told(one))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _told(one))
            self.strip.addItem(item)
        ids = [one.id for one in rows]
        place = ids.index(there) if there in ids else min(max(current, 0), len(rows) - 1)
        self.strip.setCurrentRow(place)
        self.strip.blockSignals(False)
        self._read_thumbnails()

    def _read_thumbnails(self) -> None:
        """Ask for the pictures that are seen and were not asked for yet."""
        photos = {one.id for one in self.rows if one.media_type.startswith("image/")}
        for item in self.strip.shown():
            id = item.data(_ID)
            if id in photos and id not in self._asked:
                self._asked.add(id)
                job = partial(_thumbnail, self.work, id, self.devicePixelRatioF())
                self.work.on_network(job, self._show_thumbnail, self._no_thumbnail)

    def _show_thumbnail(self, found: tuple[UUID, QImage]) -> None:
        id, image = found
        self._thumbnails[id] = QIcon(QPixmap.fromImage(image))
        self.strip.blockSignals(True)
        for at, one in enumerate(self.rows):
            if one.id == id:
                self.strip.item(at).setIcon(self._thumbnails[id])
        self.strip.blockSignals(False)

    def _no_thumbnail(self, _: Refusal) -> None:
        """Leave the sign of a photo: its bytes have not come, or were deleted meanwhile."""

    def _retitle(self, item: QListWidgetItem) -> None:
        at = self.strip.row(item)
        if item.text().strip() != self.rows[at].title:
            job = partial(retitle, attachment_id=self.rows[at].id, title=item.text())
            self.work.act(job, None, self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self.trouble.say(str(refusal), "warning")
        self.reload()

    def _written(self, changes: Changes) -> None:
        if Attachment.__table__.name in changes and self.isVisible():
            self.reload()


def _told(one: Any) -> str:
    """Return what a screen reader says of an attachment."""
    what = "Photo" if one.kind is AttachmentKind.PHOTO else "Document"
    taken = f", {day_text(one.taken_on)}" if one.taken_on else ""
    return f"{what}: {one.title}{taken}"


def _placeholder(one: Any) -> QIcon:
    """Return the sign of a kind of file, small in the middle of where a thumbnail would be."""
    role = {"application/pdf": "pdf", "text/plain": "list"}.get(one.media_type, "photo")
    ground = QPixmap(THUMBNAIL)
    ground.fill(Qt.GlobalColor.transparent)
    painter = QPainter(ground)
    icons.icon(role, "muted").paint(painter, ground.rect().adjusted(0, 24, 0, -24))
    painter.end()
    return QIcon(ground)


def _read(mirror: Mirror, subject_id: UUID, of: str) -> list[Any]:
    with mirror.read() as connection:
        return attached(connection, subject_id, of)


def _ready(file: Path | QImage, subject_id: UUID) -> tuple[UUID, File]:
    if isinstance(file, QImage):
        return subject_id, photo_of(file, "Pasted picture")
    return subject_id, file_of(file)


def _thumbnail(work: Work, attachment_id: UUID, ratio: float) -> tuple[UUID, QImage]:
    content = work.mirror_door(partial(read_content, attachment_id=attachment_id))
    return attachment_id, thumbnail(content, THUMBNAIL * ratio)
