"""People with accounts who work nowhere together: for tests of what people do with each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from fluffydesk.records.types import new_id
from tests.central.central_rows import insert

DENIED = psycopg.errors.InsufficientPrivilege
REFUSED = psycopg.errors.CheckViolation


class Street:
    """Anna, Ben and Carl, who have accounts; Olga, who owns a shelter; the platform's Paul."""

    def __init__(self, central: Any) -> None:
        self.admin = central.admin()
        self.shelter: UUID = central.add_organization("Shelter", "ngo")
        self.ids: dict[str, UUID] = {"olga": central.add_user("olga", self.shelter, "owner")}
        for name in ("anna", "ben", "carl", "paul"):
            self.ids[name] = central.add_user(name, self.shelter, "viewer")
            self.run("delete from organization_users where user_id = %s", self.ids[name])
        self.run("update profiles set role = 'platform_admin' where id = %s", self.ids["paul"])
        self.logins = {name: central.login(name) for name in self.ids}

    def add(self, who: str | None, table: str, **values: Any) -> UUID:
        """Add a row as somebody, or as the administrator."""
        given = {"id": new_id(), **values}
        insert(self.logins[who] if who else self.admin, table, given)
        return UUID(str(given["id"]))

    def run(self, query: str, *values: Any, who: str | None = None) -> int:
        """Run a statement as somebody, or as the administrator; return how many rows it met."""
        login = self.logins[who] if who else self.admin
        return int(login.execute(query, values).rowcount)

    def one(self, query: str, *values: Any, who: str | None = None) -> Any:
        login = self.logins[who] if who else self.admin
        found = login.execute(query, values).fetchone()
        return found[0] if found else None

    def sees(self, who: str, table: str, id: UUID) -> bool:
        return self.one(f"select 1 from {table} where id = %s", id, who=who) is not None
