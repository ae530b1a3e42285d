"""Finding one of 200,000 clients and 250,000 pets while typing, by anything that is known of them.

`python -m tests.benchmarks.clients [clients]` fills a mirror and prints how long the first page of
each search takes, beside one reading of every client in the same file and the same run. It may
take at most MOST_TYPED times that, whatever was typed: a name letter by letter, a telephone number
in four spellings, a chip, a file number, an address, a client by its pet and a pet by its client.
Before it is measured, each search has to find whom it is meant for.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Listing, Order, page
from fluffydesk.records.pets import ClinicClient, Pet
from tests.benchmarks.lists import PAGE, best
from tests.mirrors import ORGANIZATION, make_mirror

CLIENTS = 200_000
MOST_TYPED = 3.0
_IDS = "printf('01900000-%04x-7000-8000-%012x', i % 65536, i)"
_NAMES = "AnnaBertCleoDinaEmilFayeGretHugoIngeJohn"
_FAMILIES = "StoneValeyReedyBrookMillsWoodsLindeOsean"
_PETS = "BellaRufusMolly LunaOscarDaisyPixelMango"
_KEPT = "1, 0, 0"
FILL = (
    f"""
with recursive k(i) as (select 0 union all select i + 1 from k where i < :most)
insert into clinic_clients (id, organization_id, full_name, phone, email, address, contact_by,
  status, row_version, created_at, updated_at)
select {_IDS}, '{ORGANIZATION}',
  substr('{_NAMES}', i % 10 * 4 + 1, 4) || ' ' || substr('{_FAMILIES}', i / 10 % 8 * 5 + 1, 5)
    || printf('%05d', i),
  case i % 2 when 0 then printf('+31 20 %03d %04d', i / 1000, i * 37 % 10000)
    else printf('020-%03d%04d', i / 1000, i * 37 % 10000) end,
  'client' || i || '@post.example', (i % 300) || ' Canal Street, 10' || (i % 90) || ' Harbour',
  'email', 'active', {_KEPT} from k
""",
    f"""
with recursive k(i) as (select 0 union all select i + 1 from k where i < :pets)
insert into pets (id, name, species, sex, microchip, bites, row_version, created_at, updated_at)
select {_IDS}, trim(substr('{_PETS}', i % 8 * 5 + 1, 5)) || ' ' || (i / 8 % 977),
  case i % 2 when 0 then 'Dog' else 'Cat' end, 'unknown', printf('528%012d', i), 0, {_KEPT} from k
""",
    f"""
with recursive k(i) as (select 0 union all select i + 1 from k where i < :pets)
insert into clinic_patients (id, organization_id, pet_id, client_id, file_number, source,
  ended_by_owner, row_version, created_at, updated_at)
select {_IDS}, '{ORGANIZATION}', {_IDS},
  printf('01900000-%04x-7000-8000-%012x', i % (:most + 1) % 65536, i % (:most + 1)),
  printf('24-%06d', i), 'registered', 0, {_KEPT} from k
""",
)
SEARCHES = (
    *("a", "an", "ann", "anna", "anna stone", "anna stone000"),
    *("020", "020 12", "0201231851", "+31 20 123 1851", "020 123 1851", "123 1851"),
    *("528000000123023", "24-123023", "23 canal", "canal street", "bella", "bella 21", "qqq"),
    *("stone rufus", "anna rufus", "rufus bella", "anna 21", "21", "21 37", "q", "qz", "24-12"),
    *("dog", "dog anna", "an na st", "a n s", "john os ru 9", "rufus harbour", "osean pixel 97"),
)
FOUND = ("0201231851", "+31 20 123 1851", "020 123 1851", "528000000123023", "24-123023")
"""Spellings of what is known of the client and the pet with the number 123,023."""

_NUMBER = f"{123_023:012x}"


def fill(mirror: Mirror, clients: int) -> None:
    """Put so many clients, and a quarter more pets, into a new mirror."""
    with mirror.apply() as connection:
        driver = bare(connection)
        for statement in FILL:
            driver.execute(statement, {"most": clients - 1, "pets": clients * 5 // 4 - 1})


def measure(mirror: Mirror) -> bool:
    """Print a line for each search; return whether all are as quick as they have to be."""
    good = True
    alive = (Filter("merged_into_id", "empty", True),)
    clients = Listing(ClinicClient, "", alive, (Order("full_name"),))
    pets = Listing(Pet, "", (), (Order("name"),))
    with mirror.read() as connection:
        driver = bare(connection)
        sql = "select sum(length(full_name || phone || address)) from clinic_clients"
        whole, _ = best(lambda: driver.execute(sql).fetchone(), 3)
        print(f"All clients read once: {whole * 1000:.0f} ms")
        for listing in (clients, pets):
            for typed in SEARCHES:
                asked = replace(listing, search=typed)
                seconds, rows = best(lambda asked=asked: page(connection, asked, 0, PAGE), 2)  # type: ignore[misc]
                within = seconds <= MOST_TYPED * whole
                good = good and within
                told = f"at most {MOST_TYPED:g}" if within else f"MORE THAN {MOST_TYPED:g}"
                what = f"{listing.record.__tablename__} '{typed}'"
                found = f"{len(rows)} rows"
                print(
                    f"{what:40} {found:>9} {seconds * 1000:8.1f} ms {seconds / whole:6.2f} x {told}"
                )
    return good


def main(clients: int) -> int:
    """Fill, measure and say whether it is quick enough."""
    with (
        TemporaryDirectory() as folder,
        make_mirror(Path(folder) / "m.db", "veterinary_clinic") as m,
    ):
        fill(m, clients)
        return 0 if measure(m) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].replace("_", "")) if len(sys.argv) > 1 else CLIENTS))
