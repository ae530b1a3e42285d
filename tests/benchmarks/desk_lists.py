"""The lists that a front desk works through, with a million rows of history: each in under 200 ms.

    python -m tests.benchmarks.desk_lists [--rows N] [--due N] [--open N]

A mirror is filled with N invoices, as many payments and messages, of which a quarter of the newest
invoices are still to pay, OPEN of them, and with DUE reminders that are due. Measured is the time
of the processor that the reading of each list takes, warm, to its first 500 rows and their true
number. Beside it stands a baseline of the same file in the same run: one bare reading of as many
rows as are due or open. Exits with 1 when a list takes more than so many times as long as that.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now, to_microseconds, today
from fluffydesk.ui.screens.reading import invoice_lists, messages, reminders
from tests.benchmarks.raw import Line, Table, machine, timed
from tests.benchmarks.today import _day as day_back
from tests.benchmarks.today import _fill as fill
from tests.benchmarks.today import _id as key
from tests.mirrors import USER, make_mirror

ROWS, DUE, OPEN = 1_000_000, 13_000, 40_000
A_DAY, CLIENTS, TALKS = 500, 20_000, 20_000
MOST_DUE, MOST_OPEN, MOST_TALKS = 5.0, 1.5, 8.0
MOST_SOUGHT = 1.0
MOST_MS, SOUGHT_MS, ROUNDS = 200, 100, 5
_DAY = 86_400_000_000


def fill_lists(mirror: Mirror, rows: int, due: int, still_open: int) -> None:
    """Fill clients with their pets, money and messages of many years, and what is due of them."""
    days = rows // A_DAY
    begins = f"{to_microseconds(now()) - (days - 1) * _DAY} + i * {_DAY // A_DAY}"
    whom = f"i * 7919 % {CLIENTS}"
    year = f"({today().year} - {rows // A_DAY // 365} + i / {A_DAY * 365})"
    unpaid = f"i >= {rows - 4 * still_open} and i % 4 = 0"
    fill(
        *(mirror, "clinic_clients", CLIENTS),
        id=key(1),
        full_name=name_of("i", "'Anna '", "'stone'"),
        status="'active'",
        email="iif(i % 10, 'client' || i || '@post.example', null)",
    )
    fill(
        mirror,
        "pets",
        CLIENTS,
        id=key(2),
        name=name_of("i + 1", "''", "'lla'"),
        species="'Dog'",
        bites="0",
    )
    fill(mirror, "clinic_patients", CLIENTS, id=key(3), pet_id=key(2), client_id=key(1))
    fill(
        *(mirror, "appointments", A_DAY * 30),
        id=key(4),
        pet_id=key(2, whom),
        client_id=key(1, whom),
        scheduled_at=f"{to_microseconds(now())} + i * {_DAY // A_DAY}",
        ends_at=f"{to_microseconds(now())} + i * {_DAY // A_DAY} + 1200000000",
        status="'confirmed'",
        reason="'Limping'",
    )
    fill(
        *(mirror, "invoices", rows),
        id=key(5),
        number=f"{year} || printf('-%06d', i % {A_DAY * 365})",
        client_id=key(1, whom),
        bill_to_name=name_of(whom, "'Anna '", "'stone'"),
        appointment_id=f"iif(i % 70, null, {key(4, f'i / 70 % {A_DAY * 30}')})",
        kind="'invoice'",
        issue_date=day_back(f"{days} - 1 - i / {A_DAY}"),
        due_date=day_back(f"{days} - 15 - i / {A_DAY}"),
        status=f"iif({unpaid}, 'posted', 'paid')",
        currency="'EUR'",
        total="12100",
        paid="12100",
    )
    fill(
        *(mirror, "payments", rows),
        id=key(6),
        client_id=key(1, whom),
        invoice_id=key(5),
        paid_at=begins,
        amount=f"iif({unpaid}, 5000, 12100)",
        currency="'EUR'",
        method="'card'",
        status="'completed'",
    )
    fill(
        *(mirror, "conversations", TALKS),
        id=key(8),
        kind="'direct'",
        status="iif(i % 50, 'closed', 'open')",
    )
    fill(
        *(mirror, "messages", rows),
        id=key(9),
        conversation_id=key(8, f"i * 7919 % {TALKS}"),
        sender_id=f"iif(i % 3, null, '{USER}')",
        kind="'text'",
        body="'Words'",
        created_at=begins,
    )
    with mirror.apply() as connection:
        bare(connection).execute(
            "update conversations set last_message_at = (select max(created_at) from messages"
            " where conversation_id = conversations.id)"
        )
    fill_reminders(mirror, rows // 5, due)


def name_of(i: str, before: str, after: str) -> str:
    """Return the SQL of a name that every 676th has, "Anna Bcstone"."""
    return f"{before} || char(65 + ({i}) % 26, 97 + ({i}) / 26 % 26) || {after}"


def fill_reminders(mirror: Mirror, rows: int, due: int) -> None:
    """Fill the reminders of many years, of which some are due, and their ladder of three steps."""
    fill(
        *(mirror, "reminder_rules", 3),
        id=key(10),
        kind="'vaccination'",
        step="i + 1",
        days="i * 21 - 14",
        subject="'{pet}: {what}'",
        body="'Dear {client}, {pet} is due for {what} on {due}.'",
        status="'active'",
    )
    days, late = 2_000, 300
    a_day = rows // days
    still = f"i >= {rows - late * a_day} and i * 31 % {late * a_day} < {due}"
    fill(
        *(mirror, "reminders", rows),
        id=key(11),
        pet_id=key(2, f"i * 7919 % {CLIENTS}"),
        kind="'vaccination'",
        title="'Rabies'",
        due_on=day_back(f"{days} - i / {a_day}"),
        status=f"iif({still}, iif(i % 4, 'pending', 'sent'), 'done')",
        step="1",
        tells_owner="1",
    )


def worked(job: Callable[[], object]) -> float:
    """Return how many seconds the processor was busy with something: other work does not count."""
    gc.collect()  # as in the app, which does it where nobody waits
    begun = time.thread_time()
    job()
    return time.thread_time() - begun


def compare(table: Table, folder: Path, rows: int, due: int, still_open: int) -> None:
    """Measure each list beside a bare reading of what it has to look at."""
    with make_mirror(folder / "clinic.db", "veterinary_clinic") as mirror:
        seconds, _ = timed(lambda: fill_lists(mirror, rows, due, still_open))
        print(f"       {rows:,} invoices, payments and messages, filled in {seconds:.1f} s")

        def bare_rows(sql: str) -> Callable[[], object]:
            def read() -> None:
                with mirror.read() as connection:
                    bare(connection).execute(sql).fetchall()

            return read

        day = today()
        every = reminders.Wanted(reminders.Span.TODAY)
        waits = bare_rows("select * from reminders where status in ('pending', 'sent')")
        posted = bare_rows("select * from invoices where status = 'posted'")
        spoken = bare_rows("select * from conversations")
        Which, rows_of = invoice_lists.Which, invoice_lists.invoice_rows
        jobs: tuple[tuple[str, Callable[[], object], Callable[[], object], float], ...] = (
            ("reminders due", lambda: reminders.due_list(mirror, every, day), waits, MOST_DUE),
            ("all", lambda: reminders.due_list(mirror, every, day, None), waits, 2 * MOST_DUE),
            ("to pay", lambda: rows_of(mirror, Which.OPEN, day), posted, MOST_OPEN),
            ("overdue", lambda: rows_of(mirror, Which.OVERDUE, day), posted, MOST_OPEN),
            ("invoices", lambda: rows_of(mirror, Which.EVERY, day), posted, MOST_OPEN),
            ("open talks", lambda: messages.talks(mirror, only_open=True), spoken, MOST_TALKS),
            ("talks", lambda: messages.talks(mirror, only_open=False), spoken, MOST_TALKS),
            ("to look at", lambda: messages.to_look_at(mirror), spoken, MOST_TALKS),
        )
        jobs += tuple(
            (
                f"search {what}",
                partial(rows_of, mirror, part, day, search=what),
                posted,
                MOST_SOUGHT,
            )
            for what, part in (
                (f"{day.year - 1}-001234", Which.EVERY),
                ("001234", Which.EVERY),
                ("bcstone", Which.EVERY),
                ("anna acstone", Which.OPEN),
                ("bclla", Which.EVERY),
                (f"bcstone {day.year - 1}-0", Which.EVERY),
            )
        )
        for name, job, raw, most in jobs:
            found = job()
            total = getattr(found, "rows", found)
            total = getattr(total, "total", getattr(found, "total", found))
            plain, whole = (median(worked(one) for _ in range(ROUNDS)) for one in (raw, job))
            table.add(Line(f"{name} ({total:,})", whole, plain, most))
            limit = SOUGHT_MS if name.startswith("search") else MOST_MS
            within = "is within" if whole * 1000 < limit else "IS MORE THAN"
            print(f"       {whole * 1000:.0f} ms {within} the {limit} ms it has, warm")


def main() -> int:
    """Measure; return 1 where a list takes too long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--due", type=int, default=DUE)
    parser.add_argument("--open", type=int, default=OPEN)
    options = parser.parse_args()
    gc.disable()
    print(machine())
    table = Table()
    with TemporaryDirectory() as folder:
        compare(table, Path(folder), options.rows, options.due, options.open)
    return table.code


if __name__ == "__main__":
    sys.exit(main())
