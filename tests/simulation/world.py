"""Four PCs and a central, and everything that people, networks and power cuts do to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from fluffydesk.central import administration
from fluffydesk.errors import Offline, Refusal
from fluffydesk.mirror import engine, numbers, pending
from fluffydesk.mirror.images import Image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync import cycle, history, push, resolve, window
from fluffydesk.sync.numbers import give_back
from tests.mirrors import KEY
from tests.simulation.fate import Clock, Crash, Deaths
from tests.sync.desks import Desk, assert_same, shown_by
from tests.sync.kills import Line

ROUNDS = 2
"""Within so many rounds, in each of which every PC syncs once, the queues drain after people have
decided what they were asked; with the one in which PCs come back, three from when faults stop."""

QUESTIONS = 12
"""Two people who each insist on their own side ask each other again: at most so often here."""

WINTER = datetime(2199, 1, 1, 9, tzinfo=UTC)
NEW_COLUMN = "came_from"
"""The column of an animal that an older version does not know."""


class World:
    """One farm with a vet: Anna, who owns it and has two PCs, Ben, whose role comes and goes, and
    Cleo, who has one."""

    def __init__(
        self, central: Any, people: dict[str, tuple[str, UUID]], folder: Path, clock: Clock
    ) -> None:
        self.central = central
        self.clock = clock
        self.deaths = Deaths()
        self.admin = central.admin()
        self.id = administration.add_organization(
            central.admin_url, f"Farm {new_id()}", "breeding_facility"
        )
        self.elsewhere = administration.add_organization(
            central.admin_url, f"Clinic {new_id()}", "veterinary_clinic"
        )
        self.ben = people["ben"][1]
        self.vets = [people["anna"][1], people["cleo"][1]]
        for name, role in (("anna", "owner"), ("ben", "staff"), ("cleo", "manager")):
            self.admit(people[name][1], role)
        self.species = self.value("SELECT id FROM livestock_species LIMIT 1")
        self.desks: list[Desk] = []
        self.by_email: dict[str, list[Desk]] = {}
        for name in ("anna", "anna", "ben", "cleo"):
            email = people[name][0]
            path = folder / f"{new_id().hex}.db"
            desk = Desk(path, central.gateway(email), self.id, f"pc-{len(self.desks)}")
            self.deaths.watch(desk.mirror)
            self.desks.append(desk)
            self.by_email.setdefault(email, []).append(desk)
        self.animals: list[UUID] = []
        self.taken: set[UUID] = set()
        self.uncertain: set[UUID] = set()
        self.weights: list[UUID] = []
        self.tags: list[str] = []
        self.restored = False
        self.vouched = True
        """Whether no restore has made central forget which numbers PCs have."""
        self.delayed: list[tuple[Callable[..., Any], Any]] = []
        self.open: list[psycopg.Connection[Any]] = []
        self.backup: str | None = None
        self._furnish()

    def _furnish(self) -> None:
        """Give the farm barley and three patients, one of which is another clinic's as well."""
        first = self.desks[0]
        first.sync()
        self.barley = first.add("farm_inventory", name="Barley", unit="kg")
        self.pets = [first.add("pets", name=name, species="Dog") for name in ("Rex", "Max")]
        for pet in self.pets:
            first.add("clinic_patients", pet_id=pet)
        first.sync()
        foreign = new_id()
        self.execute(
            "INSERT INTO pets (id, name, species, sex, registered_by) "
            "VALUES (%s, 'Tom', 'Cat', 'male', %s)",
            foreign,
            self.elsewhere,
        )
        self.link(self.elsewhere, foreign)
        self.pets.append(foreign)
        for desk in self.desks:
            desk.sync()

    def admit(self, person: UUID, role: str) -> None:
        """Make somebody a member of the farm."""
        sql = (
            "INSERT INTO organization_users (id, organization_id, user_id, role, status) "
            "VALUES (%s, %s, %s, %s, 'active') ON CONFLICT DO NOTHING"
        )
        self.execute(sql, new_id(), self.id, person, role)

    def execute(self, sql: str, *values: Any) -> None:
        """Run SQL as the administrator."""
        self.admin.execute(sql, values)

    def value(self, sql: str, *values: Any) -> Any:
        """Return the one value that SQL gives the administrator."""
        return self.admin.execute(sql, values).fetchone()[0]

    # What people save.

    def save(self, desk: Desk, work: Callable[[], Any]) -> None:
        """Do a piece of work at a PC; a refusal and a crash are part of life."""
        try:
            with suppress(Refusal):
                work()
        except Crash:
            self.reopen(desk)

    def add_animal(self, desk: Desk, official_id: str | None, dam: UUID | None) -> None:
        """Buy or breed an animal, numbered and weighed at once, in one unit of work."""
        id, weight = new_id(), new_id()
        values = {"species_id": self.species, "official_id": official_id, "dam_id": dam}
        tag = f"typed {len(self.animals)}"

        def work() -> None:
            with desk.mirror.unit("Add an animal") as unit:
                reserved = numbers.upcoming(unit.connection, "livestock") is not None
                given = numbers.take(unit, "livestock") if reserved else tag
                unit.insert(record_for("livestock"), {**values, "tag_number": given}, id)
                weighed = {"animal_id": id, "weight_kg": Decimal(40)}
                unit.insert(record_for("weight_logs"), weighed, weight)
            if reserved and self.vouched:
                self.tags.append(given)

        self.animals.append(id)
        self.weights.append(weight)
        self.save(desk, work)

    def weigh(self, desk: Desk, animal: UUID, days: int) -> None:
        """Weigh an animal, or write down what it weighed some days ago."""
        id = new_id()
        values = {"animal_id": animal, "weight_kg": Decimal(50), "weighed_on": ago(days)}
        self.weights.append(id)
        self.save(desk, lambda: desk.add("weight_logs", id, **values))

    def unweigh(self, desk: Desk, weight: UUID) -> None:
        """Delete a weight, if this PC has it."""
        self.save(desk, lambda: desk.delete("weight_logs", weight))

    def keep(self, desk: Desk, months: int | None) -> None:
        """Keep so many months of the logs at a PC."""
        self.save(desk, lambda: window.set_months(desk.mirror, months))

    def forget(self, desk: Desk) -> None:
        """Forget what was settled long ago."""
        desk.mirror.remember(history_swept=0)
        self.save(desk, lambda: history.forget_old(desk.mirror))

    def give_back(self, desk: Desk, fault: Callable[[Desk], Any] | None = None) -> None:
        """Give the rest of a PC's numbers back."""
        work = lambda: give_back(desk.door, desk.gateway, self.id, desk.device)  # noqa: E731
        self.online(desk, work, fault)

    def change(self, desk: Desk, table: str, id: UUID, values: dict[str, Any]) -> None:
        """Edit a row, if this PC has it."""
        self.save(desk, lambda: desk.change(table, id, **values))

    def delete(self, desk: Desk, animal: UUID) -> None:
        """Delete an animal with its weights, if this PC has it and nothing else needs it."""

        def work() -> None:
            with desk.mirror.unit("Delete an animal") as unit:
                sql = "SELECT id FROM weight_logs WHERE animal_id = ? ORDER BY id"
                found = unit.connection.exec_driver_sql(sql, (str(animal),)).scalars().all()
                for log in found:
                    unit.delete(record_for("weight_logs"), UUID(log))
                unit.delete(record_for("livestock"), animal)

        self.save(desk, work)

    def take(self, desk: Desk) -> None:
        """Take a kilogram of barley out of the store."""
        id = new_id()
        values = {"item_id": self.barley, "movement": "use", "quantity": Decimal(-1)}

        def work() -> None:
            # Known before, for a crash just after the commit: it is kept, and nobody was told.
            self.uncertain.add(id)
            desk.add("inventory_transactions", id, **values)
            self.uncertain.discard(id)
            self.taken.add(id)

        self.save(desk, work)

    def book(self, desk: Desk, pet: UUID, vet: UUID, hour: int) -> None:
        """Book a vet for an hour of one day, as others may do at the same time."""
        starts = WINTER + timedelta(hours=hour)
        values = {"pet_id": pet, "veterinarian_id": vet, "scheduled_at": starts}
        ends = starts + timedelta(hours=1)
        self.save(desk, lambda: desk.add("appointments", **values, ends_at=ends))

    # What networks do.

    def sync(self, desk: Desk, fault: Callable[[Desk], Any] | None = None) -> None:
        """Sync a PC, with a fault or without."""
        self.online(desk, desk.sync, fault)

    def online(
        self, desk: Desk, work: Callable[[], Any], fault: Callable[[Desk], Any] | None = None
    ) -> None:
        """Do what needs central; a cut line, a refusal and a crash are part of life."""
        line = desk.gateway
        if fault is not None:
            desk.gateway = fault(desk)
        try:
            with suppress(Offline, Refusal):
                work()
        except Crash:
            line.close()  # type: ignore[attr-defined]
            desk.gateway = line
            self.reopen(desk)
        finally:
            desk.gateway = line

    def pull(self, desk: Desk, deep: bool) -> None:
        """Pull and compare, and send nothing."""
        work = partial(cycle.verified, desk.door, desk.gateway, self.id, deep=deep)
        self.online(desk, work)

    def push(self, desk: Desk) -> None:
        """Send what waits without pulling first."""

        def work() -> None:
            desk.door(push.fill_outbox)
            push.empty_outbox(desk.door, desk.gateway, self.id, desk.device, lambda: False)

        self.online(desk, work)

    def deliver_late(self) -> None:
        """Let the calls arrive that were long under way; nobody hears the answers."""
        late, self.delayed = self.delayed, []
        for ask, call in late:
            with suppress(Offline, Refusal):
                ask(*call)

    # What power cuts and new versions do.

    def reopen(self, desk: Desk) -> None:
        """Close a PC's program and start it again."""
        path = desk.mirror.path
        desk.mirror.close()
        desk.mirror = Mirror.open(path, KEY)
        self.deaths.disarm()
        self.deaths.watch(desk.mirror)

    def upgrade(self, desk: Desk) -> None:
        """Leave the mirror as an older version had it, and start this one."""
        path = desk.mirror.path
        desk.mirror.close()
        make_older(path)
        desk.mirror = Mirror.open(path, KEY)
        self.deaths.watch(desk.mirror)

    # What people decide.

    def decide(self, desk: Desk, keep: str) -> None:
        """Decide every open conflict; where that side cannot be kept, keep the other."""
        for conflict in desk.conflicts():
            try:
                resolve.decide(desk.mirror, conflict.id, keep)
            except Refusal:
                other = "mine" if keep == "theirs" else "theirs"
                with suppress(Refusal):
                    resolve.decide(desk.mirror, conflict.id, other)
            except Crash:
                self.reopen(desk)
                return

    def retry(self, desk: Desk) -> None:
        """Retry every refused edit."""
        for refused in desk.quarantine():
            self.save(desk, partial(resolve.retry, desk.mirror, refused.id))

    def discard(self, desk: Desk) -> None:
        """Discard every refused edit, or mend it where others need it."""
        with desk.mirror.read() as connection:
            refusals = pending.open_refusals(connection)
        for refusal in refusals:
            rows = [row for row in refusal.rows if row.table == "inventory_transactions"]
            self.uncertain |= {UUID(row.id) for row in rows}
            try:
                resolve.discard(desk.mirror, refusal.id)
            except Crash:
                self.reopen(desk)
                return
            except Refusal:
                mended = {"official_id": None, "dam_id": None}
                self.change(desk, "livestock", UUID(refusal.row_id), mended)

    # What central's administrators and other programs do.

    def link(self, organization: UUID, pet: UUID, ended: bool = False) -> None:
        """Make a pet a patient somewhere, or end that."""
        self.execute(
            "INSERT INTO clinic_patients (id, organization_id, pet_id) VALUES (%s, %s, %s) "
            "ON CONFLICT (organization_id, pet_id) DO NOTHING",
            new_id(),
            organization,
            pet,
        )
        sql = "UPDATE clinic_patients SET ended_on = %s WHERE organization_id = %s AND pet_id = %s"
        self.execute(sql, "2026-01-01" if ended else None, organization, pet)

    def set_ben(self, role: str, status: str) -> None:
        """Change what Ben may do."""
        self.admit(self.ben, role)
        sql = "UPDATE organization_users SET role = %s, status = %s"
        who = " WHERE organization_id = %s AND user_id = %s"
        self.execute(sql + who, role, status, self.id, self.ben)

    def remove_ben(self) -> None:
        """Take Ben's membership away altogether."""
        sql = "DELETE FROM organization_users WHERE organization_id = %s AND user_id = %s"
        self.execute(sql, self.id, self.ben)

    def write_from_elsewhere(self, animal: UUID) -> None:
        """Let another program fill in what an older version of this one does not know."""
        sql = f"UPDATE livestock SET {NEW_COLUMN} = %s WHERE id = %s AND organization_id = %s"
        self.execute(sql, f"holding {self.clock.read}", animal, self.id)

    def hold_open(self) -> None:
        """Write in a transaction that goes on while others come and go."""
        writer = psycopg.connect(self.central.admin_url)
        self.open.append(writer)
        sql = (
            "INSERT INTO farm_inventory (id, organization_id, name, unit, category) "
            "VALUES (%s, %s, %s, 'kg', 'other')"
        )
        writer.execute(sql, (new_id(), self.id, f"Oats {self.clock.read}"))

    def let_go(self, commits: bool) -> None:
        """End the transaction that is open longest."""
        if self.open:
            writer = self.open.pop(0)
            writer.commit() if commits else writer.rollback()
            writer.close()

    def back_up(self) -> None:
        """Keep a copy of central as it is, in place of an earlier one."""
        with self._alone() as connection:
            if self.backup is not None:
                connection.execute(f"DROP DATABASE {self.backup}")
            self.backup = f"{self.central.name}_backup"
            copying = (
                f"CREATE DATABASE {self.backup} TEMPLATE {self.central.name} STRATEGY file_copy"
            )
            connection.execute(copying)
        self.admin = self.central.admin()

    def restore(self) -> None:
        """Put the copy in central's place: what came after it is gone there."""
        if self.backup is None:
            return
        name = self.central.name
        self.uncertain |= self.taken
        with self._alone() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"ALTER DATABASE {self.backup} RENAME TO {name}")
        self.backup = None
        self.delayed.clear()
        self.tags.clear()
        self.vouched = False
        self.restored = True
        with psycopg.connect(self.central.admin_url) as connection:
            connection.execute(f"GRANT CONNECT ON DATABASE {name} TO authenticated")
        self.admin = self.central.admin()

    def _alone(self) -> psycopg.Connection[Any]:
        """Send everybody out of central, and return a connection beside it."""
        while self.open:
            self.let_go(False)
        self.admin.close()
        for desk in self.desks:
            desk.gateway.close()  # type: ignore[attr-defined]
        url = make_conninfo(self.central.admin_url, dbname="postgres")
        return psycopg.connect(url, autocommit=True)

    # What must be true.

    def check_ledgers(self) -> None:
        """Every unit ever made is in its ledger once."""
        for desk in self.desks:
            desk.ledger()

    def quieten(self) -> None:
        """Faults stop: queues drain in three rounds, and in two once people have decided."""
        self.deaths.disarm()
        self.set_ben("staff", "active")
        self.deliver_late()
        while self.open:
            self.let_go(True)
        for desk in self.desks:
            desk.sync()
            self.retry(desk)
        for _ in range(QUESTIONS):
            for _ in range(ROUNDS):
                for desk in self.desks:
                    desk.sync()
            self._check_agreement()
            if not any(desk.conflicts() or desk.quarantine() for desk in self.desks):
                break
            for desk in self.desks:
                self.decide(desk, "mine")
                self.discard(desk)
        assert not any(desk.conflicts() or desk.quarantine() for desk in self.desks)
        sql = "SELECT id FROM inventory_transactions WHERE organization_id = %s"
        there = {row[0] for row in self.admin.execute(sql, (self.id,)).fetchall()}
        assert self.taken - self.uncertain <= there <= self.taken | self.uncertain
        self._check_numbers()
        self.vouched = True

    def _check_numbers(self) -> None:
        """No number was handed out twice, and central can tell what became of each."""
        sql = "SELECT first, last, next, device_id, ended_at FROM sync.number_blocks "
        where = "WHERE organization_id = %s AND series = 'livestock' ORDER BY first"
        found = self.admin.execute(sql + where, (self.id,)).fetchall()
        listed = [n for first, last, *_ in found for n in range(first, last + 1)]
        assert len(listed) == len(set(listed)), "a number is in two blocks"
        assert len(self.tags) == len(set(self.tags)), "a number was handed out twice"
        assert {int(tag) for tag in self.tags} <= set(listed)
        for desk in self.desks:
            with desk.mirror.read() as connection:
                here = [one for one in numbers.blocks(connection) if one.series == "livestock"]
            mine = [row for row in found if row[3] == desk.device.id and row[4] is None]
            known = [row[:3] for row in mine]
            held = [(one.first, one.last, one.next) for one in here]
            if self.restored:  # it takes for reserved what a PC had given back after the backup
                known = [row for row in known if row in held]
            assert held == known, (desk.device.name, held, known)

    def _check_agreement(self) -> None:
        """Nothing is under way; what no question holds up has arrived; all mirrors are central."""
        for email, desks in self.by_email.items():
            shown = shown_by(self.central, email, self.id)
            for desk in desks:
                asked = bool(desk.conflicts() or desk.quarantine())
                assert desk.parcels() == 0
                assert asked or desk.waiting() == 0
                desk.ledger()
                since = window.first_day(desk.mirror)
                wanted = kept(shown, since)
                assert_same(kept(desk.as_central(), since), wanted)
                if not asked:
                    assert_same(desk.contents(), wanted)

    def close(self) -> None:
        """Close every mirror and line."""
        for desk in self.desks:
            desk.mirror.close()
            desk.gateway.close()  # type: ignore[attr-defined]
        if self.backup is not None:
            with self._alone() as connection:
                connection.execute(f"DROP DATABASE {self.backup}")
        self.admin.close()


