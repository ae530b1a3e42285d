"""Three PCs and a central, and everything that people and networks do to them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fluffydesk.central import administration
from fluffydesk.errors import Offline, Refusal, SignInRefused
from fluffydesk.mirror import pending
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync import resolve
from tests.sync.desks import KEY, Desk, Faulty, assert_quiet

ROUNDS = 12
"""Within so many rounds of syncing every PC the queues drain once faults stop."""


class World:
    """One farm with Anna, who owns it and has two PCs, and Ben, whose role comes and goes."""

    def __init__(self, central: Any, people: dict[str, tuple[str, UUID]], folder: Path) -> None:
        self.central = central
        self.admin = central.admin()
        self.id = administration.add_organization(
            central.admin_url, f"Farm {uuid4()}", "breeding_facility"
        )
        self.ben = people["ben"][1]
        for name, role in (("anna", "owner"), ("ben", "staff")):
            self.execute(
                "INSERT INTO organization_users (id, organization_id, user_id, role, status) "
                "VALUES (%s, %s, %s, %s, 'active')",
                new_id(),
                self.id,
                people[name][1],
                role,
            )
        self.species = self.value("SELECT id FROM livestock_species LIMIT 1")
        self.desks: list[Desk] = []
        self.by_email: dict[str, list[Desk]] = {}
        for name in ("anna", "anna", "ben"):
            email = people[name][0]
            path = folder / f"{uuid4().hex}.db"
            desk = Desk(path, central.gateway(email), self.id, f"pc-{len(self.desks)}")
            self.desks.append(desk)
            self.by_email.setdefault(email, []).append(desk)
        self.animals: list[UUID] = []
        self.taken: set[UUID] = set()
        self.given_up: set[UUID] = set()
        self.desks[0].sync()
        self.barley = self.desks[0].add("farm_inventory", name="Barley", unit="kg")
        for desk in self.desks:
            desk.sync()

    def execute(self, sql: str, *values: Any) -> None:
        """Run SQL as the administrator."""
        self.admin.execute(sql, values)

    def value(self, sql: str, *values: Any) -> Any:
        """Return the one value that SQL gives the administrator."""
        return self.admin.execute(sql, values).fetchone()[0]

    def add_animal(self, desk: Desk, official_id: str | None, dam: UUID | None) -> None:
        """Buy or breed an animal, weighed at once, in one unit of work."""
        with suppress(Refusal), desk.mirror.unit("Add an animal") as unit:
            values = {
                "tag_number": str(len(self.animals)),
                "species_id": self.species,
                "official_id": official_id,
                "dam_id": dam,
            }
            id = unit.insert(record_for("livestock"), values)
            weight = {"animal_id": id, "weight_kg": Decimal(40)}
            unit.insert(record_for("weight_logs"), weight)
            self.animals.append(id)

    def change(self, desk: Desk, animal: UUID, values: dict[str, Any]) -> None:
        """Edit an animal, if this PC has it."""
        with suppress(Refusal):
            desk.change("livestock", animal, **values)

    def delete(self, desk: Desk, animal: UUID) -> None:
        """Delete an animal with its weights, if this PC has it and nothing else needs it."""
        with suppress(Refusal), desk.mirror.unit("Delete an animal") as unit:
            sql = "SELECT id FROM weight_logs WHERE animal_id = ?"
            found = unit.connection.exec_driver_sql(sql, (str(animal),)).scalars().all()
            for log in found:
                unit.delete(record_for("weight_logs"), UUID(log))
            unit.delete(record_for("livestock"), animal)

    def take(self, desk: Desk) -> None:
        """Take a kilogram of barley out of the store."""
        with suppress(Refusal):
            values = {"item_id": self.barley, "movement": "use", "quantity": Decimal(-1)}
            self.taken.add(desk.add("inventory_transactions", **values))

    def sync(self, desk: Desk, fault: Callable[[Desk], Faulty] | None = None) -> None:
        """Sync a PC, with a fault or without; a cut line and a refusal are part of life."""
        line = desk.gateway
        if fault is not None:
            desk.gateway = fault(desk)  # type: ignore[assignment]
        try:
            with suppress(Offline, SignInRefused):
                desk.sync()
        finally:
            desk.gateway = line

    def reopen(self, desk: Desk) -> None:
        """Close a PC's program and start it again."""
        path = desk.mirror.path
        desk.mirror.close()
        desk.mirror = Mirror.open(path, KEY)

    def decide(self, desk: Desk, keep: str) -> None:
        """Decide every open conflict; where that side cannot be kept, keep the other."""
        for conflict in desk.conflicts():
            try:
                resolve.decide(desk.mirror, conflict.id, keep)
            except Refusal:
                other = "mine" if keep == "theirs" else "theirs"
                with suppress(Refusal):
                    resolve.decide(desk.mirror, conflict.id, other)

    def retry(self, desk: Desk) -> None:
        """Retry every refused edit."""
        for refused in desk.quarantine():
            with suppress(Refusal):
                resolve.retry(desk.mirror, refused.id)

    def discard(self, desk: Desk) -> None:
        """Discard every refused edit, or mend it where others need it."""
        with desk.mirror.read() as connection:
            refusals = pending.open_refusals(connection)
        for refusal in refusals:
            try:
                resolve.discard(desk.mirror, refusal.id)
            except Refusal:
                self.change(desk, UUID(refusal.row_id), {"official_id": None, "dam_id": None})
            else:
                rows = [row for row in refusal.rows if row.table == "inventory_transactions"]
                self.given_up.update(UUID(row.id) for row in rows)

    def set_ben(self, role: str, status: str) -> None:
        """Change what Ben may do."""
        sql = "UPDATE organization_users SET role = %s, status = %s"
        who = " WHERE organization_id = %s AND user_id = %s"
        self.execute(sql + who, role, status, self.id, self.ben)

    def check_ledgers(self) -> None:
        """Every unit ever made is in its ledger once."""
        for desk in self.desks:
            desk.ledger()

    def quieten(self) -> None:
        """Faults stop, people decide: all agree within a bounded number of rounds."""
        self.set_ben("staff", "active")
        for desk in self.desks:
            self.sync(desk)
            self.retry(desk)
        for _ in range(ROUNDS):
            for desk in self.desks:
                desk.sync()
                self.decide(desk, "mine")
                self.discard(desk)
            if all(self._is_quiet(desk) for desk in self.desks):
                break
        for desk in self.desks:
            desk.sync()
        assert_quiet(self.central, self.by_email, self.id)
        assert all(self._is_quiet(desk) for desk in self.desks)
        sql = "SELECT id FROM inventory_transactions WHERE organization_id = %s"
        there = {row[0] for row in self.admin.execute(sql, (self.id,)).fetchall()}
        assert there == self.taken - self.given_up

    def _is_quiet(self, desk: Desk) -> bool:
        return not (desk.waiting() or desk.parcels() or desk.conflicts() or desk.quarantine())

    def close(self) -> None:
        """Close every mirror and line."""
        for desk in self.desks:
            desk.mirror.close()
            desk.gateway.close()  # type: ignore[attr-defined]
        self.admin.close()
