"""Photos and documents of an animal or a pet: attached, retitled, read and taken away."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions import rules
from fluffydesk.actions.saving import change, existing, remove, row_with
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import Pet
from fluffydesk.records.reviews import LARGEST_FILE, Attachment, AttachmentContent
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record

SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
"""The files that may be attached, by what their first bytes say, and how their names end."""

ANIMAL, PET = "animal_id", "pet_id"
"""What a file may be attached to: the column of an attachment that names it."""

_SUBJECTS: dict[str, type[Record]] = {ANIMAL: Livestock, PET: Pet}
_EXIF_BYTES = 65_536
_EXIF_TIME = re.compile(rb"(\d{4}):(\d\d):(\d\d) \d\d:\d\d:\d\d\0")


@dataclass(frozen=True)
class File:
    """A file to attach, as it will be kept."""

    title: str
    content: bytes
    kind: AttachmentKind = AttachmentKind.DOCUMENT
    taken_on: date | None = None


def media_type(content: bytes) -> str | None:
    """Return what a file is by its content, never by its name; None for what is not attached."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "text/plain" if text and all(one >= " " or one in "\t\n\r\f" for one in text) else None


def day_taken(content: bytes) -> date | None:
    """Return the day a camera wrote into a photo (the first of its times); None without one."""
    days = []
    for found in _EXIF_TIME.findall(content[:_EXIF_BYTES]):
        try:
            days.append(date(*map(int, found)))
        except ValueError:
            continue
    first = min(days, default=None)
    return first if first is not None and first <= today() else None


def attach(mirror: Mirror, subject_id: UUID, file: File, of: str = ANIMAL) -> tuple[UUID, Changes]:
    """Attach a file to an animal, or `of` a PET; returns the attachment's id and what changed.

    Raises InvalidValue where it is empty, too large or of no kind that is attached, Refusal where
    it is attached already, NotFound where the animal or pet is gone.
    """
    kind, sha256 = _checked(file), hashlib.sha256(file.content).hexdigest()
    with mirror.unit(f"Attach {file.kind.value}") as unit:
        existing(unit.connection, _SUBJECTS[of], subject_id)
        there = row_with(unit.connection, Attachment, **{of: subject_id, "sha256": sha256})
        if there is not None:
            raise Refusal(
                f"{file.title} is attached already, as {there.title}.", "Choose another file."
            )
        values = {
            of: subject_id,
            "title": file.title.strip(),
            "kind": file.kind,
            "media_type": kind,
            "taken_on": file.taken_on,
            "size_bytes": len(file.content),
            "sha256": sha256,
        }
        row_id = unit.insert(Attachment, values)
        text = base64.b64encode(file.content).decode()
        content_id = unit.insert(AttachmentContent, {"attachment_id": row_id, "content": text})
        for record, id in ((Attachment, row_id), (AttachmentContent, content_id)):
            rules.hold(unit.connection, record, None, existing(unit.connection, record, id))
    return row_id, unit.changes


def _checked(file: File) -> str:
    """Return what a file is; InvalidValue says what is wrong with it."""
    if not file.title.strip():
        raise InvalidValue("Title is missing.", "Enter what it shows.", field="title")
    if not file.content:
        raise InvalidValue(f"{file.title} is empty.", "Choose another file.", field="content")
    if len(file.content) > LARGEST_FILE:
        raise InvalidValue(
            f"{file.title} has {len(file.content) / 1000:,.0f} kB; at most "
            f"{LARGEST_FILE // 1000} kB can be attached.",
            "Scan it with a lower resolution, or attach it page by page.",
            field="content",
        )
    kind = media_type(file.content)
    if kind is None:
        raise InvalidValue(
            f"{file.title} is neither a picture, a PDF nor a text.",
            "Save it as a PDF and attach that.",
            field="content",
        )
    return kind


def retitle(mirror: Mirror, attachment_id: UUID, title: str) -> Changes:
    """Call an attachment something else; its bytes are not written again."""
    return change(mirror, Attachment, attachment_id, {"title": title})


def take_away(mirror: Mirror, attachment_id: UUID) -> Changes:
    """Delete an attachment with its bytes."""
    return remove(mirror, Attachment, attachment_id)


def attached(connection: Connection, subject_id: UUID, of: str = ANIMAL) -> list[Row[Any]]:
    """Return the attachments of an animal or a pet without their bytes, latest taken first."""
    table = Attachment.__table__
    mine = select(table).where(table.c[of] == subject_id)
    return list(connection.execute(mine.order_by(table.c.taken_on.desc(), table.c.id.desc())))


def content_of(connection: Connection, attachment_id: UUID) -> bytes:
    """Return the bytes of an attachment; NotFound where they have not come, or are gone."""
    table = AttachmentContent.__table__
    asked = select(table.c.content).where(table.c.attachment_id == attachment_id).limit(1)
    text = connection.execute(asked).scalar()
    if text is None:
        raise NotFound("This file is not on this PC.", "Sync, then open it again.")
    return base64.b64decode(text)
