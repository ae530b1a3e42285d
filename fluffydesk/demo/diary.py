"""The sample clinic's diary: visits around today, at every stage, that never overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from fluffydesk.demo.patients import Patient
from fluffydesk.demo.sample import ZONE, Maker, days, local
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus

_SPAN = timedelta(days=7)
_WAITING = timedelta(hours=3)
"""How long before their visit the next two clients may be in the waiting room."""
_HOURS = (
    (((9, 0), (12, 30)), ((13, 30), (17, 30))),
    (((9, 30), (13, 0)), ((14, 0), (18, 0))),
    (
        ((8, 30), (12, 0)),
        ((12, 30), (15, 30)),
    ),
)
"""From when until when each vet works, before and after a break; the third operates first."""
_SUNDAY = 6
_CONSULTING = {
    "Consultation": 38,
    "Repeat consultation": 16,
    "Vaccination": 24,
    "Puppy or kitten check": 6,
    "X-ray": 5,
    "Blood test": 7,
    "Nail clipping": 4,
}
_REASONS = {
    "Consultation": (
        "Limping since Sunday",
        "Not eating",
        "Itching, scratches its ears",
        "Vomited twice in the night",
        "Cough",
        "Lump behind the shoulder",
        "Drinks a lot",
        "Red eye",
        "Diarrhoea for three days",
    ),
    "Repeat consultation": ("Check after a course of tablets", "Stitches out", "Weight check"),
    "Vaccination": ("Yearly booster", "First vaccination", "Second vaccination"),
    "Puppy or kitten check": ("First visit",),
    "Neutering, cat": ("Neutering",),
    "Neutering, dog": ("Neutering",),
    "Lump removal": ("Lump on the flank, send to the laboratory",),
    "Dental cleaning": ("Tartar, loose molar",),
    "X-ray": ("Hips", "Elbow, left"),
    "Blood test": ("Kidney values", "Before surgery", "Thyroid"),
    "Nail clipping": ("Nails",),
}


@dataclass(frozen=True)
class _Visit:
    starts: datetime
    ends: datetime
    vet: UUID
    room: UUID | None
    service: str


def write_diary(
    maker: Maker,
    patients: Sequence[Patient],
    services: Mapping[str, UUID],
    lengths: Mapping[str, int],
    vets: Sequence[UUID],
    rooms: Sequence[UUID],
    now: datetime,
) -> None:
    """Add the visits of two weeks: each vet works in one room, or none in the third's afternoon.

    Only the emergency vet is there on a Sunday, unless it is today: a sample should have
    something to show on the day it is looked at.
    """
    here = now.astimezone(ZONE).date()  # not today's date everywhere
    for on in days(maker.today - _SPAN, maker.today + _SPAN):
        visits: list[_Visit] = []
        for number, vet in enumerate(vets[:3]):
            if on.weekday() == _SUNDAY and on != here and number > 0:
                continue
            visits += _round(maker, on, number, vet, rooms, lengths, is_today=on == here)
        if on == here:
            visits += _emergencies(now, vets, rooms) or _walk_in(visits, now)
        taken: set[UUID] = set()
        waiting = [each for each in visits if timedelta(0) < each.starts - now <= _WAITING]
        waiting = sorted(waiting, key=lambda each: each.starts)[:2] if on == here else []
        for visit in sorted(visits, key=lambda each: (each.starts, each.vet)):
            patient = _patient(maker, patients, visit.service, taken, on)
            taken.add(patient.pet_id)
            stage = _stage(maker, visit, now, waits=visit in waiting)
            _write(maker, visit, patient, services[visit.service], stage)


def _round(
    maker: Maker,
    on: date,
    number: int,
    vet: UUID,
    rooms: Sequence[UUID],
    lengths: Mapping[str, int],
    *,
    is_today: bool,
) -> list[_Visit]:
    """One vet's visits of a day, one after the other with gaps between."""
    visits = []
    is_short = on.weekday() == _SUNDAY and not is_today
    for part, (opens, closes) in enumerate(_HOURS[number][: 1 if is_short else 2]):
        at, end = local(on, *opens), local(on, *closes)
        operates = number == 2 and part == 0
        # In the afternoon the third vet has no room: visits at home and by telephone.
        room = None if number == 2 and part == 1 else rooms[number % len(rooms)]
        while True:
            service = _service(maker, number, operates)
            ends = at + timedelta(minutes=lengths[service])
            if ends > end:
                break
            visits.append(_Visit(at, ends, vet, room, service))
            at = ends + timedelta(minutes=maker.random.choice((15, 25, 40, 60)))
            at -= timedelta(minutes=at.minute % 5)
    return visits


