"""Rules of breeding: who is bred, whose young is whose, and births and hatches that add up.

Rules 6, 7, 9 and 15; a heat is on a day its animal was here (rule 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from fluffydesk.actions.rules.animals import day_of, must_be_here
from fluffydesk.actions.rules.milk import follow_calving, follow_card
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.breeding import is_old_enough, same_birth
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import counted

_ANIMALS = Livestock.__table__.c
_BIRTHS = LambingRecord.__table__.c
_SERVICES = BreedingRecord.__table__.c
_NEVER = {"dam": (Sex.MALE, Sex.NEUTERED_MALE), "sire": (Sex.FEMALE, Sex.NEUTERED_FEMALE)}
_GENERATIONS = 60
"""How far up a line of ancestors is followed: further than any herdbook."""


def can_bear(connection: Connection, female: Row[Any], on: date, field: str = "female_id") -> None:
    """Refuse a female that is none, or is too young (rule 6)."""
    _has_sex(female, "dam", field)
    _is_old_enough(connection, female, on, field)


def can_sire(
    connection: Connection, male: Row[Any], female: Row[Any], on: date, field: str = "male_id"
) -> None:
    """Refuse a male that is none, is too young, or is of another species (rule 6).

    Whether he was at the farm is not asked: semen outlives him, and rams are borrowed.
    """
    _has_sex(male, "sire", field)
    _same_species(male, female, field)
    if male.birth_date is not None and on < male.birth_date:
        raise InvalidValue(
            f"{_name(male)} was not born on {on:%d %B %Y}.", "Check the date.", field=field
        )
    _is_old_enough(connection, male, on, field)


def _service(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None or (before is not None and _kept(before, after, _WHO_AND_WHEN)):
        return
    if after.served_on is None and after.heat_observed_at is None:
        raise InvalidValue(
            "Neither a service nor a heat has a date.",
            "Enter when she was served, or when the heat was seen.",
            field="served_on",
        )
    female = _row(connection, after.female_id)
    if female is None:
        return
    on = after.served_on or day_of(connection, after.heat_observed_at)
    if after.served_on is None:
        must_be_here(female, on, "heat_observed_at")
    can_bear(connection, female, on)
    male = _row(connection, after.male_id)
    if male is not None:
        can_sire(connection, male, female, on)
    donor = _row(connection, after.donor_id)
    if donor is not None:
        _has_sex(donor, "dam", "donor_id")
        _same_species(donor, female, "donor_id")


_WHO_AND_WHEN = ("female_id", "male_id", "donor_id", "served_on", "heat_observed_at")


def _parents(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """An animal's own parents fit it (rules 6 and 7), and it goes on fitting its young."""
    if after is None:
        return
    facts = ("sex", "species_id", "birth_date")
    if before is None or not _kept(before, after, ("dam_id", "sire_id", "species_id", *facts)):
        for role, parent_id in (("dam", after.dam_id), ("sire", after.sire_id)):
            parent = _row(connection, parent_id)
            if parent is not None:
                _parent_fits(connection, parent, after, role, f"{role}_id")
        _no_own_ancestor(connection, after)
        _twins_share_date(connection, after)
    if before is not None and not _kept(before, after, facts):
        for role, column in (("dam", _ANIMALS.dam_id), ("sire", _ANIMALS.sire_id)):
            for young in _all(connection, column == after.id):
                field = _what_changed(before, after, facts)
                _parent_fits(connection, after, young, role, field)


