"""A step of a drag in the calendar with 500 bookings in the week: under a frame of 60 a second.

    python -m tests.benchmarks.calendar [--bookings N]

A mirror is filled with so many bookings of one week for four vets. The week is shown at
1920 x 1080, a booking is taken up by the mouse and dragged to and fro; each step is one event of
the mouse, the check of the new place against everything booked, and the drawing of what changed,
until the picture is there. Beside it stands a baseline of the same run: the drawing of the whole
calendar once. Exits with 1 when the median step takes more than MOST of that; the 16 ms of a frame
are printed beside the slowest of a hundred steps.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.types import new_id
from fluffydesk.ui.look import theme
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.work import Work
from tests.benchmarks.raw import machine
from tests.clinic_sample import DAY, Sample, fill
from tests.mirrors import new_mirror

BOOKINGS = 500
MOST = 0.5
"""Times the drawing of the whole calendar that a step may take."""
FRAME_MS = 16.0
STEPS = 100
ROUNDS = 9
_VETS = ("Dr Osei Lund", "Dr Ana Ferro", "Mila Brandt", "Jo Linde")
_PETS = ("Rex", "Biscuit", "Mango", "Pixel")
_KINDS = ("checkup", "vaccine")


def book(mirror: Mirror, sample: Sample, bookings: int) -> None:
    """Book so many quarters of an hour from Monday on, side by side for four vets."""
    monday = DAY - timedelta(days=DAY.weekday())
    images = []
    for number in range(bookings):
        turn, vet = divmod(number, len(_VETS))
        day, slot = turn % 7, turn // 7
        starts = sample.at(8, day=monday + timedelta(days=day)) + slot * timedelta(minutes=25)
        values = {
            "id": new_id(),
            "organization_id": sample.organization,
            "pet_id": sample[_PETS[number % 4]],
            "client_id": sample["Ivy Stone"],
            "veterinarian_id": sample[_VETS[vet]],
            "service_id": sample[_KINDS[number % 2]],
            "scheduled_at": starts,
            "ends_at": starts + timedelta(minutes=20),
            "status": "scheduled",
            "may_overlap": False,
            "reason": "Yearly booster",
            "row_version": 1,
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
            "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        images.append(to_image(Appointment, values))
    with mirror.apply() as connection:
        write_images(connection, Appointment, images)


def shown(work: Work, sample: Sample, day: date) -> Calendar:
    """Return the calendar with the week of a day shown."""
    screen = Calendar(work)
    screen.clock = lambda: sample.at(9, 40)
    screen.resize(1920 - 208, 1080 - 100)
    screen.bar.view.set_value("week")
    screen.show()
    screen.go_to(day)
    _settle(work)
    return screen


def whole(screen: Calendar) -> list[float]:
    """Return the seconds that drawing everything takes, a few times."""
    taken = []
    for _ in range(ROUNDS):
        screen.grid.viewport().update()
        begun = time.perf_counter()
        QApplication.processEvents()
        taken.append(time.perf_counter() - begun)
    return taken


def steps(screen: Calendar) -> list[float]:
    """Return the seconds of each step of a drag over the columns, and down and up again."""
    grid = screen.grid
    view = grid.viewport()
    inside = view.rect().adjusted(80, grid.head + 40, -40, -40)
    card = next(one for one in grid.cards if inside.contains(grid.box_of(one).toAlignedRect()))
    start = grid.box_of(card).center().toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    taken = []
    for step in range(STEPS):
        point = QPoint(
            inside.left() + step * 37 % inside.width(), inside.top() + step * 11 % inside.height()
        )
        begun = time.perf_counter()
        QTest.mouseMove(view, point)
        QApplication.processEvents()
        taken.append(time.perf_counter() - begun)
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.hand is None
    return taken


def main(bookings: int) -> int:
    """Fill, drag and print; 1 where a step is too slow beside the whole drawing."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, dark=False)
    with TemporaryDirectory() as folder, new_mirror(Path(folder) / "clinic.db") as mirror:
        sample = fill(mirror)
        book(mirror, sample, bookings)
        work = Work(mirror)
        screen = shown(work, sample, DAY)
        baseline, dragged = median(whole(screen)), steps(screen)
        step, slowest = median(dragged), max(dragged)
        booked = len({card.visit.id for card in screen.grid.cards})
        screen.close()
        work.close()
    print(machine())
    print(f"{booked} bookings in the week; all drawn once {baseline * 1000:.1f} ms")
    ratio = step / baseline
    verdict = f"at most {MOST:g}" if ratio <= MOST else f"MORE THAN {MOST:g}"
    print(f"step of a drag, median  {step * 1000:6.2f} ms {ratio:6.2f} x all drawn  {verdict}")
    print(f"slowest of {STEPS}          {slowest * 1000:6.2f} ms, a frame is {FRAME_MS:g} ms")
    return 0 if ratio <= MOST else 1


def _settle(work: Work) -> None:
    loop = QEventLoop()
    work.idle.connect(loop.quit)
    if work.busy_here:
        loop.exec()
    QApplication.processEvents()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=BOOKINGS)
    sys.exit(main(parser.parse_args().bookings))
