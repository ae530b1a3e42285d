"""Mirrors that hold the demo's farm or clinic, as after a first sync."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from fluffydesk.demo.companies import CLINIC, FARM, Company
from fluffydesk.demo.fill import fill_mirror
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType, Role

KEY = bytes(range(32))
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


def empty_mirror(path: Path, kind: OrgType = OrgType.FARM, role: Role = Role.OWNER) -> Mirror:
    """Return an open mirror with an organization, its people and the reference data only."""
    company = FARM if kind is OrgType.FARM else CLINIC
    return _filled(path, replace(company, type=kind, rows=lambda *_: {}), role)


def _filled(
    path: Path,
    company: Company,
    role: Role,
    today: date | None = None,
    moment: datetime | None = None,
) -> Mirror:
    mirror = Mirror.open(path, KEY)
    fill_mirror(mirror, company, today=today, now=moment, member=role.value, device=DEVICE)
    return mirror
