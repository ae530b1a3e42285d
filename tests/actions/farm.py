"""An empty farm's mirror with its species, as after a first sync."""

from __future__ import annotations

from uuid import UUID

from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import LivestockSpecies
from fluffydesk.records.organizations import Organization

FARM = UUID("0197f000-0000-7000-8000-00000000fa01")
CATTLE = UUID("0197f000-0000-7000-8000-00000000ca01")


def settle_in(mirror: Mirror, *, device: str = "Barn PC", species: bool = True) -> None:
    """Make the mirror that of Anna at the Green Farm."""
    mirror.remember(
        author={
            "user_id": "0197f000-0000-7000-8000-0000000000a1",
            "user_name": "Anna",
            "device_id": "0197f000-0000-7000-8000-0000000000d1",
            "device_name": device,
        },
        organization={
            "id": str(FARM),
            "name": "Green Farm",
            "type": "breeding_facility",
            "time_zone": "Europe/Amsterdam",
            "currency": "EUR",
            "role": "owner",
        },
    )
    with mirror.apply() as connection:
        farm = to_image(Organization, {"id": FARM, "name": "Green Farm"})
        write_images(connection, Organization, [farm])
        if species:
            cattle = {"id": CATTLE, "code": "cattle", "name": "Cattle"}
            write_images(connection, LivestockSpecies, [to_image(LivestockSpecies, cattle)])
