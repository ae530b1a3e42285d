"""Photos made small enough to keep, thumbnails of them, and files made ready to attach.

Everything here may run on any thread: only QImage is used, no widget.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from fluffydesk.actions.attachments import File, day_taken, media_type
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.records.reviews import LARGEST_FILE

LONGEST_SIDE = 1600
"""How long a kept photo's longer side is at most, in pixels."""

LARGEST_READ = 60_000_000
"""How long a photo may be before it is made small, in bytes."""

_TRIES = tuple(
    (side, quality) for side in (LONGEST_SIDE, 1200, 800, 400) for quality in (85, 70, 55)
)


def file_of(path: Path) -> File:
    """Return a file from the disk as it will be kept; a picture is made a photo.

    Raises Refusal where it cannot be read, InvalidValue where it is too large or no such file.
    """
    try:
        if path.stat().st_size > LARGEST_READ:
            raise InvalidValue(f"{path.name} is too large to be read.", "Choose a smaller one.")
        content = path.read_bytes()
    except OSError as error:
        raise Refusal(
            f"{path.name} cannot be read: {error.strerror}.", "Choose another file."
        ) from error
    title = path.stem.replace("_", " ").strip() or path.name
    kind = media_type(content)
    if kind is None or not kind.startswith("image/"):
        return File(title, content)
    image = read_image(content)
    if image.isNull():
        raise InvalidValue(f"{path.name} is a broken picture.", "Choose another file.")
    return File(title, jpeg_of(image), AttachmentKind.PHOTO, day_taken(content))


def photo_of(image: QImage, title: str) -> File:
    """Return a picture that was pasted as the photo that will be kept."""
    return File(title, jpeg_of(image), AttachmentKind.PHOTO)


def read_image(content: bytes, side: int = LONGEST_SIDE) -> QImage:
    """Return a picture turned as its camera was held, its longer side at most so many pixels.

    A null image where the bytes are none.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > side:
        fitting = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitting.expandedTo(QSize(1, 1)))
    return reader.read()


def thumbnail(content: bytes, size: QSize) -> QImage:
    """Return a picture in the middle of a clear ground of that size; null where it is none."""
    image = read_image(content, max(size.width(), size.height()))
    if image.isNull():
        return image
    if image.width() > size.width() or image.height() > size.height():
        image = image.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    ground = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    ground.fill(Qt.GlobalColor.transparent)
    painter = QPainter(ground)
    left, top = (size.width() - image.width()) // 2, (size.height() - image.height()) // 2
    painter.drawImage(left, top, image)
    painter.end()
    return ground


def jpeg_of(image: QImage) -> bytes:
    """Return a picture as a JPEG that may be attached, smaller and coarser until it fits.

    It is painted anew, so that nothing else of the camera's file is kept: no place, no owner.
    """
    content = b""
    for side, quality in _TRIES:
        content = _written(_painted(image, side), quality)
        if len(content) <= LARGEST_FILE:
            break
    return content


def _painted(image: QImage, side: int) -> QImage:
    size = image.size()
    if max(size.width(), size.height()) > side:
        size = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
    size = size.expandedTo(QSize(1, 1))
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    plain = QImage(size, QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    scaled.setDevicePixelRatio(1)
    painter.drawImage(0, 0, scaled)
    painter.end()
    return plain


def _written(image: QImage, quality: int) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", quality)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
