"""Reviews, addresses, custom fields and files."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    ALL_KINDS,
    CLINICS,
    EVERYONE,
    FARMS,
    KEEPERS,
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
from fluffydesk.records.enums.reviews import (
    AddressKind,
    AttachmentKind,
    CustomFieldKind,
    CustomFieldSubject,
    MediaType,
    MediaVisibility,
    ReviewStatus,
)
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import OrganizationRecord, Record, content, field, link

# Who deleted a hidden review could write it anew, so only a published one goes.
_PUBLISHED = "status = 'published'"
_NO_VISIT = "booking_id is null and order_id is null and appointment_id is null"
_AUTHOR = Person("author_id")

_PERSONAL = "organization_id is null"


class Review(OrganizationRecord):
    """What one person thinks of an organization, or of one of its services or products."""

    __tablename__ = "reviews"
    __access__ = Access(
        read=[Anyone(_PUBLISHED), _AUTHOR, EVERYONE, Platform()],
        # A visit is named only by who may see it: no review rests on a stranger's.
        add=[
            Person("author_id", _NO_VISIT),
            All(_AUTHOR, Of("booking_id")),
            All(_AUTHOR, Of("order_id")),
            All(_AUTHOR, Of("appointment_id")),
        ],
        write=Person("author_id", _PUBLISHED),
    )
    __titles__ = ("Review", "Reviews")
    __label__ = ("title", "rating")
    __table_args__ = (
        CheckConstraint("num_nonnulls(service_id, product_id) <= 1", name="one_target"),
        CheckConstraint(
            "num_nonnulls(booking_id, order_id, appointment_id) <= 1", name="one_visit"
        ),
        CheckConstraint("char_length(body) <= 10000", name="body_length"),
        CheckConstraint("(answer is null) = (answered_at is null)", name="answer_dated"),
        UniqueConstraint(
            "organization_id",
            "author_id",
            "service_id",
            "product_id",
            name="uq_reviews_one_an_author_and_target",
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_reviews_organization_id_status", "organization_id", "status", "created_at"),
    )

    author_id: Mapped[UUID] = link("profiles", "Author", on_delete="CASCADE")
    service_id: Mapped[UUID | None] = link("services", "Service", on_delete="CASCADE")
    product_id: Mapped[UUID | None] = link("products", "Product", on_delete="CASCADE")
    booking_id: Mapped[UUID | None] = link("bookings", "Booking", on_delete="SET NULL")
    order_id: Mapped[UUID | None] = link("orders", "Order", on_delete="SET NULL")
    appointment_id: Mapped[UUID | None] = link("appointments", "Appointment", on_delete="SET NULL")
    rating: Mapped[int] = field("Rating", minimum=1, maximum=5)
    title: Mapped[str | None] = field("Title")
    body: Mapped[str | None] = field("Review")
    status: Mapped[ReviewStatus] = field("Status", default=ReviewStatus.PUBLISHED, kept=True)
    edited_at: Mapped[datetime | None] = field("Edited", kept=True)
    works_there: Mapped[bool] = field("Author works there", default=False, kept=True)
    answer: Mapped[str | None] = field("Answer", kept=True)
    answered_at: Mapped[datetime | None] = field("Answered", kept=True)
    answered_by: Mapped[UUID | None] = link(
        "profiles", "Answered by", on_delete="SET NULL", kept=True
    )
    helpful_count: Mapped[int] = field("Found helpful", default=0, minimum=0, kept=True)
    moderated_at: Mapped[datetime | None] = field("Moderated", kept=True)
    moderation_reason: Mapped[str | None] = field("Why it was moderated", kept=True)


class Address(Record):
    """A place to live, to bill or to send to: of one person, or of one organization."""

    __tablename__ = "addresses"
    __access__ = Access(
        read=[Person(), EVERYONE, Anyone("is_public")],
        write=[Person(), KEEPERS],
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Address", "Addresses")
    __label__ = ("label", "line1", "city")
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, organization_id) = 1", name="one_owner"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_code"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="whole_position"),
        CheckConstraint("organization_id is not null or not is_public", name="people_are_private"),
        Index(
            "uq_addresses_default_of_person",
            "user_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
        Index(
            "uq_addresses_default_of_organization",
            "organization_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
    )

    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE")
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE"
    )
    kind: Mapped[AddressKind] = field("Kind", default=AddressKind.HOME)
    label: Mapped[str | None] = field("Label", hint="As in Mother's house")
    recipient: Mapped[str | None] = field("Recipient")
    line1: Mapped[str] = field("Street and number")
    line2: Mapped[str | None] = field("Second line")
    city: Mapped[str] = field("City")
    region: Mapped[str | None] = field("Region")
    postal_code: Mapped[str | None] = field("Postal code")
    country: Mapped[str] = field("Country", hint="Two letters, as in PT")
    phone: Mapped[str | None] = field("Phone")
    latitude: Mapped[Decimal | None] = field("Latitude", places=6, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = field("Longitude", places=6, minimum=-180, maximum=180)
    instructions: Mapped[str | None] = field("How to find it")
    is_default: Mapped[bool] = field("Default", default=False)
    is_public: Mapped[bool] = field("Public", default=False)


class CustomField(OrganizationRecord):
    """One more fact that an organization keeps of a row of any table."""

    __tablename__ = "custom_fields"
    __access__ = Access(write=WORKERS, mirrored=ALL_KINDS)
    __titles__ = ("Custom field", "Custom fields")
    __label__ = ("name",)
    __table_args__ = (
        UniqueConstraint("organization_id", "entity_table", "entity_id", "name"),
        CheckConstraint(
            "num_nonnulls(text_value, number_value, date_value, boolean_value) = 1"
            " and case kind when 'text' then text_value is not null"
            " when 'number' then number_value is not null"
            " when 'date' then date_value is not null"
            " else boolean_value is not null end",
            name="value_of_its_kind",
        ),
    )

    entity_table: Mapped[str] = field("Of which table", hint="As in livestock")
    entity_id: Mapped[UUID] = field("Of which row")
    name: Mapped[str] = field("Name")
    kind: Mapped[CustomFieldKind] = field("Kind", default=CustomFieldKind.TEXT)
    unit: Mapped[str | None] = field("Unit")
    text_value: Mapped[str | None] = field("Text")
    number_value: Mapped[Decimal | None] = field(
        "Number", places=4, minimum=-1_000_000_000, maximum=1_000_000_000
    )
    date_value: Mapped[date | None] = field("Date")
    boolean_value: Mapped[bool | None] = field("Yes or no")
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=1000)


class CustomFieldDefinition(OrganizationRecord):
    """A fact that an organization wants to keep of each of its animals or flocks."""

    __tablename__ = "custom_field_definitions"
    __access__ = Access(write=KEEPERS, mirrored=ALL_KINDS)
    __titles__ = ("Own field", "Own fields")
    __label__ = ("name",)
    __table_args__ = (UniqueConstraint("organization_id", "subject", "name"),)

    name: Mapped[str] = field("Name", hint="As it stands on the card: Horn bud scar")
    subject: Mapped[CustomFieldSubject] = field("Of", default=CustomFieldSubject.ANIMALS)
    kind: Mapped[CustomFieldKind] = field("Kind", default=CustomFieldKind.TEXT)
    unit: Mapped[str | None] = field("Unit", hint="Of a number: cm")
    position: Mapped[int] = field("Place in the list", default=0, minimum=0, maximum=1000)


class MediaFile(Record):
    """A file in storage: of the person who put it there, or of the organization it names."""

    __tablename__ = "media_files"
    __access__ = Access(
        read=[
            Anyone("visibility = 'public'"),
            Person("owner_id", _PERSONAL),
            All(Person("owner_id"), Members(WORKERS)),
            Members(EVERYONE, "visibility = 'organization'"),
            KEEPERS,
        ],
        add=[Person("owner_id", _PERSONAL), All(Person("owner_id"), Members(WORKERS))],
        write=[Person("owner_id", _PERSONAL), All(Person("owner_id"), Members(WORKERS)), KEEPERS],
        # An administrator of the platform takes down only what the public sees.
        delete=[
            Person("owner_id", _PERSONAL),
            All(Person("owner_id"), Members(WORKERS)),
            KEEPERS,
            Platform(),
        ],
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("File", "Files")
    __label__ = ("title", "path")
    __table_args__ = (
        UniqueConstraint("bucket", "path"),
        # Whoever names a path could ask for the file there: it lies in a folder of theirs.
        CheckConstraint(
            "starts_with(path, owner_id::text || '/')"
            " or coalesce(starts_with(path, organization_id::text || '/'), false)",
            name="path_of_owner",
        ),
        CheckConstraint("path !~ '(^|/)[.][.](/|$)'", name="path_stays_inside"),
        CheckConstraint(
            "organization_id is not null or visibility <> 'organization'", name="whose_members"
        ),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("(entity_table is null) = (entity_id is null)", name="whole_entity"),
        Index("ix_media_files_entity_id", "entity_id", "entity_table"),
    )

    media_type: Mapped[MediaType] = field("Type", default=MediaType.IMAGE)
    owner_id: Mapped[UUID] = link("profiles", "Put there by", on_delete="CASCADE")
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE"
    )
    bucket: Mapped[str] = field("Bucket")
    path: Mapped[str] = field("Path", hint="Begins with the owner's id")
    title: Mapped[str | None] = field("Title")
    alt_text: Mapped[str | None] = field("In words, for who cannot see it")
    mime_type: Mapped[str] = field("MIME type")
    size_bytes: Mapped[int] = field("Size", unit="B", minimum=0)
    width: Mapped[int | None] = field("Width", unit="px", minimum=1)
    height: Mapped[int | None] = field("Height", unit="px", minimum=1)
    duration_seconds: Mapped[Decimal | None] = field("Length", unit="s", places=3, minimum=0)
    sha256: Mapped[str | None] = field("SHA-256")
    visibility: Mapped[MediaVisibility] = field("Visible to", default=MediaVisibility.PRIVATE)
    entity_table: Mapped[str | None] = field("Of which table")
    entity_id: Mapped[UUID | None] = field("Of which row")
    taken_at: Mapped[datetime | None] = field("Taken")


LARGEST_FILE = 400_000
"""How long an attached file may be, in bytes."""


class Attachment(OrganizationRecord):
    """A photo or a document of an animal or a patient; the file is an `AttachmentContent`."""

    __tablename__ = "attachments"
    __access__ = Access(
        write=WORKERS,
        mirrored=FARMS | CLINICS,
        audited="a document proves something of an animal, and who took it away is asked",
    )
    __titles__ = ("Attachment", "Attachments")
    __label__ = ("title",)
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("(pet_id is null) <> (animal_id is null)", name="pet_or_animal"),
    )

    title: Mapped[str] = field("Title", hint="What it shows: Ear tag, left")
    animal_id: Mapped[UUID | None] = link("livestock", "Animal", on_delete="CASCADE")
    pet_id: Mapped[UUID | None] = link(
        "pets", "Pet", via="clinic_patients.pet_id", on_delete="CASCADE"
    )
    kind: Mapped[AttachmentKind] = field("Kind", default=AttachmentKind.PHOTO)
    media_type: Mapped[str] = field("Type of file", hint="As in image/jpeg")
    taken_on: Mapped[date | None] = field("Taken", maximum=today)
    size_bytes: Mapped[int] = field("Size", unit="B", minimum=1, maximum=LARGEST_FILE)
    sha256: Mapped[str] = field("SHA-256")


class AttachmentContent(OrganizationRecord):
    """The bytes of an attached file in base64, apart from its title and never changed.

    What is edited, audited and listed of an attachment does not carry its bytes about.
    """

    __tablename__ = "attachment_contents"
    __access__ = Access(add=WORKERS, write=NOBODY, delete=WORKERS, mirrored=FARMS | CLINICS)
    __titles__ = ("Content of an attachment", "Contents of attachments")
    __label__ = ("attachment_id",)
    __table_args__ = (
        UniqueConstraint("attachment_id"),
        CheckConstraint(
            f"octet_length(content) between 4 and {-(-LARGEST_FILE // 3) * 4}", name="content_fits"
        ),
        CheckConstraint(
            "content ~ '^[A-Za-z0-9+/]+={0,2}$' and mod(octet_length(content), 4) = 0",
            name="content_base64",
        ),
    )

    attachment_id: Mapped[UUID] = link("attachments", "Attachment", on_delete="CASCADE")
    content: Mapped[str] = content("File")
