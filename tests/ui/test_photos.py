"""Photos and documents on an animal's card: attached, seen, called something else, taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fluffydesk.actions.attachments import File, attach, attached, content_of
from fluffydesk.actions.saving import add
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.reviews import AttachmentKind
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.records.reviews import LARGEST_FILE
from fluffydesk.records.types import new_id
from fluffydesk.ui.pictures import LONGEST_SIDE, file_of, jpeg_of, read_image
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def cow(mirror: Mirror) -> UUID:
    cattle = {"id": new_id(), "code": "cattle", "name": "Cattle"}
    with mirror.apply() as connection:
        write_images(connection, LivestockSpecies, [to_image(LivestockSpecies, cattle)])
    return add(mirror, Livestock, {"tag_number": "1042", "species_id": cattle["id"]})[0]


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle, cow: UUID) -> AnimalCardScreen:
    made = AnimalCardScreen(work)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    with qtbot.waitExposed(made):
        made.show()
    made.arrive(Place("animal", cow))
    settle(work)
    return made


def picture(colour: str, width: int = 64, height: int = 48) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def titles(mirror: Mirror, cow: UUID) -> list[str]:
    with mirror.read() as connection:
        return [row.title for row in attached(connection, cow)]


def photo(mirror: Mirror, cow: UUID, title: str, colour: str) -> UUID:
    file = File(title, jpeg_of(picture(colour)), AttachmentKind.PHOTO)
    return attach(mirror, cow, file)[0]


def test_an_empty_card_says_what_belongs_there(screen: AnimalCardScreen) -> None:
    assert screen.photos.empty.isVisible()
    assert "drop a file" in screen.photos.empty.text()
    assert not screen.photos.strip.isVisible()
    assert "Ctrl+P" in [keys for keys, _ in screen.shortcuts]


def test_files_are_attached_and_the_bad_ones_told(
    screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID, tmp_path: Path
) -> None:
    picture("red", 4000, 3000).save(str(tmp_path / "Ear_tag.png"))
    (tmp_path / "Pedigree.pdf").write_bytes(b"%PDF-1.7 x")
    (tmp_path / "Video.bin").write_bytes(b"\0\1\2")
    (tmp_path / "Long.txt").write_text("a" * (LARGEST_FILE + 1))
    files = ["Ear_tag.png", "Video.bin", "Pedigree.pdf", "Long.txt", "Gone.pdf"]
    screen.photos.take([str(tmp_path / name) for name in files])
    assert screen.photos.cancel.isVisible()
    assert screen.photos.progress.text() == "Attaching, 5 to go"
    settle(work)
    assert sorted(titles(mirror, cow)) == ["Ear tag", "Pedigree"]
    assert not screen.photos.progress.isVisible()
    strip = screen.photos.strip
    assert {strip.item(at).text() for at in range(strip.count())} == {"Ear tag", "Pedigree"}


def test_what_was_wrong_is_told_in_sentences(
    screen: AnimalCardScreen, work: Work, settle: Settle, tmp_path: Path
) -> None:
    (tmp_path / "Video.bin").write_bytes(b"\0\1\2")
    screen.photos.take([str(tmp_path / "Video.bin"), str(tmp_path / "Gone.pdf")])
    settle(work)
    told = screen.photos.trouble.accessibleName() or screen.photos.trouble._words.text()
    assert "Video is neither a picture, a PDF nor a text." in told
    assert "Gone.pdf cannot be read" in told


def test_what_waits_can_be_cancelled(
    screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text(name)
    screen.photos.take([str(tmp_path / f"{name}.txt") for name in ("a", "b", "c")])
    screen.photos.cancel.click()
    settle(work)
    assert titles(mirror, cow) == ["a"]
    assert not screen.photos.progress.isVisible()


def test_a_file_is_dropped_and_a_picture_pasted(
    qtbot: QtBot,
    screen: AnimalCardScreen,
    work: Work,
    mirror: Mirror,
    settle: Settle,
    cow: UUID,
    tmp_path: Path,
) -> None:
    (tmp_path / "Passport.txt").write_text("NL 1234")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "Passport.txt"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier
    drop = QDropEvent(QPointF(9, 9), copy, data, left, none.NoModifier)
    screen.photos.dropEvent(drop)
    settle(work)
    QGuiApplication.clipboard().setImage(picture("blue"))
    qtbot.keyClick(screen, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    assert titles(mirror, cow) == ["Pasted picture", "Passport"]


def test_thumbnails_come_and_photos_open_large_by_keys(
    qtbot: QtBot, screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID
) -> None:
    photo(mirror, cow, "Left", "red")
    photo(mirror, cow, "Right", "blue")
    screen.photos.reload()
    settle(work)
    strip = screen.photos.strip
    assert strip.item(0).icon().pixmap(64, 48).toImage().pixelColor(20, 20).blue() > 200
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    viewer = screen.photos.viewer
    assert viewer is not None
    settle(work)
    assert viewer.title.text() == "Right"
    assert viewer.pixmap.toImage().pixelColor(5, 5).blue() > 200
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    settle(work)
    assert viewer.picture.accessibleName() == "Photo: Left"
    assert viewer.pixmap.toImage().pixelColor(5, 5).red() > 200
    qtbot.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_a_title_is_typed_in_place(
    qtbot: QtBot, screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID
) -> None:
    photo(mirror, cow, "IMG 1234", "red")
    screen.photos.reload()
    settle(work)
    strip = screen.photos.strip
    assert strip.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Photo: IMG 1234"
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_F2)
    typed = strip.findChild(QLineEdit)
    assert isinstance(typed, QLineEdit)
    typed.selectAll()
    qtbot.keyClicks(typed, "Ear tag, left")
    qtbot.keyClick(typed, Qt.Key.Key_Return)
    settle(work)
    assert titles(mirror, cow) == ["Ear tag, left"]


def test_delete_asks_first(
    qtbot: QtBot, screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID
) -> None:
    photo(mirror, cow, "Left", "red")
    screen.photos.reload()
    settle(work)
    screen.photos.strip.setFocus()
    qtbot.keyClick(screen.photos.strip, Qt.Key.Key_Delete)
    question = screen.photos.question
    assert question is not None
    assert titles(mirror, cow) == ["Left"]
    next(one for one in question.buttons() if one.text() == "Delete").click()
    settle(work)
    assert titles(mirror, cow) == []
    assert screen.photos.empty.isVisible()


def test_a_document_is_opened_from_a_private_file(
    qtbot: QtBot,
    screen: AnimalCardScreen,
    work: Work,
    mirror: Mirror,
    settle: Settle,
    cow: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened.append(Path(url.toLocalFile()))
    )
    attach(mirror, cow, File("run.exe", b"%PDF-1.7 x"))
    screen.photos.reload()
    settle(work)
    screen.photos.strip.setFocus()
    qtbot.keyClick(screen.photos.strip, Qt.Key.Key_Return)
    settle(work)
    (path,) = opened
    assert (path.suffix, path.read_bytes()) == (".pdf", b"%PDF-1.7 x")
    assert path.parent.stat().st_mode & 0o077 == 0
    screen.photos._files.destroyed.emit()  # type: ignore[union-attr]
    assert not path.exists()


def test_a_viewer_may_look_and_not_touch(
    qtbot: QtBot, screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID
) -> None:
    photo(mirror, cow, "Left", "red")
    kept = mirror.recall("organization")
    mirror.remember(organization={**kept, "role": Role.VIEWER.value})
    work.announce(Changes({"attachments": {cow}}))
    settle(work)
    assert not screen.photos.button.isEnabled()
    qtbot.keyClick(screen.photos.strip, Qt.Key.Key_Delete)
    assert screen.photos.question is None
    assert "may not delete attachments" in screen.photos.trouble._words.text()


def test_a_photo_is_made_small_and_keeps_no_place(tmp_path: Path) -> None:
    image = picture("green", 4000, 2000)
    image.setText("Place", "52.09N 5.12E")
    image.save(str(tmp_path / "Cow.jpg"), "JPEG", 100)
    file = file_of(tmp_path / "Cow.jpg")
    assert b"52.09N" in (tmp_path / "Cow.jpg").read_bytes()
    assert b"52.09N" not in file.content
    kept = read_image(file.content)
    assert (kept.width(), kept.height()) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert (file.title, file.kind) == ("Cow", AttachmentKind.PHOTO)


def test_a_photo_is_turned_as_the_camera_was_held(tmp_path: Path) -> None:
    plain = jpeg_of(picture("green", 200, 100))
    exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    turned = plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + plain[2:]
    (tmp_path / "Cow.jpg").write_bytes(turned)
    kept = read_image(file_of(tmp_path / "Cow.jpg").content)
    assert (kept.width(), kept.height()) == (100, 200)


def test_a_noisy_photo_is_made_coarser_until_it_fits() -> None:
    noise = Random(1).randbytes(1200 * 1200 * 4)
    content = jpeg_of(QImage(noise, 1200, 1200, QImage.Format.Format_RGB32).copy())
    assert 0 < len(content) <= LARGEST_FILE


def test_bytes_that_do_not_come_leave_the_sign_of_a_photo(
    screen: AnimalCardScreen, work: Work, mirror: Mirror, settle: Settle, cow: UUID
) -> None:
    id = photo(mirror, cow, "Left", "red")
    with mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM attachment_contents")
    screen.photos.reload()
    settle(work)
    assert screen.photos.strip.count() == 1
    assert id not in screen.photos._thumbnails
    with mirror.read() as connection, pytest.raises(Exception, match="not on this PC"):
        content_of(connection, id)