def kept(rows: dict[str, dict[str, Image]], since: date | None) -> dict[str, dict[str, Image]]:
    """Return those rows that a PC keeps which keeps the logs from a day on."""
    return {
        table: {id: image for id, image in found.items() if window.keeps(table, image, since)}
        for table, found in rows.items()
    }


def ago(days: int) -> date:
    """Return the day so many days ago, by central's calendar: the window follows it."""
    return datetime.now(UTC).date() - timedelta(days=days)


def delaying(world: World, desk: Desk) -> Line:
    """Return a line on which a request is under way for so long that nobody waits for it."""
    line = desk.gateway

    class Slow(Line):
        def push(self, *call: Any) -> Any:
            world.delayed.append((line.push, call))
            raise Offline("Nobody answered.")

        def numbers(self, *call: Any) -> Any:
            world.delayed.append((line.numbers, call))
            raise Offline("Nobody answered.")

    return Slow(line)


def stuttering(desk: Desk) -> Line:
    """Return a line on which every request arrives twice."""

    class Stutter(Line):
        def push(self, *call: Any) -> Any:
            first = super().push(*call)
            again = super().push(*call)
            applied = [answer for answer in first if answer["result"] == "applied"]
            assert [answer for answer in again if answer in applied] == applied
            return again

        def numbers(self, *call: Any) -> Any:
            first = super().numbers(*call)
            again = super().numbers(*call)
            assert first["reserved"] == again["reserved"]
            return again

    return Stutter(desk.gateway)


def make_older(path: Path) -> None:
    """Take out of a mirror what an older version did not know."""
    driver = engine.connect(path, KEY)
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for (name,) in driver.execute(sql).fetchall():
        driver.execute(f"DROP TRIGGER {name}")
    driver.execute(f"ALTER TABLE livestock DROP COLUMN {NEW_COLUMN}")
    places = {"edits": ["base"], "outbox": ["rows"], "quarantine": ["rows"]}
    places["conflicts"] = ["base", "mine", "theirs"]
    for table, columns in places.items():
        for column in columns:
            found = driver.execute(f"SELECT DISTINCT {column} FROM {table}").fetchall()
            for (text,) in found:
                if text is not None and NEW_COLUMN in text:
                    values = (json.dumps(_without(json.loads(text))), text)
                    driver.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", values)
    driver.execute("UPDATE state SET value = '\"older\"' WHERE key = 'shape'")
    driver.close()


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(part) for name, part in value.items() if name != NEW_COLUMN}
    return [_without(part) for part in value] if isinstance(value, list) else value
