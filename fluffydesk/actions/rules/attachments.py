"""Rules of attached files: the bytes are those the title was written for, and stay."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.records.reviews import Attachment, AttachmentContent
from fluffydesk.records.vocabulary import Record

_OF_THE_FILE = ("media_type", "size_bytes", "sha256")


def _stays(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse what says of another file than the one that was attached."""
    if after is None:
        return
    if before is None:
        _written_as_hash(after.sha256)
        return
    for name in _OF_THE_FILE:
        if getattr(before, name) != getattr(after, name):
            raise InvalidValue(
                "An attached file stays as it is.", "Attach the other one beside it.", field=name
            )


def _written_as_hash(text: str) -> None:
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise InvalidValue(
            "SHA-256 must be 64 digits of 0-9 and a-f.",
            "Attach files on the card, which reckons it.",
            field="sha256",
        )


def _is_the_file(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse bytes that are not those the attachment was written for."""
    if after is None:
        return
    attachment = row_of(connection, Attachment, after.attachment_id)
    try:
        content = base64.b64decode(after.content, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    told = attachment and (attachment.size_bytes, attachment.sha256)
    if told != (len(content), hashlib.sha256(content).hexdigest()):
        raise InvalidValue(
            "This is not the file that was attached.", "Attach it again.", field="content"
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    Attachment: (_stays,),
    AttachmentContent: (_is_the_file,),
}
