"""The dashboard of a farm with a million logs: read and drawn, warm, in under 200 ms.

    python -m tests.benchmarks.today [--logs N]

A mirror is filled with 450 cows milked twice a day, 20 flocks and 20 groups, for as many days as
that takes. Measured is one whole reload of Today: what is read on the mirror's thread, what the
window then shows, and the picture of it at 1280 x 800. Beside it stands a baseline of the same file
in the same run: the bare sum by day of as many milkings as the dashboard reads. Exits with 1
when the dashboard takes more than MOST times as long; the 200 ms it must reach on a barn's PC are
printed beside what it took.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import now, today
from fluffydesk.ui.look import theme
from fluffydesk.ui.screens.reading.stores import item_rows
from fluffydesk.ui.screens.reading.today import farm_today
from fluffydesk.ui.screens.reading.worklists import worklists
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.work import Work
from tests.benchmarks.raw import Line, Table, machine, timed
from tests.mirrors import COW, HEN, ORGANIZATION, make_mirror

LOGS = 1_000_000
COWS, FLOCKS, GROUPS = 450, 20, 20
MOST = 6.0
"""Times the bare sum of the same milkings: the sum per cow and day, all else that is read, and the
window."""
MOST_MS = 200
HERD, STOCK_ROWS = 20_000, 100_000
MOST_LISTS, MOST_STORES = 7.0, 3.0
ROUNDS = 7
_READ_DAYS = 365

_ID = "printf('01900000-{kind:04x}-7000-8000-%012x', {n})"
_MANY = "with recursive k(i) as (select 0 union all select i + 1 from k where i < {most})"


def _id(kind: int, n: str = "i") -> str:
    return _ID.format(kind=kind, n=n)


def _fill(mirror: Mirror, table: str, count: int, **columns: str) -> None:
    """Insert rows whose columns are SQL expressions of `i`, from 0 up."""
    usual = {"organization_id": f"'{ORGANIZATION}'", "row_version": "1"}
    usual |= {"created_at": "0", "updated_at": "0"}
    there = record_for(table).__table__.columns
    values = {name: value for name, value in usual.items() if name in there} | columns
    with mirror.apply() as connection:
        bare(connection).execute(
            f"insert into {table} ({', '.join(values)}) "
            f"{_MANY.format(most=count - 1)} select {', '.join(values.values())} from k"
        )


def _day(back: str) -> str:
    return f"date('{today().isoformat()}', '-' || ({back}) || ' days')"


def fill_farm(mirror: Mirror, logs: int) -> None:
    """Fill a farm's animals, and its logs of as many days as that takes."""
    a_day = COWS * 2 + FLOCKS + GROUPS
    days = logs // a_day
    herd(mirror, COWS)
    _fill(mirror, "livestock_batches", GROUPS, id=_id(2), name="'Group ' || i", status="'active'")
    _fill(
        *(mirror, "flocks", FLOCKS),
        id=_id(3),
        name="'Flock ' || i",
        status="'active'",
        species_id=f"'{HEN}'",
    )
    _fill(
        *(mirror, "poultry_batches", FLOCKS),
        id=_id(4),
        flock_id=_id(3),
        placed_on=_day(str(days)),
        head_count="1000 + i",
    )
    _fill(
        *(mirror, "milk_production_logs", COWS * 2 * days),
        id=_id(5),
        animal_id=_id(1, f"i / 2 % {COWS} * 7919 % 100003"),
        milked_on=_day(f"{days} - i / {COWS * 2}"),
        session="case i % 2 when 0 then 'morning' else 'evening' end",
        yield_kg="1000 + i * 31 % 900",
    )
    _fill(
        *(mirror, "egg_production_logs", FLOCKS * days),
        id=_id(6),
        flock_id=_id(3, f"i % {FLOCKS}"),
        collected_on=_day(f"{days} - i / {FLOCKS}"),
        round="'whole_day'",
        total="800 + i % 90",
        cracked="0",
        dirty="0",
        discarded="0",
    )
    _fill(
        *(mirror, "feed_logs", GROUPS * days),
        id=_id(7),
        batch_id=_id(2, f"i % {GROUPS}"),
        fed_on=_day(f"{days} - i / {GROUPS}"),
        feed="'Ration'",
        quantity_kg="4000 + i % 500",
    )