def _walk_in(visits: Sequence[_Visit], now: datetime) -> list[_Visit]:
    """Where every vet has a gap just now, somebody without an appointment is being seen."""
    if not visits or any(each.starts <= now < each.ends for each in visits):
        return []
    vet, room = visits[0].vet, visits[0].room
    start = now.replace(second=0, microsecond=0) - timedelta(minutes=now.minute % 5)
    following = [each.starts for each in visits if each.starts > now and each.vet == vet]
    before = [each.ends for each in visits if each.ends <= now and each.vet == vet]
    start = max([start - timedelta(minutes=5), *before])
    end = min([start + timedelta(minutes=20), *following])
    return [_Visit(start, end, vet, room, "Consultation")] if end > now else []


def _emergencies(now: datetime, vets: Sequence[UUID], rooms: Sequence[UUID]) -> list[_Visit]:
    """Out of hours there are emergencies, so that each stage can be seen at any time of day."""
    hour = now.astimezone(ZONE).hour + now.minute / 60
    if 8.25 <= hour <= 19.5:
        return []
    visits = []
    for vet, room, starts, ends in ((0, 0, -70, -30), (0, 0, -15, 25), (1, 1, 10, 30)):
        start, end = now + timedelta(minutes=starts), now + timedelta(minutes=ends)
        visits.append(
            _Visit(start, end, vets[vet % len(vets)], rooms[room % len(rooms)], "Consultation")
        )
    return visits


def _service(maker: Maker, number: int, operates: bool) -> str:
    if number < 2:
        return maker.random.choices(list(_CONSULTING), list(_CONSULTING.values()))[0]
    if operates:
        return maker.random.choice(
            ("Neutering, cat", "Neutering, dog", "Lump removal", "Dental cleaning")
        )
    return "Repeat consultation" if maker.chance(0.5) else "Consultation"


def _patient(
    maker: Maker, patients: Sequence[Patient], service: str, taken: set[UUID], on: date
) -> Patient:
    """A living patient that the service is for and that has no other visit on the day."""
    species = {"Neutering, cat": ("cat",), "Neutering, dog": ("dog",)}.get(service)
    fitting = [
        each
        for each in patients
        if not each.deceased
        and each.pet_id not in taken
        and (species is None or each.species in species)
        and (service != "Puppy or kitten check" or (on - each.born).days < 500)
    ]
    return maker.random.choice(fitting)


_Stage = tuple[AppointmentStatus, datetime | None]


def _write(maker: Maker, visit: _Visit, patient: Patient, service: UUID, stage: _Stage) -> None:
    status, arrived = stage
    booked = visit.starts - timedelta(days=maker.random.randint(8, 30))
    maker.add(
        Appointment,
        booked,
        pet_id=patient.pet_id,
        client_id=patient.client_id,
        service_id=service,
        veterinarian_id=visit.vet,
        room_id=visit.room,
        scheduled_at=visit.starts,
        ends_at=visit.ends,
        status=status,
        reason=maker.random.choice(_REASONS[visit.service]),
        arrived_at=arrived,
    )


def _stage(maker: Maker, visit: _Visit, now: datetime, *, waits: bool) -> _Stage:
    """How far a visit is: what is over is done, what comes next waits already."""
    chance = maker.random.random()
    early = visit.starts - timedelta(minutes=maker.random.randint(2, 14))
    if visit.starts <= now < visit.ends:
        return AppointmentStatus.IN_PROGRESS, early
    if waits:
        waited = timedelta(minutes=maker.random.randint(3, 26))
        return AppointmentStatus.CONFIRMED, min(early, now - waited)
    if chance < 0.05:
        return AppointmentStatus.CANCELLED, None
    if visit.ends <= now:
        missed = 0.05 <= chance < 0.09
        return (AppointmentStatus.NO_SHOW, None) if missed else (AppointmentStatus.COMPLETED, early)
    is_soon = visit.starts - now < timedelta(days=2)
    confirmed = is_soon and chance > 0.35
    return (AppointmentStatus.CONFIRMED if confirmed else AppointmentStatus.SCHEDULED), None
