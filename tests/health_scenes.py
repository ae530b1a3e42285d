"""The states of health to look at: withdrawal, open courses, doses late, and the marked grid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Flock, Livestock
from fluffydesk.records.types import now, today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.shell import Shell

_Scene = tuple[str, tuple[Callable[[Shell], object], ...]]
_DAY = timedelta(days=1)
_PARTS = ("withheld", "diagnoses", "courses", "due", "schedule", "episodes")
_ACTS = (
    ("withheld", "treat"),
    ("diagnoses", "diagnose"),
    ("due", "vaccinate"),
    ("due", "vaccinate_all"),
    ("courses", "finish"),
    ("courses", "void"),
)
_DRUGS = (
    ("Mastitis, left hind quarter", "Procaine penicillin 300 mg/mL", 96, 240),
    ("Foot rot", "Oxytetracycline 20 % LA", 168, 840),
    ("Milk fever", "Calcium borogluconate 40 %", 0, 0),
    ("Uterus inflammation after a twin birth with the afterbirth kept back", "Cephapirin", 0, 48),
)


def health_scenes(mirror: Mirror, visit: Callable[..., Any]) -> list[_Scene]:
    """Write treatments and vaccinations, and return the scenes that show them."""
    _fill(mirror)
    return health_parts("farm", visit) + [
        (f"farm-health-form-{act}", (partial(visit, place=Place("health", part=part)), _act(act)))
        for part, act in _ACTS
    ]


def health_parts(kind: str, visit: Callable[..., Any]) -> list[_Scene]:
    """Return a scene of each list, of a mirror as it is."""
    return [
        (f"{kind}-health-{part}", (partial(visit, place=Place("health", part=part)),))
        for part in _PARTS
    ]


def _act(name: str) -> Callable[[Shell], object]:
    return lambda shell: getattr(shell.current, name)()


def _fill(mirror: Mirror) -> None:
    for number, cow in enumerate(_cows(mirror)):
        reason, product, milk, meat = _DRUGS[number % len(_DRUGS)]
        course: dict[str, Any] = {
            "animal_id": cow,
            "reason": reason,
            "product": product,
            "dose": Decimal(20),
            "lot": f"A{4100 + number}",
            "milk_hours": milk,
            "meat_hours": meat,
        }
        doses = 3 if number % 3 == 0 else 1
        treat(mirror, {**course, "given_at": now() - (1 + number) * _DAY, "doses": doses})
        treat(mirror, {**course, "given_at": now() - (12 + 9 * number) * _DAY})
        due = today() + timedelta(days=6 * number - 20)
        shot = {"animal_id": cow, "vaccine": "Bovine viral diarrhoea", "next_due_on": due}
        vaccinate(mirror, {**shot, "given_at": now() - (345 + number) * _DAY})
    with mirror.read() as connection:
        flock = connection.execute(select(Flock.__table__.c.id).limit(1)).scalar_one()
    wormed = {"flock_id": flock, "reason": "Worms", "product": "Flubendazole", "egg_hours": 48}
    treat(mirror, {**wormed, "dose": Decimal(2), "given_at": now() - _DAY, "meat_hours": 96})


def _cows(mirror: Mirror) -> list[UUID]:
    table = Livestock.__table__
    with mirror.read() as connection:
        query = (
            select(table.c.id)
            .where(
                table.c.status == LivestockStatus.ACTIVE,
                table.c.sex == Sex.FEMALE,
                table.c.calved_on.is_not(None),
            )
            .order_by(table.c.tag_number)
            .limit(8)
        )
        return list(connection.execute(query).scalars())
