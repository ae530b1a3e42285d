"""The states of photos and documents to look at: a strip of them, one large, none yet, refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from fluffydesk.actions.attachments import File, attach
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.pictures import jpeg_of
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.shell import Shell

_SKIES = (("#7fb2e5", 1600, 1200), ("#e5b27f", 900, 1600), ("#8a7fe5", 1600, 500))


def photo_scenes(
    mirror: Mirror, visit: Callable[..., object], cow: UUID, bull: UUID, titles: tuple[str, str]
) -> list[Any]:
    """Return the scenes; `titles` are a long one and one that is read from the right."""
    named = ("Ear tag, left", *titles)
    for title, (sky, width, height) in zip(named, _SKIES, strict=True):
        photo = jpeg_of(_landscape(sky, width, height))
        attach(mirror, cow, File(title, photo, AttachmentKind.PHOTO, date(2026, 5, 4)))
    attach(mirror, cow, File("Pedigree", b"%PDF-1.7 of a pedigree"))
    attach(mirror, cow, File("What the vet said", b"Keep her dry."))
    here = (partial(visit, place=Place("animal", cow)), _to_photos)
    return [
        ("farm-photos", here),
        ("farm-photos-large", (*here, _large)),
        ("farm-photos-refused", (*here, _refused)),
        ("farm-photos-none", (partial(visit, place=Place("animal", bull)), _to_photos)),
    ]


def _landscape(sky: str, width: int, height: int) -> QImage:
    """Return a sky over a meadow."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    slope = QLinearGradient(QPointF(0, 0), QPointF(0, height * 0.7))
    slope.setColorAt(0, QColor(sky))
    slope.setColorAt(1, Qt.GlobalColor.white)
    painter.fillRect(image.rect(), slope)
    painter.fillRect(0, height * 6 // 10, width, height, QColor("#5d8a4a"))
    painter.end()
    return image


def _card(shell: Shell) -> AnimalCardScreen:
    screen = shell.current
    assert isinstance(screen, AnimalCardScreen)
    return screen


def _to_photos(shell: Shell) -> None:
    screen = _card(shell)
    screen.findChild(Page).verticalScrollBar().setValue(screen.photos.y() - 16)


def _large(shell: Shell) -> None:
    _card(shell).photos.open(2)


def _refused(shell: Shell) -> None:
    photos = _card(shell).photos
    photos.trouble.say(
        str(
            Refusal(
                "Herd book has 1,204 kB; at most 400 kB can be attached.",
                "Scan it with a lower resolution, or attach it page by page.",
            )
        ),
        "warning",
    )
