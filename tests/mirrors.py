"""New mirrors, quickly: an empty one, and one of an invented farm, with no central."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from fluffydesk.mirror import schema
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

KEY = bytes(range(32))
ORGANIZATION = UUID("01900000-0000-7000-8000-00000000000a")
USER = UUID("01900000-0000-7000-8000-00000000000b")
DEVICE = UUID("01900000-0000-7000-8000-00000000000c")
COW = UUID("01900000-0000-7000-8000-00000000000d")
HEN = UUID("01900000-0000-7000-8000-00000000000e")


def new_mirror(path: Path) -> Mirror:
    """Return an open mirror with no rows: a copy of one made once, for making takes long."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(_blank(schema.MIRRORED))
    return Mirror.open(path, KEY)


@cache
def _blank(_: tuple[type[Record], ...]) -> bytes:
    """A test may know fewer tables than there are."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "blank.db"
        Mirror.open(path, KEY).close()
        return path.read_bytes()


def make_mirror(path: Path, kind: str = "farm") -> Mirror:
    """Return an open mirror with an organization, one owner and two species, nothing pending."""
    mirror = new_mirror(path)
    when = {"created_at": now(), "updated_at": now(), "row_version": 1}
    people = {"email": "anna@farm.example", "full_name": "Anna Adams", "role": "pet_owner"}
    rows = [
        ("organizations", {"id": ORGANIZATION, "name": "Hill Farm", "type": kind}),
        ("profiles", {"id": USER, **people}),
        (
            "organization_users",
            {"id": DEVICE, "organization_id": ORGANIZATION, "user_id": USER, "role": "owner"},
        ),
        ("livestock_species", {"id": COW, "code": "cattle", "name": "Cattle"}),
        ("livestock_species", {"id": HEN, "code": "chicken", "name": "Chicken"}),
    ]
    with mirror.apply() as connection:
        for table, values in rows:
            record = record_for(table)
            extra = {
                name: value
                for name, value in {"status": "active", "time_zone": "UTC"}.items()
                if name in record.__table__.columns
            }
            write_images(connection, record, [to_image(record, {**values, **extra, **when})])
    mirror.remember(
        author={
            "user_id": str(USER),
            "user_name": "Anna Adams",
            "device_id": str(DEVICE),
            "device_name": "barn-pc",
        },
        organization={
            "id": str(ORGANIZATION),
            "name": "Hill Farm",
            "type": kind,
            "time_zone": "UTC",
            "currency": "EUR",
            "role": "owner",
        },
    )
    return mirror