def herd(mirror: Mirror, cows: int) -> None:
    """Fill cows that calved within 13 months, in no order of their keys, each served since."""
    _fill(
        *(mirror, "livestock", cows),
        id=_id(1, "i * 7919 % 100003"),
        tag_number="cast(i as text)",
        species_id=f"'{COW}'",
        sex="'female'",
        status="'active'",
        calved_on=_day("i * 13 % 400"),
    )
    _fill(
        *(mirror, "breeding_records", cows * 3 // 4),
        id=_id(8),
        female_id=_id(1, "i * 7919 % 100003"),
        served_on=_day("max(0, i * 13 % 400 - 60)"),
        method="'natural'",
        sire_name="'Straw ' || (i % 30)",
        outcome="case when i * 13 % 400 > 100 then 'pregnant' else 'awaited' end",
        check_result="case when i * 13 % 400 > 100 then 'pregnant' end",
    )


def stock(mirror: Mirror, rows: int) -> None:
    """Fill 200 things in store and their ledgers, of which every lot but the last is used up."""
    items = 200
    _fill(
        *(mirror, "farm_inventory", items),
        id=_id(9),
        name="'Thing ' || i",
        category="'feed'",
        unit="'kg'",
        status="'active'",
    )
    _fill(
        *(mirror, "inventory_transactions", rows),
        id=_id(10),
        item_id=_id(9, f"i % {items}"),
        moved_on=_day(f"{rows} / 150 - i / 150"),
        movement=f"case i / {items} % 4 when 0 then 'receipt' else 'use' end",
        quantity=f"case i / {items} % 4 when 0 then 30000 else -10000 end",
        lot=f"'L' || (i / {items} / 4)",
    )


def compare_dashboard(table: Table, app: QApplication, folder: Path, logs: int) -> None:
    """Measure a whole reload of Today, and the part of it that is read."""
    with make_mirror(folder / "farm.db") as mirror:
        seconds, _ = timed(lambda: fill_farm(mirror, logs))
        first = (today() - timedelta(days=_READ_DAYS)).isoformat()
        sums = "select milked_on, sum(yield_kg) from milk_production_logs where milked_on >= ?"

        def raw() -> None:
            with mirror.read() as connection:
                bare(connection).execute(f"{sums} group by 1", (first,)).fetchall()

        def read() -> None:
            with mirror.read() as connection:
                farm_today(connection, today(), now(), "EUR")

        with mirror.read() as connection:
            milkings = "select count(*) from milk_production_logs"
            count = bare(connection).execute(milkings).fetchone()[0]
        print(f"       {count:,} milkings among {logs:,} logs, filled in {seconds:.1f} s")
        plain, reading = (median(timed(job)[0] for _ in range(ROUNDS)) for job in (raw, read))
        work = Work(mirror)
        screen = TodayScreen(work)
        screen.resize(1072, 700)
        screen.show()
        waiting = QEventLoop()
        work.idle.connect(waiting.quit)
        waiting.exec()

        def drawn() -> None:
            screen.reload()
            waiting.exec()  # as in the app: a loop that asks again and again holds the reader up
            app.processEvents()
            screen.grab()

        drawn()
        whole = median(timed(drawn)[0] for _ in range(ROUNDS))
        work.close()
        screen.close()
    table.add(Line("what Today reads", reading, plain))
    table.add(Line(f"Today, read and drawn (in under {MOST_MS} ms)", whole, plain, MOST))
    within = "is within" if whole * 1000 < MOST_MS else "IS MORE THAN"
    print(f"       {whole * 1000:.0f} ms {within} the {MOST_MS} ms it has, warm")


def compare_lists(table: Table, folder: Path) -> None:
    """Measure the worklists of 20,000 cows and the balances of 100,000 stock rows."""
    with make_mirror(folder / "lists.db") as mirror:
        herd(mirror, HERD)
        stock(mirror, STOCK_ROWS)
        with mirror.read() as connection:
            driver = bare(connection)

            def services() -> None:
                driver.execute("select * from breeding_records order by served_on").fetchall()

            def ledger() -> None:
                driver.execute(
                    "select item_id, lot, sum(quantity) from inventory_transactions group by 1, 2"
                ).fetchall()

            jobs = (
                (f"worklists of {HERD:,} cows", worklists, services, MOST_LISTS),
                (f"balances of {STOCK_ROWS:,} stock rows", item_rows, ledger, MOST_STORES),
            )
            for title, job, bare_job, most in jobs:
                plain = min(timed(bare_job)[0] for _ in range(ROUNDS))
                ours = min(
                    timed(lambda job=job: job(connection, today()))[0] for _ in range(ROUNDS)
                )  # type: ignore[misc]
                table.add(Line(title, ours, plain, most))


def main() -> int:
    """Measure; return 1 when a limit is passed."""
    parser = argparse.ArgumentParser(description="The dashboard of a farm.")
    parser.add_argument("--logs", type=int, default=LOGS)
    given = parser.parse_args()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([])
    theme.apply(app, dark=False)
    table = Table()
    print(machine(), flush=True)
    with TemporaryDirectory() as folder:
        compare_dashboard(table, app, Path(folder), given.logs)
        compare_lists(table, Path(folder))
    return table.code


if __name__ == "__main__":
    sys.exit(main())
