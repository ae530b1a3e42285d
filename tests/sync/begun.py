"""A farm whose PCs have synced once, made once for all tests: each begins with a copy of it."""

from __future__ import annotations

import shutil
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from fluffydesk.mirror.mirror import Mirror
from tests.sync.desks import Desk
from tests.sync.farms import Farm


@dataclass(frozen=True)
class Resting:
    """A PC that is switched off: whose it is, and its mirror."""

    email: str
    device: UUID
    mirror: Path


@dataclass(frozen=True)
class Begun:
    """A farm and its PCs at rest; nobody is connected to its database."""

    farm: Farm
    pcs: dict[str, Resting]

    @property
    def database(self) -> str:
        """The name of the database to copy."""
        return str(self.farm.central.name)

    @property
    def people(self) -> dict[str, str]:
        """The addresses of those who have logins, by name: logins belong to the cluster."""
        return {email.partition(".")[0]: email for email in self.farm.users}

    def again(self, central: Any, folder: Path) -> Farm:
        """Return the farm in a copy of its database; no PC is switched on yet."""
        made = copy(self.farm)
        made.central, made.folder, made.desks = central, folder, {}
        made.users = dict(self.farm.users)
        return made

    def desk(self, farm: Farm, name: str) -> Desk:
        """Return a PC of the copied farm, which has synced once."""
        pc, path = self.pcs[name], farm.folder / f"{name}.db"
        shutil.copy(pc.mirror, path)
        desk = Desk(path, farm.central.gateway(pc.email), farm.id, name, pc.device)
        _lives_in(desk.mirror, str(farm.value("SELECT sync.life()")))
        farm.desks.setdefault(pc.email, []).append(desk)
        return desk


def _lives_in(mirror: Mirror, life: str) -> None:
    """Let a mirror believe that it has synced with the copy: a copy has a life of its own."""
    with mirror.apply() as connection:
        cursor = mirror.state.get(connection, "cursor")
        mirror.state.put(connection, "cursor", {**cursor, "epoch": life})
        mirror.state.put(connection, "epoch", life)
        connection.exec_driver_sql("UPDATE number_blocks SET epoch = ?", (life,))


def at_rest(farm: Farm) -> Begun:
    """Switch a farm's PCs off; its database may be copied then."""
    pcs = {
        desk.device.name: Resting(email, desk.device.id, desk.mirror.path)
        for email, desks in farm.desks.items()
        for desk in desks
    }
    farm.close()
    farm.central.close()
    return Begun(farm, pcs)
