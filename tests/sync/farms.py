"""A farm at a real central, its people, and their PCs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from fluffydesk.records.types import new_id
from tests.sync.desks import Desk, assert_quiet


class Farm:
    """One organization at central, with PCs that a test adds as it needs them."""

    def __init__(self, central: Any, folder: Path, kind: str = "breeding_facility") -> None:
        self.central = central
        self.folder = folder
        self.id: UUID = central.add_organization("Hill Farm", kind)
        self.desks: dict[str, list[Desk]] = {}
        self.users: dict[str, UUID] = {}
        self.species = new_id()
        with central.admin() as connection:
            connection.execute(
                "INSERT INTO livestock_species (id, code, name) VALUES (%s, 'alpaca', 'Alpaca')",
                (self.species,),
            )

    def member(self, name: str, role: str = "owner") -> str:
        """Add a person to the farm and return the e-mail address."""
        email: str = self.central.email(name)
        self.users[email] = self.central.add_user(email, self.id, role)
        return email

    def desk(self, email: str, name: str, **options: Any) -> Desk:
        """Return a PC of that person which has synced once."""
        path = self.folder / f"{name}.db"
        gateway = options.pop("gateway", None) or self.central.gateway(email)
        desk = Desk(path, gateway, self.id, name, **options)
        self.desks.setdefault(email, []).append(desk)
        desk.sync()
        return desk

    def cow(self, desk: Desk, tag: str = "17", **values: Any) -> UUID:
        """Add an animal at a PC and sync it."""
        id = desk.add("livestock", tag_number=tag, species_id=self.species, **values)
        desk.sync()
        return id

    def settle(self) -> None:
        """Sync every PC until all have seen what the others sent."""
        every = [desk for desks in self.desks.values() for desk in desks]
        for _ in range(2):
            for desk in every:
                desk.sync()

    def assert_quiet(self) -> None:
        """Every mirror is what central shows its user, and nothing waits."""
        assert_quiet(self.central, self.desks, self.id)

    def execute(self, sql: str, *values: Any) -> None:
        """Run SQL as the administrator."""
        with self.central.admin() as connection:
            connection.execute(sql, values)

    def value(self, sql: str, *values: Any) -> Any:
        """Return the one value that SQL gives the administrator."""
        with self.central.admin() as connection:
            return connection.execute(sql, values).fetchone()[0]

    def close(self) -> None:
        """Close every mirror and line."""
        for desks in self.desks.values():
            for desk in desks:
                desk.mirror.close()
                desk.gateway.close()  # type: ignore[attr-defined]
