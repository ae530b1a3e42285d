"""What the farm made and keeps: milk by tank, eggs by grade and size, wool by lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import Connection, func, select

from fluffydesk.actions.egg_room import rounds
from fluffydesk.actions.rules.stores import EGGS, Account, spoilt_since
from fluffydesk.actions.tank import Incoming, incoming
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.farm import ClipPart, EggGrade, EggSize, FibreOrMilk, MilkingSession
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.livestock import Flock

_NONE = Decimal(0)
_MILKINGS = (MilkingSession.EVENING, MilkingSession.NOON, MilkingSession.MORNING)


@dataclass(frozen=True)
class TankRow:
    """A tank: litres in it, what fits, and when milk under withdrawal went into it."""

    id: UUID
    name: str
    balance: Decimal
    capacity: Decimal
    temperature: Decimal | None
    target: Decimal | None
    spoilt_on: date | None
    location: str
    active: bool


@dataclass(frozen=True)
class EggRow:
    """Eggs of one grade and size in one store; `old` are past their best-before date."""

    id: UUID
    store: str
    grade: EggGrade
    size: EggSize
    balance: Decimal
    oldest: date | None
    best_before: date | None
    old: int
    soon: bool

    @property
    def account(self) -> Account:
        return {"store": self.store, "grade": self.grade, "size": self.size}


@dataclass(frozen=True)
class WoolRow:
    """A lot of wool: kg in store and what it is."""

    id: UUID
    lot: str
    fibre: FibreOrMilk
    part: ClipPart
    store: str
    balance: Decimal
    shorn_on: date | None


@dataclass(frozen=True)
class TrayRow:
    """Eggs of one kind, flock and day in store."""

    id: UUID
    flock: str
    collected_on: date
    eggs: Decimal
    best_before: date | None


@dataclass(frozen=True)
class Waiting:
    """What was milked or laid and is not in store yet."""

    milking: tuple[date, MilkingSession, Incoming] | None = None
    flock_id: UUID | None = None
    collected_on: date | None = None
    eggs: int = 0
    all_eggs: int = 0
    withheld: str = ""
    store: str = ""
    """Where eggs went last."""


def tank_rows(connection: Connection, on: date) -> list[TankRow]:
    """Return every tank by name with what is in it at the end of a day."""
    table = MilkStorageLog.__table__.c
    sums = {
        row[0]: row[1]
        for row in connection.execute(
            select(table.tank_id, func.sum(table.litres))
            .where(table.moved_on <= on)
            .group_by(table.tank_id)
        )
    }
    found = []
    for tank in connection.execute(
        select(MilkStorage.__table__).order_by(MilkStorage.__table__.c.name)
    ):
        warmth = connection.execute(
            select(table.temperature_c)
            .where(table.tank_id == tank.id, table.moved_on <= on, table.temperature_c.is_not(None))
            .order_by(table.moved_on.desc(), table.created_at.desc())
            .limit(1)
        ).scalar()
        found.append(
            TankRow(
                id=tank.id,
                name=tank.name,
                balance=sums.get(tank.id, _NONE),
                capacity=tank.capacity_l,
                temperature=warmth,
                target=tank.target_temperature_c,
                spoilt_on=spoilt_since(connection, tank.id, on),
                location=tank.location or "",
                active=tank.status == Status.ACTIVE,
            )
        )
    return found


def egg_rows(connection: Connection, on: date) -> list[EggRow]:
    """Return the eggs by store, grade and size at the end of a day, with the oldest of each."""
    table = EggStorage.__table__.c
    kinds: dict[tuple[str, EggGrade, EggSize], list[tuple[date, date | None, int]]] = {}
    for store, grade, size, day, ends, eggs in connection.execute(
        select(
            table.store,
            table.grade,
            table.size,
            table.collected_on,
            func.min(table.best_before),
            func.sum(table.eggs),
        )
        .where(table.moved_on <= on)
        .group_by(table.store, table.grade, table.size, table.collected_on)
        .order_by(table.store, table.grade, table.size, table.collected_on)
    ):
        kinds.setdefault((store, grade, size), []).append((day, ends, int(eggs)))
    rows = []
    for (store, grade, size), days in kinds.items():
        there = [one for one in days if one[2] > 0]
        ends = min((end for _, end, _ in there if end is not None), default=None)
        rows.append(
            EggRow(
                id=uuid5(NAMESPACE_OID, f"eggs/{store}/{grade}/{size}"),
                store=store,
                grade=grade,
                size=size,
                balance=Decimal(sum(eggs for _, _, eggs in days)),
                oldest=there[0][0] if there else None,
                best_before=ends,
                old=sum(eggs for _, end, eggs in there if end is not None and end < on),
                soon=ends is not None and (ends - on).days <= 7,
            )
        )
    return rows


def tray_rows(connection: Connection, row: EggRow, on: date) -> list[TrayRow]:
    """Return what is left of each flock and day, the first to leave first."""
    table, flock = EggStorage.__table__.c, Flock.__table__.c
    found = connection.execute(
        select(flock.name, table.collected_on, func.min(table.best_before), func.sum(table.eggs))
        .join_from(EggStorage.__table__, Flock.__table__, flock.id == table.flock_id, isouter=True)
        .where(*EGGS.matching(row.account), table.moved_on <= on)
        .group_by(table.collected_on, table.flock_id)
        .having(func.sum(table.eggs) != 0)
        .order_by(table.collected_on, flock.name)
    )
    return [
        TrayRow(uuid5(row.id, f"{day}/{name}"), name or "", day, Decimal(eggs), ends)
        for name, day, ends, eggs in found
    ]


def wool_rows(connection: Connection, on: date) -> list[WoolRow]:
    """Return every lot of wool at the end of a day; what is gone comes last."""
    table = WoolStorage.__table__.c
    found = connection.execute(
        select(
            table.lot,
            func.min(table.fibre),
            func.min(table.clip_part),
            func.max(table.store),
            func.min(table.shorn_on),
            func.sum(table.quantity_kg),
        )
        .where(table.moved_on <= on)
        .group_by(table.lot)
        .order_by(func.sum(table.quantity_kg) == 0, table.lot)
    )
    return [
        WoolRow(
            uuid5(NAMESPACE_OID, f"wool/{lot}"), lot, fibre, part, store or "", Decimal(kg), shorn
        )
        for lot, fibre, part, store, shorn, kg in found
    ]


def waiting_milk(connection: Connection, on: date) -> Waiting:
    """Return the latest milking of a day that is not in the tank, or only in part."""
    sessions = (*_MILKINGS, MilkingSession.WHOLE_DAY)
    for session in sessions:
        found = incoming(connection, on, session)
        if found.due or (found.diverted and not found.litres):
            return Waiting(milking=(on, session, found))
    return Waiting()


def waiting_eggs(connection: Connection, on: date) -> Waiting:
    """Return the oldest round that is not in store, and how many eggs wait in all."""
    there = rounds(connection, on)
    if not there:
        return Waiting(store=_last_store(connection))
    free = next((one for one in there if not one.withheld), there[0])
    return Waiting(
        flock_id=free.flock_id,
        collected_on=free.collected_on,
        eggs=free.due,
        all_eggs=sum(one.due for one in there),
        withheld=", ".join(sorted({one.flock for one in there if one.withheld})),
        store=_last_store(connection),
    )


def _last_store(connection: Connection) -> str:
    table = EggStorage.__table__.c
    query = select(table.store).order_by(table.moved_on.desc(), table.created_at.desc()).limit(1)
    return str(connection.execute(query).scalar() or "")
