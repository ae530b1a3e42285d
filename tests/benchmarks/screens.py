"""Every screen of a farm with 100,000 rows in each of its tables, beside the sample's few.

    python -m tests.benchmarks.screens [--clinic] [--rows N] [WORD ..]

The sample farm is copied back in time until each of its tables has so many rows. Of what others
hang on (houses, flocks, groups, things in store) there are fewer, MOST_PLACES; of the animals
MOST_LIVING are on the farm, as on a very large one, and the others have left it; of the flocks
MOST_FLOCKS still lay or grow; and courses of treatment that began long ago are finished. Each
screen of the rail is then opened, warm, at 1280 x 800. Printed is how long it takes until
everything it asked for is drawn, as a ratio to the same screen on the sample, and the longest time
for which the window answered nothing meanwhile. Exits with 1 when the window stood still for longer
than MOST_STILL ms on a screen; beside it stands the longest time its thread worked without a break,
which another's load does not lengthen. With words, only the screens whose keys hold one are opened.
In each screen that is searched a name is typed, letter by letter: the longest one is printed. With
`--clinic` it is the sample clinic, copied whole, with pets and clients of each copy's own.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import Date, Table

from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import UtcTime
from fluffydesk.records.vocabulary import facts_of, record_columns
from fluffydesk.ui.look import theme
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.sweeping import Sweeper
from fluffydesk.work import Work
from tests.sampled import sample_clinic_mirror, sample_farm_mirror

ROWS = 100_000
MOST_PLACES = 500
"""Rows of what others hang on, but for animals: houses, flocks, groups, things in store."""
MOST_LIVING = 5_000
MOST_FLOCKS = 50
MOST_STILL = 100
CLINIC_DAYS, MOST_BACK = 30, 120
"""A clinic's copies are so many days apart, up to so many times: ten years."""
FEW_OF = {
    "rooms": 12,
    "services": 60,
    "farm_inventory": 500,
    "products": 500,
    "note_templates": 30,
    "reminder_rules": 0,
}
"""What a clinic has no 100,000 of."""
TYPED = "anna"
_BEAT_MS = 5
_DAY = 86_400_000_000
_NEW_ID = (
    "lower(substr(hex(randomblob(4)), 1, 8) || '-' || hex(randomblob(2)) || '-7'"
    " || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2)"
    " || '-' || hex(randomblob(6)))"
)
_LEFT = f"""
update livestock set status = 'sold', left_on = date(birth_date, '+500 days'), batch_id = null
where status = 'active' and rowid not in (
  select rowid from livestock where status = 'active' order by rowid limit {MOST_LIVING})
"""
_DEPLETED = f"""
update flocks set status = 'depleted' where status = 'active' and rowid not in (
  select rowid from flocks where status = 'active' order by rowid limit {MOST_FLOCKS})
"""
_FINISHED = f"""
update health_treatments set last_dose_at = given_at + (doses - 1) * {_DAY}
where doses > 1 and last_dose_at is null
  and given_at < (select max(given_at) from health_treatments) - 60 * {_DAY}
"""
_PLACES = {
    str(facts_of(column).target) for record in MIRRORED for column in record_columns(record)
} - {"livestock"}
_OF_PEOPLE = ("organizations", "profiles", "organization_users")


def multiply_clinic(mirror: Mirror, rows: int) -> int:
    """Copy the clinic back in time, each copy CLINIC_DAYS older and with pets and clients of its
    own; return how many rows there are in all."""
    tables = [
        record.__table__
        for record in MIRRORED
        if "organization_id" in record.__table__.columns or record.__table__.name == "pets"
        if record.__table__.name not in _OF_PEOPLE
    ]
    with mirror.apply() as connection:
        driver = bare(connection)
        ask = "select count(*) from {}"
        counts = {one.name: driver.execute(ask.format(one.name)).fetchone()[0] for one in tables}
        copies = {name: FEW_OF.get(name, rows) // count for name, count in counts.items() if count}
        for table in tables:
            if table.name in copies:
                driver.execute(_copied_whole(table, copies), {"copies": copies[table.name]})
        return sum(driver.execute(ask.format(one.name)).fetchone()[0] for one in tables)


def _copied_whole(table: Table, copies: dict[str, int]) -> str:
    """Return the statement that adds copies whose links lead to what was copied with them."""
    values, back = [], f"(k.i % {MOST_BACK} + 1)"
    for column in table.columns:
        name, target = f"t.{column.name}", str(facts_of(column).target)
        anew = f"printf('%08x', k.i) || substr({name}, 9)"
        if column.name == "id":
            values.append(anew)
        elif target in copies:
            # Of what has fewer copies each gets its share of these: no row is linked to by all.
            there = f"k.i % {copies[target] + 1}"
            link = f"printf('%08x', {there}) || substr({name}, 9)"
            values.append(f"iif({there} = 0, {name}, {link})")
        elif isinstance(column.type, Date):
            values.append(f"date({name}, '-' || ({back} * {CLINIC_DAYS}) || ' days')")
        elif isinstance(column.type, UtcTime):
            values.append(f"{name} - {back} * {CLINIC_DAYS * _DAY}")
        else:
            values.append(name)
    names = ", ".join(column.name for column in table.columns)
    return (
        "with recursive k(i) as (select 1 union all select i + 1 from k where i < :copies) "
        f"insert into {table.name} ({names}) select {', '.join(values)} "
        f"from k cross join {table.name} t where :copies > 1 and t.id >= '01'"
    )


def multiply(mirror: Mirror, rows: int) -> int:
    """Copy the farm's own rows back in time, and return how many there are in all."""
    total = 0
    with mirror.apply() as connection:
        driver = bare(connection)
        for record in MIRRORED:
            table = record.__table__
            (count,) = driver.execute(f"select count(*) from {table.name}").fetchone()
            is_own = "organization_id" in table.columns and table.name not in _OF_PEOPLE
            if count and is_own and OrgType.FARM in record.__access__.mirrored:
                copies = (MOST_PLACES if table.name in _PLACES else rows) // count
                driver.execute(_copied(table), {"copies": copies})
            total += driver.execute(f"select count(*) from {table.name}").fetchone()[0]
        driver.execute(_LEFT)
        driver.execute(_DEPLETED)
        driver.execute(_FINISHED)
        driver.execute("analyze")
    return total


def _copied(table: Table) -> str:
    """Return the statement that adds copies; a day older each, and tied to what was there."""
    values = []
    for column in table.columns:
        name = f"t.{column.name}"
        if column.name == "id":
            values.append(_NEW_ID)
        elif isinstance(column.type, Date):
            values.append(f"date({name}, '-' || k.i || ' days')")
        elif isinstance(column.type, UtcTime):
            values.append(f"{name} - k.i * {_DAY}")
        else:
            values.append(name)
    names = ", ".join(column.name for column in table.columns)
    return (
        "with recursive k(i) as (select 1 union all select i + 1 from k where i < :copies) "
        f"insert or ignore into {table.name} ({names}) select {', '.join(values)} "
        f"from k cross join {table.name} t where :copies > 1"
    )


class Beat:
    """Notes for how long the window answered nothing, and was at work itself, in seconds."""

    def __init__(self) -> None:
        self.longest = self.own = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT_MS)

    def start(self) -> None:
        self.longest = self.own = 0.0
        self._last, self._worked = time.perf_counter(), time.thread_time()

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        self.longest = max(self.longest, now - self._last)
        self.own = max(self.own, worked - self._worked)
        self._last, self._worked = now, worked


