"""An attached photo seen large, and other files handed to the program that shows them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QLabel, QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.actions.attachments import SUFFIXES, content_of, media_type
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Title, Words, row
from fluffydesk.ui.pictures import read_image
from fluffydesk.work import Work

_LARGEST_SHOWN = 3840


class PhotoViewer(QDialog):
    """One photo as large as the window; Left and Right show its neighbours, Esc closes."""

    def __init__(self, work: Work, photos: Sequence[Any], at: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._work, self._photos, self.at = work, photos, at
        self.pixmap = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.title = Title(Type.HEADING)
        self.note = Words("", role="muted")
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.before = Button("Previous", partial(self.step, -1), icon_role="previous")
        self.after = Button("Next", partial(self.step, 1), icon_role="next")
        close = Button("Close", self.reject)
        head = row(spacing=measures.CARD)
        head.addWidget(self.title, 1)
        head.addWidget(self.note)
        foot = row(self.before, self.after, None, close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(measures.CARD,) * 4)
        column.setSpacing(measures.STEP + measures.TIGHT)
        column.addLayout(head)
        column.addWidget(self.picture, 1)
        column.addLayout(foot)
        window = parent.window()
        self.resize(max(640, window.width() * 9 // 10), max(480, window.height() * 9 // 10))
        close.setFocus()
        self._read()

    def step(self, by: int) -> None:
        """Show the photo before or after this one."""
        if 0 <= self.at + by < len(self._photos):
            self.at += by
            self._read()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.step(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _read(self) -> None:
        photo = self._photos[self.at]
        taken = f"Taken {day_text(photo.taken_on)}, " if photo.taken_on else ""
        self.setWindowTitle(photo.title)
        self.title.setText(photo.title)
        self.note.setText(f"{taken}{self.at + 1} of {len(self._photos)}")
        self.before.setEnabled(self.at > 0)
        self.after.setEnabled(self.at + 1 < len(self._photos))
        self.picture.setAccessibleName(f"Photo: {photo.title}")
        job = partial(_image, self._work, photo.id)
        self._work.on_network(job, self._show, self._refused)

    def _show(self, found: tuple[UUID, Any]) -> None:
        if found[0] == self._photos[self.at].id:
            self.pixmap = QPixmap.fromImage(found[1])
            self._fit()

    def _fit(self) -> None:
        if self.pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        fitting = self.pixmap.size().scaled(
            self.picture.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio
        )
        shown = self.pixmap.scaled(fitting, mode=Qt.TransformationMode.SmoothTransformation)
        shown.setDevicePixelRatio(ratio)
        self.picture.setPixmap(shown)

    def _refused(self, refusal: Refusal) -> None:
        self.picture.setText(str(refusal))


class OpenedFiles(QObject):
    """Files written out to be seen by other programs, in a folder that is this person's alone.

    The folder goes with the card that opened them, at the latest when the program ends.
    """

    def __init__(self, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self._work, self._parent = work, parent
        self._folder = tempfile.TemporaryDirectory(prefix="fluffydesk-", ignore_cleanup_errors=True)
        self.destroyed.connect(self._folder.cleanup)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return Path(self._folder.name)

    def open(self, attachment_id: UUID) -> None:
        """Write a file out and show it with the program the desktop has for its kind."""
        job = partial(_written, self._work, attachment_id, self.folder)
        self._work.on_network(job, self._open)

    def _open(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _image(work: Work, attachment_id: UUID) -> tuple[UUID, Any]:
    content = work.mirror_door(partial(read_content, attachment_id=attachment_id))
    return attachment_id, read_image(content, _LARGEST_SHOWN)


def _written(work: Work, attachment_id: UUID, folder: Path) -> Path:
    """Write a file out; it is named by what it is, so that nothing in it is ever started."""
    content = work.mirror_door(partial(read_content, attachment_id=attachment_id))
    path = folder / f"{attachment_id}{SUFFIXES.get(media_type(content) or '', '.bin')}"
    path.write_bytes(content)
    return path


def read_content(mirror: Mirror, attachment_id: UUID) -> bytes:
    """Return the bytes of an attachment."""
    with mirror.read() as connection:
        return content_of(connection, attachment_id)
