"""Files of animals: what may be attached, what stays, and what goes with it."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.attachments import (
    File,
    attach,
    attached,
    content_of,
    day_taken,
    media_type,
    retitle,
    take_away,
)
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror import journal, queries
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Listing
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import LARGEST_FILE, Attachment, AttachmentContent
from tests.actions.barn import Barn
from tests.actions.farm import CATTLE

PDF = b"%PDF-1.7 of a pedigree"
JPEG = b"\xff\xd8\xff\xe1 a photo"


def files_of(mirror: Mirror, animal: UUID) -> list[Any]:
    with mirror.read() as connection:
        return attached(connection, animal)


def test_a_file_is_attached_read_retitled_and_taken_away(barn: Barn) -> None:
    animal = barn.cow
    photo = File("Ear tag, left", JPEG, AttachmentKind.PHOTO, date(2026, 5, 1))
    id, changes = attach(barn.mirror, animal, photo)
    assert set(changes) == {"attachments", "attachment_contents"}
    (row,) = files_of(barn.mirror, animal)
    assert (row.title, row.media_type, row.size_bytes) == ("Ear tag, left", "image/jpeg", len(JPEG))
    with barn.mirror.read() as connection:
        assert content_of(connection, id) == JPEG
    assert set(retitle(barn.mirror, id, "Ear tag, right")) == {"attachments"}
    assert files_of(barn.mirror, animal)[0].title == "Ear tag, right"
    take_away(barn.mirror, id)
    assert files_of(barn.mirror, animal) == []
    with barn.mirror.read() as connection:
        with pytest.raises(NotFound, match="not on this PC"):
            content_of(connection, id)
        assert not [key for key in journal.pending_rows(connection) if "attach" in key[0]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (PDF + bytes(LARGEST_FILE), "at most 400 kB"),
        (b"MZ\x90\0 a program", "neither a picture, a PDF nor a text"),
    ],
)
def test_what_cannot_be_attached_is_refused_in_a_sentence(
    barn: Barn, content: bytes, sentence: str
) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        attach(barn.mirror, barn.cow, File("Pedigree", content))


def test_the_same_file_is_attached_once(barn: Barn) -> None:
    animal = barn.cow
    attach(barn.mirror, animal, File("Pedigree", PDF))
    with pytest.raises(Refusal, match="attached already, as Pedigree"):
        attach(barn.mirror, animal, File("Scan 7", PDF))
    assert len(files_of(barn.mirror, animal)) == 1


def test_an_attached_file_is_never_another(barn: Barn) -> None:
    id, _ = attach(barn.mirror, barn.cow, File("Pedigree", PDF))
    with pytest.raises(InvalidValue, match="stays as it is"):
        saving.change(barn.mirror, Attachment, id, {"sha256": "0" * 64})
    given = {"attachment_id": id, "content": base64.b64encode(JPEG).decode()}
    with pytest.raises(InvalidValue, match="not the file that was attached"):
        saving.add(barn.mirror, AttachmentContent, given)
    with barn.mirror.read() as connection:
        assert content_of(connection, id) == PDF


def test_files_go_with_their_animal(barn: Barn) -> None:
    bull = {"tag_number": "B-1", "species_id": CATTLE}
    animal, _ = saving.add(barn.mirror, Livestock, bull)
    attach(barn.mirror, animal, File("Pedigree", PDF))
    saving.remove(barn.mirror, Livestock, animal)
    with barn.mirror.read() as connection:
        for table in ("attachments", "attachment_contents"):
            assert not connection.exec_driver_sql(f"select count(*) from {table}").scalar_one()


def test_bytes_are_not_searched(barn: Barn) -> None:
    id, _ = attach(barn.mirror, barn.cow, File("Pedigree", b"alphaalphaalpha"))
    with barn.mirror.read() as connection:
        stored = connection.exec_driver_sql("select content from attachment_contents").scalar_one()
        contents = Listing(AttachmentContent, str(stored)[:8])
        assert queries.count(connection, contents) == 0
        assert queries.count(connection, Listing(AttachmentContent, "Pedigree")) == 1
    assert id


def test_a_file_is_what_its_content_says() -> None:
    assert media_type(PDF) == "application/pdf"
    assert media_type("Grüße\n".encode()) == "text/plain"
    assert media_type(b"RIFF....WEBP") == "image/webp"
    assert media_type(b"<a>\x07") is None
    assert media_type(b"\xff\xfe") is None


def test_a_camera_says_when_a_photo_was_taken() -> None:
    told = b"\xff\xd8Exif 2026:05:03 10:11:12\0 2026:04:30 07:00:00\0 2026:13:01 07:00:00\0"
    assert day_taken(told) == date(2026, 4, 30)
    assert day_taken(b"2999:01:01 00:00:00\0") is None
    assert day_taken(JPEG) is None