def _parent_fits(
    connection: Connection, parent: Row[Any], young: Row[Any], role: str, field: str
) -> None:
    if parent.id == young.id:
        raise InvalidValue(f"{_name(young)} cannot be its own {role}.", field=field)
    _has_sex(parent, role, field)
    _same_species(parent, young, field)
    if parent.birth_date is None or young.birth_date is None:
        return
    species = row_of(connection, LivestockSpecies, parent.species_id)
    # A tenth of the gestation is left to young that came early.
    carried = (species.gestation_days or 0) * 9 // 10 if species is not None else 0
    conceived = young.birth_date - timedelta(days=carried)
    code = None if species is None else species.code
    if conceived < parent.birth_date or not is_old_enough(code, parent.birth_date, conceived):
        raise InvalidValue(
            f"{_name(parent)}, born {parent.birth_date:%d %B %Y}, was too young to be the {role} "
            f"of {_name(young)}, born {young.birth_date:%d %B %Y}.",
            "Check both birth dates, or choose another animal.",
            field=field,
        )


def _no_own_ancestor(connection: Connection, animal: Row[Any]) -> None:
    line, seen = {animal.dam_id, animal.sire_id} - {None}, set[UUID]()
    for _ in range(_GENERATIONS):
        if animal.id in line:
            raise InvalidValue(
                f"{_name(animal)} would be its own ancestor.",
                "Check dam and sire.",
                field="dam_id" if animal.dam_id is not None else "sire_id",
            )
        seen |= line
        rows = connection.execute(
            select(_ANIMALS.dam_id, _ANIMALS.sire_id).where(_ANIMALS.id.in_(line))
        )
        line = {key for row in rows for key in row if key is not None} - seen
        if not line:
            return


def _twins_share_date(connection: Connection, animal: Row[Any]) -> None:
    """A dam's young born within half a gestation are of one birth, and have one date (rule 7).

    Not asked of a donor's young: other females bear those, each on her own day.
    """
    if animal.dam_id is None or animal.birth_date is None:
        return
    donates = select(_SERVICES.id).where(_SERVICES.donor_id == animal.dam_id).limit(1)
    if connection.execute(donates).first() is not None:
        return
    days = _gestation(connection, animal.species_id)
    for other in _all(
        connection,
        _ANIMALS.dam_id == animal.dam_id,
        _ANIMALS.id != animal.id,
        _ANIMALS.birth_date != animal.birth_date,
    ):
        if other.birth_date and same_birth(animal.birth_date, other.birth_date, days):
            raise InvalidValue(
                f"{_name(other)} was born to the same dam on {other.birth_date:%d %B %Y}: "
                "twins share their date.",
                "Check the date and the dam.",
                field="birth_date",
            )


