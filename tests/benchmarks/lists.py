"""Lists of a million animals: pages on top, in the middle and at the end, counting, searching.

`python -m tests.benchmarks.lists [rows]` fills a mirror and prints how long each takes, beside a
raw read of as many rows by their keys in the same file and the same run. A page may take at most
MOST_PAGE times such a read, wherever in the list it is; the first page of what is found a letter
after the other at most MOST_TYPED times one reading of every row, and putting all in order (the
whole list, too) at most MOST_ORDER times that.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Listing, Order, keys, page, rows_at
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, ORGANIZATION, make_mirror

PAGE = 200
ROUNDS = 5
MOST_PAGE = 15.0
"""Python values and the labels of five links are more than the bare row."""
MOST_TYPED = 0.7
MOST_ORDER = 8.0
WORDS = ("5", "52", "528", "dai", "daisy", "daisy 77", "qq", "zzz", "cattle", "500001")

T = TypeVar("T")
_BATCH = "'01900000-0000-7000-8000-0000000b' || printf('%04d', i % 20)"
_FILL = f"""
with recursive k(i) as (select 0 union all select i + 1 from k where i < :most)
insert into livestock (id, organization_id, tag_number, name, official_id, eid, species_id, sex,
  birth_date, dam_id, batch_id, status, parity, row_version, created_at, updated_at)
select printf('01900000-%04x-7000-8000-%012x', i % 65536, i), '{ORGANIZATION}',
  cast((i * 7919) % (:most + 1) as text),
  case i % 5 when 0 then null else substr('BellaDaisyMollyRosieTulip', (i % 5) * 5 + 1, 5) end,
  printf('NL%09d', i), printf('528%012d', i), '{COW}',
  case i % 3 when 0 then 'male' else 'female' end,
  date('2010-01-01', '+' || (i % 5000) || ' days'), case when i > 9 and i % 4 > 0 then
  printf('01900000-%04x-7000-8000-%012x', i / 2 % 65536, i / 2) end, {_BATCH},
  case i % 10 when 0 then 'sold' else 'active' end, i % 8, 1, 0, 0
from k
"""


def fill(mirror: Mirror, rows: int) -> None:
    """Put so many animals into twenty groups of a new mirror."""
    with mirror.apply() as connection:
        driver = bare(connection)
        for number in range(20):
            driver.execute(
                "insert into livestock_batches (id, organization_id, name, purpose, status,"
                " row_version) values (?, ?, ?, 'dairy', 'active', 1)",
                (
                    f"01900000-0000-7000-8000-0000000b{number:04d}",
                    str(ORGANIZATION),
                    f"Group {number}",
                ),
            )
        driver.execute(_FILL, {"most": rows - 1})


def best(job: Callable[[], T], rounds: int = ROUNDS) -> tuple[float, T]:
    """Return the best seconds of a few rounds, and what the job gave."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        result = job()
        seconds.append(time.perf_counter() - begun)
    return min(seconds), result


def measure(mirror: Mirror, rows: int) -> bool:
    """Print a line for each thing; return whether all are as quick as they have to be."""
    active = (Filter("status", "in", ("active",)),)
    listing = Listing(Livestock, "", active, (Order("tag_number"),))
    some = random.Random(1).sample(range(1, rows + 1), min(PAGE, rows))
    good = True

    def line(what: str, seconds: float, raw: float, most: float | None) -> None:
        nonlocal good
        within = most is None or seconds <= most * raw
        good = good and within
        told = "" if most is None else f"at most {most:g}" if within else f"MORE THAN {most:g}"
        print(f"{what:44} {seconds * 1000:9.1f} ms {seconds / raw:7.1f} x raw  {told}")

    with mirror.read() as connection:
        driver = bare(connection)
        marks = ", ".join(map(str, some))

        def raw() -> list[Any]:
            return list(driver.execute(f"select * from livestock where rowid in ({marks})"))

        keyed, _ = best(raw)
        whole, _ = best(
            lambda: driver.execute(
                "select sum(length(eid || updated_at)) from livestock"
            ).fetchone(),
            2,
        )
        print(f"{rows:,} animals; {PAGE} rows by key {keyed * 1000:.1f} ms, all {whole:.2f} s")
        first, _ = best(lambda: page(connection, listing, 0, PAGE))
        line("first page", first, keyed, MOST_PAGE)
        ordered, order = best(lambda: keys(connection, listing), 2)
        line(f"order and count of {len(order):,}, once a list", ordered, whole, MOST_ORDER)
        for where, at in (("middle", len(order) // 2), ("end", len(order) - PAGE)):
            part = order[at : at + PAGE]
            seconds, _ = best(lambda part=part: rows_at(connection, Livestock, part))  # type: ignore[misc]
            line(f"page at the {where}", seconds, keyed, MOST_PAGE)
        for word in WORDS:
            typed = replace(listing, search=word)
            seconds, _ = best(lambda typed=typed: page(connection, typed, 0, PAGE), 2)  # type: ignore[misc]
            line(f"'{word}' typed: first page", seconds, whole, MOST_TYPED)
            seconds, found = best(lambda typed=typed: keys(connection, typed), 2)  # type: ignore[misc]
            line(f"'{word}' typed: all {len(found):,} in order", seconds, whole, MOST_ORDER)
        for column in ("name", "birth_date", "batch_id"):
            other = replace(listing, order=(Order(column),))
            seconds, _ = best(lambda other=other: keys(connection, other), 2)  # type: ignore[misc]
            line(f"all by {column} in order", seconds, whole, None)
    return good


def main(rows: int) -> int:
    """Fill, measure and say whether it is quick enough."""
    with TemporaryDirectory() as folder, make_mirror(Path(folder) / "mirror.db") as mirror:
        fill(mirror, rows)
        return 0 if measure(mirror, rows) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else 1_000_000))
