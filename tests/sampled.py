"""Mirrors that hold the demo's farm or clinic, as after a first sync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fasteners import InterProcessLock

from fluffydesk.demo.companies import CLINIC, FARM, Company
from fluffydesk.demo.fill import fill_mirror, work_as
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType, Role
from tests.mirrors import KEY, new_mirror

DEVICE = "Barn PC"


def sample_farm_mirror(path: Path, today: date | None = None, role: Role = Role.OWNER) -> Mirror:
    """Return an open mirror with the sample farm in it; the person at the PC has `role`."""
    return _filled(path, FARM, role, today)


def sample_clinic_mirror(
    path: Path,
    today: date | None = None,
    role: Role = Role.OWNER,
    moment: datetime | None = None,
) -> Mirror:
    """Return an open mirror with the sample clinic in it; visits are as far as at `moment`."""
    return _filled(path, CLINIC, role, today, moment)


def made_once(folder: Path, name: str, make: Callable[[Path], Mirror]) -> Path:
    """Return a mirror's file that is copied by many tests, of all workers: the first makes it."""
    path = folder / f"{name}.db"
    with InterProcessLock(folder / f"{name}.lock"):
        if not path.exists():
            unfinished = folder / f"{name}.unfinished"
            make(unfinished).close()
            unfinished.rename(path)
    return path


def viewed_by(mirror: Mirror, role: Role) -> None:
    """Let the person of that role work on a sample farm's mirror."""
    work_as(mirror, FARM, role.value, DEVICE)


def empty_mirror(path: Path, kind: OrgType = OrgType.FARM, role: Role = Role.OWNER) -> Mirror:
    """Return an open mirror with an organization, its people and the reference data only."""
    path.write_bytes(_empty(kind, role))
    return Mirror.open(path, KEY)


@cache
def _empty(kind: OrgType, role: Role) -> bytes:
    company = FARM if kind is OrgType.FARM else CLINIC
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        _filled(path, replace(company, type=kind, rows=lambda *_: {}), role).close()
        return path.read_bytes()


def _filled(
    path: Path,
    company: Company,
    role: Role,
    today: date | None = None,
    moment: datetime | None = None,
) -> Mirror:
    mirror = new_mirror(path)
    fill_mirror(mirror, company, today=today, now=moment, member=role.value, device=DEVICE)
    return mirror


def without_medicine(mirror: Mirror) -> None:
    """Take out of a sample farm what was given to animals, as if central had done so."""
    with mirror.apply() as connection:
        for table in ("health_treatments", "health_diagnoses", "vaccine_logs"):
            connection.exec_driver_sql(f"delete from {table}")