def _birth(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A birth adds up, and a dam bears once in a gestation (rules 6 and 7)."""
    if after is None:
        return
    if after.born_alive + after.stillborn < 1:
        raise InvalidValue(
            "Nobody was born.", "Enter the young, alive or dead.", field="born_alive"
        )
    if (after.ewes or 0) + (after.rams or 0) > after.born_alive:
        raise InvalidValue(
            f"Females and males together are more than the {after.born_alive} born alive.",
            "Count them again.",
            field="ewes",
        )
    if after.died_early + after.fostered_off + after.hand_reared > after.born_alive:
        raise InvalidValue(
            "More died, were given away or hand-reared than were born alive.",
            "Count them again.",
            field="died_early",
        )
    same = before is not None and _kept(before, after, ("dam_id", "sire_id", "lambed_on"))
    dam = _row(connection, after.dam_id)
    if dam is None:
        return
    if not same:
        can_bear(connection, dam, after.lambed_on, "dam_id")
        sire = _row(connection, after.sire_id)
        if sire is not None:
            _has_sex(sire, "sire", "sire_id")
            _same_species(sire, dam, "sire_id")
        _one_birth(connection, after, dam)
    _young_counted(connection, after, "born_alive")


def _one_birth(connection: Connection, birth: Row[Any], dam: Row[Any]) -> None:
    days = _gestation(connection, dam.species_id)
    others = connection.execute(
        select(_BIRTHS.lambed_on).where(_BIRTHS.dam_id == dam.id, _BIRTHS.id != birth.id)
    ).scalars()
    for on in others:
        if same_birth(on, birth.lambed_on, days):
            raise InvalidValue(
                f"{_name(dam)} has a birth on {on:%d %B %Y} already.",
                "Twins share one birth: open that one and change it.",
                field="lambed_on",
            )


def _lactation(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A birth opens its dam's lactation and parity grows by one; without it neither (rule 9)."""
    if before is not None and after is not None and before.dam_id != after.dam_id:
        _lactation(connection, before, None)
        cleared = {"parity": None, "previous_on": None}
        kept = {n: v for n, v in cleared.items() if getattr(before, n) == getattr(after, n)}
        if kept:
            _write(connection, LambingRecord, after.id, **kept)
        before, after = None, row_of(connection, LambingRecord, after.id)
    birth = after or before
    dam = None if birth is None else _row(connection, birth.dam_id)
    if birth is None or dam is None:
        return
    _open(connection, dam, birth, before, after)
    now = _row(connection, dam.id)
    if now is not None and now.calved_on != dam.calved_on:
        follow_card(connection, dam, now)
    elif before is not None and before.parity is not None:
        come = None if after is None else after.lambed_on
        if come != before.lambed_on:  # of a lactation that is over
            follow_calving(connection, dam.id, before.lambed_on, come)


def _open(
    connection: Connection,
    dam: Row[Any],
    birth: Row[Any],
    before: Row[Any] | None,
    after: Row[Any] | None,
) -> None:
    """Write on the dam's card which lactation she is in, and on the next birth what was before."""
    if before is not None and after is not None and before.lambed_on != after.lambed_on:
        following = (_BIRTHS.dam_id == dam.id) & (_BIRTHS.previous_on == before.lambed_on)
        later = following & (_BIRTHS.lambed_on > after.lambed_on)
        connection.execute(
            update(LambingRecord.__table__).where(later).values(previous_on=after.lambed_on)
        )
    if before is None and (dam.calved_on is None or dam.calved_on < birth.lambed_on):
        parity = (dam.parity or 0) + 1 if birth.parity is None else birth.parity
        _write(connection, Livestock, dam.id, calved_on=birth.lambed_on, parity=parity)
        previous = birth.previous_on or dam.calved_on
        _write(connection, LambingRecord, birth.id, parity=parity, previous_on=previous)
    elif before is not None and before.parity is not None and dam.calved_on == before.lambed_on:
        same = after is not None and after.dam_id == before.dam_id
        if after is not None and same and after.lambed_on != before.lambed_on:
            _write(connection, Livestock, dam.id, calved_on=after.lambed_on)
        elif after is None and dam.parity == before.parity:
            _write(connection, Livestock, dam.id, **_without(connection, before))


def _without(connection: Connection, birth: Row[Any]) -> dict[str, Any]:
    """Return what a dam's card says once a birth is taken back.

    Where two PCs wrote down one birth on two days, the other of the two still counts.
    """
    same = (_BIRTHS.dam_id == birth.dam_id) & (_BIRTHS.parity == birth.parity)
    other = connection.execute(select(func.max(_BIRTHS.lambed_on)).where(same)).scalar()
    if other is not None:
        return {"calved_on": other}
    return {"calved_on": birth.previous_on, "parity": birth.parity - 1}


def _write(connection: Connection, record: type[Record], row_id: UUID, **values: Any) -> None:
    """Change a row beside the one that is saved, in the same unit of work."""
    table = record.__table__
    connection.execute(update(table).where(table.c.id == row_id).values(**values))


def _young_counted(connection: Connection, birth: Row[Any], field: str) -> None:
    """The animals of that dam and day are no more than were born alive (rule 7)."""
    found = connection.execute(
        select(func.count()).where(
            _ANIMALS.dam_id == birth.dam_id, _ANIMALS.birth_date == birth.lambed_on
        )
    ).scalar_one()
    if found > birth.born_alive:
        raise InvalidValue(
            f"{counted(found, 'animal has', 'animals have')} this dam and birth date, and only "
            f"{birth.born_alive} were born alive.",
            "Count them again.",
            field=field,
        )


def _of_a_birth(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None or after.dam_id is None or after.birth_date is None:
        return
    if before is not None and _kept(before, after, ("dam_id", "birth_date")):
        return
    birth = connection.execute(
        select(LambingRecord.__table__).where(
            _BIRTHS.dam_id == after.dam_id, _BIRTHS.lambed_on == after.birth_date
        )
    ).first()
    if birth is not None:
        _young_counted(connection, birth, "birth_date")


def _hatch(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Hatched <= fertile <= set (rule 15)."""
    if after is None:
        return
    fertile = after.eggs_set - (after.infertile or 0)
    if fertile < 0:
        raise InvalidValue(
            f"Only {counted(after.eggs_set, 'egg was', 'eggs were')} set.",
            "Check how many were infertile.",
            field="infertile",
        )
    left = fertile - (after.dead_in_shell or 0)
    if left < 0:
        raise InvalidValue(
            f"Only {counted(fertile, 'egg was', 'eggs were')} fertile.",
            "Check how many died in the shell.",
            field="dead_in_shell",
        )
    if (after.hatched or 0) > left:
        raise InvalidValue(
            f"Only {counted(left, 'egg', 'eggs')} could hatch: {after.eggs_set} set less "
            f"{after.infertile or 0} infertile and {after.dead_in_shell or 0} dead in shell.",
            "Count the chicks again, or correct the candling.",
            field="hatched",
        )
    if (after.culled or 0) > (after.hatched or 0):
        raise InvalidValue(
            "More chicks were culled than hatched.", "Count them again.", field="culled"
        )
    if after.hatched_on is not None and after.hatched_on < after.set_on:
        raise InvalidValue(
            f"The eggs were set on {after.set_on:%d %B %Y}.", "Check the date.", field="hatched_on"
        )


def _has_sex(animal: Row[Any], role: str, field: str) -> None:
    if animal.sex in _NEVER[role]:
        what = "male" if role == "dam" else "female"
        raise InvalidValue(
            f"{_name(animal)} is {what}.",
            "Check the tag, or the sex on the animal's card.",
            field=field,
        )


def _same_species(one: Row[Any], other: Row[Any], field: str) -> None:
    if one.species_id != other.species_id:
        raise InvalidValue(
            f"{_name(one)} and {_name(other)} are not of the same species.",
            "Check the tag.",
            field=field,
        )


def _is_old_enough(connection: Connection, animal: Row[Any], on: date, field: str) -> None:
    species = row_of(connection, LivestockSpecies, animal.species_id)
    code = None if species is None else species.code
    if not is_old_enough(code, animal.birth_date, on):
        raise InvalidValue(
            f"{_name(animal)}, born {animal.birth_date:%d %B %Y}, was too young on {on:%d %B %Y}.",
            "Check the tag and the birth date.",
            field=field,
        )


def _gestation(connection: Connection, species_id: UUID) -> int | None:
    species = row_of(connection, LivestockSpecies, species_id)
    return None if species is None else species.gestation_days


def _row(connection: Connection, animal_id: UUID | None) -> Row[Any] | None:
    return None if animal_id is None else row_of(connection, Livestock, animal_id)


def _all(connection: Connection, *where: Any) -> Iterator[Row[Any]]:
    yield from connection.execute(select(Livestock.__table__).where(*where)).all()


def _kept(before: Row[Any], after: Row[Any], names: tuple[str, ...]) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in names)


def _what_changed(before: Row[Any], after: Row[Any], names: tuple[str, ...]) -> str:
    return next(name for name in names if getattr(before, name) != getattr(after, name))


def _name(animal: Row[Any]) -> str:
    return str(animal.name or animal.tag_number)


RULES: dict[type[Record], tuple[Rule, ...]] = {
    BreedingRecord: (_service,),
    Livestock: (_parents, _of_a_birth),
    LambingRecord: (_birth, _lactation),
    HatcheryRecord: (_hatch,),
}