def opened(
    mirror: Mirror, screens: Sequence[type[Screen]], words: Sequence[str]
) -> dict[str, tuple[float, float, float]]:
    """Open every screen twice; return the second time's seconds, and those of the Beat."""
    work = Work(mirror)
    shell = Shell(work, screens)
    shell.resize(1280, 800)
    shell.show()
    beat = Beat()
    waiting = QEventLoop()
    work.idle.connect(waiting.quit)
    found = {}
    first, *_ = shell.rail.keys
    for key in shell.rail.keys:
        if words and not any(word in key for word in words):
            continue
        for _ in range(2):
            shell.go(Place("settings" if key != "settings" else first))
            _settle(work, waiting)
            beat.start()
            begun = time.perf_counter()
            shell.go(Place(key))
            if shell.current is not None:
                shell.current.reload()
            _settle(work, waiting)
            shell.grab()
            seconds = time.perf_counter() - begun
            QApplication.processEvents()
        found[key] = (seconds, beat.longest, beat.own)
        if shell.current is not None and shell.current.searches:
            found[f"{key} typed"] = _typed(shell.current, work, waiting, beat)
    shell.close()
    work.close()
    return found


def _typed(
    screen: Screen, work: Work, waiting: QEventLoop, beat: Beat
) -> tuple[float, float, float]:
    """Return the longest that a letter of a search takes, and what the Beat noted."""
    beat.start()
    longest = 0.0
    for length in range(1, len(TYPED) + 1):
        begun = time.perf_counter()
        screen.search(TYPED[:length])
        _settle(work, waiting)
        screen.grab()
        longest = max(longest, time.perf_counter() - begun)
    QApplication.processEvents()
    noted = beat.longest, beat.own
    screen.search("")
    _settle(work, waiting)
    return longest, *noted


def _settle(work: Work, waiting: QEventLoop) -> None:
    looking = QTimer()  # what runs beside the mirror's thread ends without an `idle`
    looking.timeout.connect(waiting.quit)
    looking.start(_BEAT_MS)
    while work.busy:
        waiting.exec()
    QApplication.processEvents()


def main() -> int:
    """Measure; return 1 when a window stood still for too long."""
    parser = argparse.ArgumentParser(description="Every screen with many rows.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--clinic", action="store_true", help="a clinic's screens")
    parser.add_argument("words", nargs="*")
    given = parser.parse_args()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    theme.apply(app, dark=False)
    sweeper = Sweeper()
    sample, copy, screens = (
        (sample_clinic_mirror, multiply_clinic, CLINIC_SCREENS)
        if given.clinic
        else (sample_farm_mirror, multiply, FARM_SCREENS)
    )
    with TemporaryDirectory() as folder, sample(Path(folder) / "sample.db") as mirror:
        few = opened(mirror, screens, given.words)
        begun = time.perf_counter()
        total = copy(mirror, given.rows)
        print(f"{total:,} rows, filled in {time.perf_counter() - begun:.0f} s", flush=True)
        many = opened(mirror, screens, given.words)
    sweeper.close()
    print(f"{'screen':18}{'sample':>10}{'many':>10}{'ratio':>8}{'still':>10}{'own':>10}")
    still = False
    for key, (seconds, longest, own) in many.items():
        too_long = longest * 1000 > MOST_STILL
        still |= too_long
        print(
            f"{key:18}{few[key][0] * 1000:7.0f} ms{seconds * 1000:7.0f} ms"
            f"{seconds / few[key][0]:8.1f}{longest * 1000:7.0f} ms{own * 1000:7.0f} ms"
            f"{' !' if too_long else ''}"
        )
    return int(still)


if __name__ == "__main__":
    sys.exit(main())
