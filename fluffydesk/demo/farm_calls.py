"""The sample clinic's visits to farms, with what was given and what the farm's book said."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.demo.sample import Maker, dec, local, telephone
from fluffydesk.records.booking import Appointment
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.pets import ClinicClient

_ENTERED = "Entered in the farm's medicine book."
_LOST = "The farm has no one animal or group of this name."
_CALLS = (
    (3, "Lame cow", "Digital dermatitis, left hind", "UK 301234 500123", _ENTERED, "18"),
    (9, "Calves with scours", "Pen of eleven, two off their milk", None, _ENTERED, "18"),
    (16, "Mastitis", "Hind quarter swollen and hot", "UK 301234 500199", _LOST, "22.5"),
)


def write_farm_calls(maker: Maker, vet: UUID, service: UUID) -> None:
    """Add a farm among the clients, three visits of the last weeks, and one that is planned."""
    maker = maker.apart(4_211)
    farm = maker.add(
        ClinicClient,
        maker.today - timedelta(days=900),
        full_name="Upper Meadow Farm",
        phone=telephone(maker.random),
        address="Meadow Lane, Little Marrowby",
    )
    for ago, reason, findings, tag, answer, km in _CALLS:
        on = maker.today - timedelta(days=ago)
        visit = maker.add(
            FarmVisit,
            on,
            client_id=farm,
            visited_at=local(on, 10, 30),
            veterinarian_id=vet,
            reason=reason,
            findings=findings,
            advice="Keep apart, and look at the others each day",
            distance_km=Decimal(km),
        )
        maker.add(
            FarmVisitTreatment,
            on,
            visit_id=visit,
            animal_tag=tag,
            group_name=None if tag else "Calves",
            head_count=None if tag else 11,
            reason=reason,
            product="Oxytetracycline 200 mg/mL",
            substance="oxytetracycline",
            is_antimicrobial=True,
            dose=dec(20 if tag else 4),
            given_at=local(on, 10, 45),
            milk_hours=168,
            meat_hours=504,
        )
        # What central keeps with it.
        kept = maker.rows()[FarmVisitTreatment][-1]
        kept |= {"farm_answer": answer, "is_in_farm_book": answer == _ENTERED}
    # After the last of the vet's visits in the diary.
    starts = local(maker.today + timedelta(days=1), 17, 35)
    maker.add(
        Appointment,
        maker.today - timedelta(days=5),
        client_id=farm,
        service_id=service,
        veterinarian_id=vet,
        scheduled_at=starts,
        ends_at=starts + timedelta(minutes=55),
        reason="Fertility round",
    )
