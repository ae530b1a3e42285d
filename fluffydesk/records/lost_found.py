"""Reports of lost and found animals, and how they are matched."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    EVERYONE,
    NOBODY,
    WORKERS,
    Access,
    All,
    Anyone,
    Members,
    Of,
    Person,
    Platform,
    Scope,
    Within,
)
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.community import ModerationState
from fluffydesk.records.enums.lost_found import (
    AnimalSize,
    LfActionKind,
    LfAnswer,
    LfContact,
    LfKind,
    LfMatchStatus,
    LfStatus,
)
from fluffydesk.records.enums.reviews import MediaType
from fluffydesk.records.moderation import UNTOUCHED, moderated, moderation_reason, own_file
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import PersonalRecord, Record, field, link, secret

_PERSONAL = "organization_id is null"
_REPORTER = Person("reporter_id", _PERSONAL)


class LfReport(Record):
    """An animal that somebody misses or has found; public while it is looked for."""

    __tablename__ = "lf_reports"
    __access__ = Access(
        read=[
            Anyone(f"status in ('open', 'matched') and {UNTOUCHED}"),
            _REPORTER,
            EVERYONE,
            Platform(),
        ],
        # A pet on the platform is reported only by those who look after it.
        add=[
            Person("reporter_id", f"{_PERSONAL} and pet_id is null"),
            All(_REPORTER, Of("pet_id", may="change")),
            All(Person("reporter_id", "pet_id is null"), Members(WORKERS)),
            All(Person("reporter_id"), Members(WORKERS), Of("pet_id", may="change")),
        ],
        write=[
            Person("reporter_id", f"{_PERSONAL} and {UNTOUCHED}"),
            Members(WORKERS, UNTOUCHED),
        ],
        delete=[_REPORTER, WORKERS],
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Lost or found animal", "Lost and found animals")
    __label__ = ("kind", "species", "name", "place")
    __table_args__ = (
        Index("ix_lf_reports_kind", "kind", "species", "status", "last_seen_at"),
        Index("ix_lf_reports_place", "latitude", "longitude"),
        Index("ix_lf_reports_microchip_hash", "microchip_hash"),
    )

    reporter_id: Mapped[UUID] = link("profiles", "Reported by", on_delete="CASCADE")
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Shelter or clinic", on_delete="CASCADE"
    )
    kind: Mapped[LfKind] = field("Lost or found")
    pet_id: Mapped[UUID | None] = link("pets", "Pet", on_delete="CASCADE")
    species: Mapped[str] = field("Species", hint="Dog, cat, rabbit ..")
    breed: Mapped[str | None] = field("Breed")
    name: Mapped[str | None] = field("Name it answers to")
    sex: Mapped[Sex] = field("Sex", default=Sex.UNKNOWN)
    size: Mapped[AnimalSize | None] = field("Size")
    age: Mapped[str | None] = field("Age", hint="As in young, or about 5 years")
    colours: Mapped[list[str]] = field("Colours", default=list)
    marks: Mapped[str | None] = field("Marks", hint="Keep one back: who knows it is the owner")
    collar: Mapped[str | None] = field("Collar or harness")
    is_chipped: Mapped[bool | None] = field("Has a microchip")
    # Never the number or a part of it in public: it is what swindlers ask a reward with.
    microchip_hash: Mapped[str | None] = secret("SHA-256 of the microchip number")
    last_seen_at: Mapped[datetime] = field("Last seen, or found", default=now)
    place: Mapped[str] = field("Where", hint="As in near the north gate of the park")
    # Three places are a street, some 100 m: no exact address is public.
    latitude: Mapped[Decimal | None] = field("Latitude", places=3, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = field("Longitude", places=3, minimum=-180, maximum=180)
    country: Mapped[str | None] = field("Country", hint="Two letters, as in ISO 3166: NL")
    description: Mapped[str | None] = field("Description")
    in_care_of_finder: Mapped[bool] = field("The finder keeps it for now", default=False)
    reward: Mapped[Decimal | None] = field("Reward", places=2, minimum=0, maximum=1_000_000)
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    contact_by: Mapped[LfContact] = field("Reached by", default=LfContact.MESSAGES)
    status: Mapped[LfStatus] = field("Status", default=LfStatus.OPEN)
    closed_on: Mapped[date | None] = field("Reunited or closed", maximum=today)
    moderation: Mapped[ModerationState] = moderated()
    moderation_reason: Mapped[str | None] = moderation_reason()


class LfMatch(Record):
    """A lost and a found report that may be of one animal; both reporters say whether it is."""

    __tablename__ = "lf_matches"
    __access__ = Access(
        read=[Person("lost_reporter_id"), Person("found_reporter_id")],
        write=NOBODY,
    )
    __titles__ = ("Match", "Matches")
    __label__ = ("score", "status")
    __table_args__ = (UniqueConstraint("lost_report_id", "found_report_id"),)

    lost_report_id: Mapped[UUID] = link("lf_reports", "Lost", on_delete="CASCADE")
    found_report_id: Mapped[UUID] = link("lf_reports", "Found", on_delete="CASCADE")
    score: Mapped[Decimal] = field("Likeness", places=3, minimum=0, maximum=1)
    reasons: Mapped[list[str]] = field("Why", default=list)
    distance_km: Mapped[Decimal | None] = field("Distance", unit="km", places=1, minimum=0)
    status: Mapped[LfMatchStatus] = field("Status", default=LfMatchStatus.PROPOSED)
    lost_answer: Mapped[LfAnswer] = field("Who lost it says", default=LfAnswer.UNSURE)
    found_answer: Mapped[LfAnswer] = field("Who found it says", default=LfAnswer.UNSURE)
    decided_at: Mapped[datetime | None] = field("Decided")
    # From the reports, by a trigger, so that a policy compares one column.
    lost_reporter_id: Mapped[UUID | None] = link(
        "profiles", "Who lost it", on_delete="CASCADE", kept=True
    )
    found_reporter_id: Mapped[UUID | None] = link(
        "profiles", "Who found it", on_delete="CASCADE", kept=True
    )


class LfMedia(Record):
    """A photo or video of a lost or found animal."""

    __tablename__ = "lf_media"
    __access__ = Access(
        read=Of("report_id"),
        add=All(Person("added_by"), Of("report_id", may="change")),
        write=All(Person("added_by"), Of("report_id", may="change")),
        delete=Of("report_id", may="change"),
    )
    __titles__ = ("Photo", "Photos")
    __label__ = ("caption", "path")
    __table_args__ = (
        own_file("path", "added_by"),
        Index("ix_lf_media_report_id", "report_id", "position"),
    )

    report_id: Mapped[UUID] = link("lf_reports", "Report", on_delete="CASCADE")
    added_by: Mapped[UUID] = link("profiles", "Added by", on_delete="CASCADE")
    media_type: Mapped[MediaType] = field("Type", default=MediaType.IMAGE)
    path: Mapped[str] = field("Path", hint="Begins with the id of who adds it")
    mime_type: Mapped[str | None] = field("MIME type")
    size_bytes: Mapped[int | None] = field("Size", unit="B", minimum=0)
    taken_at: Mapped[datetime | None] = field("Taken")
    caption: Mapped[str | None] = field("Caption")
    position: Mapped[int] = field("Place in the row", default=0, minimum=0, maximum=1000)


class LfMessage(Record):
    """A message between a reporter and somebody who writes about the report."""

    __tablename__ = "lf_messages"
    __access__ = Access(
        read=[Person("sender_id"), Person("recipient_id")],
        # Who may be written to, a trigger says: the reporter, or who wrote to the reporter.
        add=All(Person("sender_id", "recipient_id <> sender_id"), Of("report_id")),
        write=NOBODY,
        delete=Person("sender_id", "read_at is null"),
    )
    __titles__ = ("Message", "Messages")
    __label__ = ("body",)
    __table_args__ = (
        Index("ix_lf_messages_report_id", "report_id", "created_at"),
        Index("ix_lf_messages_recipient_id", "recipient_id", "read_at"),
    )

    report_id: Mapped[UUID] = link("lf_reports", "Report", on_delete="CASCADE")
    match_id: Mapped[UUID | None] = link("lf_matches", "Match", on_delete="SET NULL")
    sender_id: Mapped[UUID] = link("profiles", "From", on_delete="CASCADE")
    recipient_id: Mapped[UUID] = link("profiles", "To", on_delete="CASCADE")
    body: Mapped[str] = field("Text")
    read_at: Mapped[datetime | None] = field("Read", kept=True)


class LfAction(Record):
    """Something seen or done in a search; told to the reporter, and never changed."""

    __tablename__ = "lf_actions"
    __access__ = Access(
        # Not public: whoever reads of a sighting first is not always a friend.
        read=[Person("actor_id"), Of("report_id", may="change")],
        add=All(Person("actor_id"), Of("report_id")),
        write=NOBODY,
        delete=NOBODY,
    )
    __titles__ = ("Step of a search", "Steps of a search")
    __label__ = ("kind", "happened_at", "place")
    __table_args__ = (Index("ix_lf_actions_report_id", "report_id", "happened_at"),)

    report_id: Mapped[UUID] = link("lf_reports", "Report", on_delete="CASCADE")
    actor_id: Mapped[UUID] = link("profiles", "Who", on_delete="CASCADE")
    kind: Mapped[LfActionKind] = field("What", default=LfActionKind.SIGHTING)
    happened_at: Mapped[datetime] = field("When", default=now)
    place: Mapped[str | None] = field("Where")
    latitude: Mapped[Decimal | None] = field("Latitude", places=6, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = field("Longitude", places=6, minimum=-180, maximum=180)
    certainty: Mapped[int | None] = field("How sure", unit="%", minimum=0, maximum=100)
    flyers: Mapped[int | None] = field("Flyers", minimum=1, maximum=100_000)
    notes: Mapped[str | None] = field("Notes")


class LfSubscription(PersonalRecord):
    """A person's wish to hear of reports near a place."""

    __tablename__ = "lf_subscriptions"
    __access__ = Access(read=Person(), write=Person())
    __titles__ = ("Alert", "Alerts")
    __label__ = ("name",)
    # The service that sends alerts looks for those around a report.
    __table_args__ = (Index("ix_lf_subscriptions_place", "latitude", "longitude"),)

    name: Mapped[str] = field("Name", hint="As in around my house")
    kind: Mapped[LfKind | None] = field("Only lost, or only found")
    species: Mapped[str | None] = field("Species", hint="Empty: all")
    latitude: Mapped[Decimal] = field("Latitude", places=3, minimum=-90, maximum=90)
    longitude: Mapped[Decimal] = field("Longitude", places=3, minimum=-180, maximum=180)
    radius_km: Mapped[Decimal] = field(
        "Within", unit="km", places=1, default=Decimal(10), minimum=1, maximum=500
    )
    by_email: Mapped[bool] = field("By e-mail", default=True)
    by_push: Mapped[bool] = field("On the phone", default=True)
    is_on: Mapped[bool] = field("On", default=True)
    ends_on: Mapped[date | None] = field("Until")
    notified_at: Mapped[datetime | None] = field("Last alert", kept=True)
