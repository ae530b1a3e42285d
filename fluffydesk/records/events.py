"""Events and who comes to them; shifts, tasks, and the help of volunteers."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    ALL_KINDS,
    EVERYONE,
    KEEPERS,
    WORKERS,
    Access,
    All,
    Anyone,
    Members,
    Named,
    Of,
    Person,
    SignedIn,
)
from fluffydesk.records.dated import Dated
from fluffydesk.records.enums.events import (
    CheckinMethod,
    EventKind,
    EventRole,
    EventStatus,
    EventVisibility,
    HoursStatus,
    ParticipationStatus,
    RegistrationStatus,
    ShiftStatus,
    SkillLevel,
    TaskKind,
    TaskPriority,
    TaskStatus,
)
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Merge, OrganizationRecord, PersonalRecord, field, link

_ASKS = "(user_id is null or status = 'invited')"
_NOT_AGREED = "status in ('planned', 'worked')"


class Event(OrganizationRecord):
    """Something an organization holds at a time and a place, such as an adoption day or a show."""

    __tablename__ = "events"
    __access__ = Access(
        read=[
            Members(EVERYONE, "visibility <> 'private'"),
            KEEPERS,
            Anyone("visibility = 'public' and status = 'published'"),
            Named("events_i_take_part_in", "event_participants", "event_id"),
            Named(
                "events_i_registered_for",
                "event_attendees",
                "event_id",
                active="status <> 'cancelled'",
            ),
        ],
        write=[KEEPERS, Members(WORKERS, "visibility <> 'private'")],
        mirrored=ALL_KINDS,
    )
    __titles__ = ("Event", "Events")
    __label__ = ("title", "starts_at")
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_events_organization_id_starts_at", "organization_id", "starts_at"),
        Index(
            "ix_events_public",
            "starts_at",
            postgresql_where=text("visibility = 'public' and status = 'published'"),
        ),
    )

    title: Mapped[str] = field("Title")
    kind: Mapped[EventKind] = field("Kind", default=EventKind.OTHER)
    description: Mapped[str | None] = field("Description", merge=Merge.TEXT)
    starts_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    place: Mapped[str | None] = field("Place")
    address: Mapped[str | None] = field("Address")
    latitude: Mapped[Decimal | None] = field("Latitude", places=6, minimum=-90, maximum=90)
    longitude: Mapped[Decimal | None] = field("Longitude", places=6, minimum=-180, maximum=180)
    website_url: Mapped[str | None] = field("Website")
    image_url: Mapped[str | None] = field("Picture")
    capacity: Mapped[int | None] = field("Places", minimum=1, maximum=1_000_000)
    registration_deadline: Mapped[datetime | None] = field("Register before")
    price: Mapped[Decimal] = field(
        "Price of a ticket", places=2, default=Decimal(0), minimum=0, maximum=100_000
    )
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
    visibility: Mapped[EventVisibility] = field("Who sees it", default=EventVisibility.MEMBERS)
    status: Mapped[EventStatus] = field("Status", default=EventStatus.DRAFT, merge=Merge.LATTICE)


class EventParticipant(OrganizationRecord):
    """A person who has a role in an event: who speaks, judges, or competes with a pet."""

    __tablename__ = "event_participants"
    __access__ = Access(
        read=[
            All(Members(EVERYONE), Of("event_id")),
            Person(),
            Of("event_id", when="is_public and status = 'confirmed'"),
        ],
        # Whom the organization asks answers for themselves.
        add=[
            All(Members(WORKERS, f"pet_id is null and {_ASKS}"), Of("event_id")),
            All(Members(WORKERS, _ASKS), Of("event_id"), Of("pet_id")),
            All(
                Person(
                    when="role in ('competitor', 'exhibitor', 'volunteer') and status = 'asked'"
                ),
                Of("event_id"),
                Of("pet_id"),
            ),
            All(
                Person(
                    when="role in ('exhibitor', 'volunteer') and status = 'asked'"
                    " and pet_id is null"
                ),
                Of("event_id"),
            ),
        ],
        write=WORKERS,
        delete=[WORKERS, Person()],
    )
    __titles__ = ("Participant", "Participants")
    __label__ = ("display_name", "role")
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, display_name) > 0", name="somebody"),
        UniqueConstraint("organization_id", "event_id", "user_id", "role", "pet_id"),
    )

    event_id: Mapped[UUID] = link("events", "Event", on_delete="CASCADE")
    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE")
    display_name: Mapped[str | None] = field("Name", hint="As the programme says it")
    role: Mapped[EventRole] = field("Role", default=EventRole.VOLUNTEER)
    pet_id: Mapped[UUID | None] = link("pets", "With the pet", on_delete="CASCADE")
    starts_at: Mapped[datetime | None] = field("From")
    ends_at: Mapped[datetime | None] = field("Until")
    topic: Mapped[str | None] = field("Topic or class")
    result: Mapped[str | None] = field("Result", hint="As in 2nd, 86 points")
    is_public: Mapped[bool] = field("Named in the programme", default=False)
    status: Mapped[ParticipationStatus] = field("Status", default=ParticipationStatus.INVITED)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class EventAttendee(OrganizationRecord):
    """A registration for an event, of a person with an account or of a guest."""

    __tablename__ = "event_attendees"
    __access__ = Access(
        read=[All(Members(WORKERS), Of("event_id")), Person()],
        add=[
            All(Members(WORKERS, "guest_name is not null"), Of("event_id")),
            All(
                Person(when="status in ('registered', 'waitlisted') and not paid"),
                Of("event_id"),
            ),
        ],
        # Who has paid asks the organization, which gives the money back.
        write=[
            WORKERS,
            Person(when="status in ('registered', 'waitlisted', 'cancelled') and not paid"),
        ],
        delete=WORKERS,
        audited="personal data of guests, and who paid",
    )
    __titles__ = ("Registration", "Registrations")
    __label__ = ("guest_name", "user_id")
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, guest_name) = 1", name="person_or_guest"),
        UniqueConstraint("organization_id", "event_id", "user_id"),
    )

    event_id: Mapped[UUID] = link("events", "Event", on_delete="CASCADE")
    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE")
    guest_name: Mapped[str | None] = field("Guest")
    guest_email: Mapped[str | None] = field("E-mail")
    guest_phone: Mapped[str | None] = field("Phone")
    tickets: Mapped[int] = field("Tickets", default=1, minimum=1, maximum=50)
    status: Mapped[RegistrationStatus] = field("Status", default=RegistrationStatus.REGISTERED)
    amount_due: Mapped[Decimal | None] = field("To pay", places=2, minimum=0, kept=True)
    paid: Mapped[bool] = field("Paid", default=False)
    registered_at: Mapped[datetime] = field("Registered", default=now, kept=True)
    wishes: Mapped[str | None] = field("Wishes", hint="Diet, access, comes with a dog ..")


class EventCheckin(OrganizationRecord):
    """One arrival of somebody who registered for an event."""

    __tablename__ = "event_checkins"
    __access__ = Access(
        read=[WORKERS, Of("attendee_id")],
        add=All(Members(WORKERS), Person("checked_in_by")),
        write=WORKERS,
    )
    __titles__ = ("Check-in", "Check-ins")
    __label__ = ("checked_in_at",)

    attendee_id: Mapped[UUID] = link("event_attendees", "Registration", on_delete="CASCADE")
    checked_in_at: Mapped[datetime] = field("Came in", default=now)
    checked_in_by: Mapped[UUID] = link("profiles", "Let in by")
    method: Mapped[CheckinMethod] = field("How", default=CheckinMethod.LIST)
    people: Mapped[int] = field("People", default=1, minimum=1, maximum=50)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Shift(OrganizationRecord):
    """A shift that people are wanted for; who takes it stands in the volunteers' hours."""

    __tablename__ = "shifts"
    __access__ = Access(
        read=[
            EVERYONE,
            SignedIn("open_to_all and status = 'open'"),
            Named("shifts_i_take", "volunteer_hours", "shift_id"),
        ],
        write=WORKERS,
        mirrored=ALL_KINDS,
    )
    __titles__ = ("Shift", "Shifts")
    __label__ = ("title", "starts_at")
    __dated__ = Dated("ends_at", "status", ("done", "cancelled"))
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_shifts_organization_id_starts_at", "organization_id", "starts_at"),
        Index(
            "ix_shifts_open_to_all",
            "starts_at",
            postgresql_where=text("open_to_all and status = 'open'"),
        ),
    )

    title: Mapped[str] = field("Title")
    event_id: Mapped[UUID | None] = link("events", "Event", on_delete="CASCADE")
    starts_at: Mapped[datetime] = field("Starts")
    ends_at: Mapped[datetime] = field("Ends")
    location: Mapped[str | None] = field("Where")
    people_needed: Mapped[int] = field("People needed", default=1, minimum=1, maximum=1000)
    assigned_to: Mapped[UUID | None] = link(
        "profiles", "In charge", via="organization_users.user_id", on_delete="SET NULL"
    )
    skill: Mapped[str | None] = field("Skill needed")
    open_to_all: Mapped[bool] = field("Anybody may sign up", default=False)
    status: Mapped[ShiftStatus] = field("Status", default=ShiftStatus.OPEN, merge=Merge.LATTICE)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class Task(OrganizationRecord):
    """A piece of work to be done by a time, for an animal, a place or the organization."""

    __tablename__ = "tasks"
    __access__ = Access(write=WORKERS, mirrored=ALL_KINDS)
    __titles__ = ("Task", "Tasks")
    __label__ = ("title", "due_at")
    __dated__ = Dated("due_at", "status", ("done", "cancelled"))
    __table_args__ = (
        Index("ix_tasks_organization_id_due_at", "organization_id", "due_at"),
        Index("ix_tasks_assigned_to", "organization_id", "assigned_to", "due_at"),
        Index("ix_tasks_status_due_at", "organization_id", "status", "due_at"),
        Index("ix_tasks_done_at", "organization_id", "done_at"),
    )

    title: Mapped[str] = field("What")
    kind: Mapped[TaskKind] = field("Kind", default=TaskKind.GENERAL)
    priority: Mapped[TaskPriority] = field("Priority", default=TaskPriority.NORMAL)
    due_at: Mapped[datetime | None] = field("Due")
    assigned_to: Mapped[UUID | None] = link(
        "profiles", "Who", via="organization_users.user_id", on_delete="SET NULL"
    )
    status: Mapped[TaskStatus] = field("Status", default=TaskStatus.TO_DO, merge=Merge.LATTICE)
    recurrence: Mapped[str | None] = field("Repeats")  # as in iCalendar: FREQ=WEEKLY;BYDAY=MO,TH
    expected_minutes: Mapped[int | None] = field("Takes", unit="min", minimum=1, maximum=10_000)
    livestock_id: Mapped[UUID | None] = link("livestock", "Animal", on_delete="SET NULL")
    batch_id: Mapped[UUID | None] = link("livestock_batches", "Group", on_delete="SET NULL")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock", on_delete="SET NULL")
    pet_id: Mapped[UUID | None] = link(
        "pets", "Pet", via="clinic_patients.pet_id", on_delete="SET NULL"
    )
    room_id: Mapped[UUID | None] = link("rooms", "Room", on_delete="SET NULL")
    done_at: Mapped[datetime | None] = field("Done", merge=Merge.MIN)
    done_by: Mapped[UUID | None] = link(
        "profiles", "Done by", via="organization_users.user_id", on_delete="SET NULL"
    )
    skip_reason: Mapped[str | None] = field("Why it was not done", merge=Merge.TEXT)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)


class VolunteerHours(OrganizationRecord):
    """A volunteer's work on one day: planned when a shift is taken, then worked and agreed to."""

    __tablename__ = "volunteer_hours"
    __access__ = Access(
        read=[WORKERS, Person()],
        add=[
            KEEPERS,
            All(Person(when=_NOT_AGREED), Members(EVERYONE)),
            All(Person(when=_NOT_AGREED), Of("shift_id")),
        ],
        write=[KEEPERS, Person(when=_NOT_AGREED)],
    )
    __titles__ = ("Volunteer hours", "Volunteer hours")
    __label__ = ("worked_on", "activity")
    __table_args__ = (
        CheckConstraint("status = 'planned' or hours is not null", name="hours_once_worked"),
        UniqueConstraint("organization_id", "shift_id", "user_id"),
        Index("ix_volunteer_hours_worked_on", "organization_id", "worked_on"),
    )

    user_id: Mapped[UUID] = link("profiles", "Volunteer")
    shift_id: Mapped[UUID | None] = link("shifts", "Shift", on_delete="SET NULL")
    activity: Mapped[str] = field("What")
    worked_on: Mapped[date] = field("Day", default=today)
    hours: Mapped[Decimal | None] = field("Hours", unit="h", places=2, minimum=0, maximum=24)
    travel_km: Mapped[Decimal | None] = field(
        "Travelled", unit="km", places=1, minimum=0, maximum=5000
    )
    status: Mapped[HoursStatus] = field("Status", default=HoursStatus.PLANNED)
    notes: Mapped[str | None] = field("Notes", merge=Merge.TEXT)
    approved_by: Mapped[UUID | None] = link(
        "profiles", "Decided by", on_delete="SET NULL", kept=True
    )
    approved_at: Mapped[datetime | None] = field("Decided", kept=True)


class VolunteerAvailability(PersonalRecord):
    """A part of a weekday on which a person can help, in general or at one organization."""

    __tablename__ = "volunteer_availability"
    __access__ = Access(read=[Person(), Members(WORKERS, column="organization_id")], write=Person())
    __titles__ = ("Availability", "Availability")
    __label__ = ("weekday", "available_from")
    __table_args__ = (
        CheckConstraint("available_until > available_from", name="until_after_from"),
        CheckConstraint("valid_until >= valid_from", name="valid_until_after_from"),
    )

    organization_id: Mapped[UUID | None] = link("organizations", "Offered to", on_delete="CASCADE")
    weekday: Mapped[int] = field("Weekday", minimum=1, maximum=7, hint="1 is Monday, 7 Sunday")
    available_from: Mapped[time] = field("From")
    available_until: Mapped[time] = field("Until")
    valid_from: Mapped[date] = field("As of", default=today)
    valid_until: Mapped[date | None] = field("Up to")
    travel_km: Mapped[int | None] = field("Comes from within", unit="km", minimum=0, maximum=1000)
    notes: Mapped[str | None] = field("Notes")


class VolunteerSkill(PersonalRecord):
    """Something a person can do as a volunteer, in general or offered to one organization."""

    __tablename__ = "volunteer_skills"
    __access__ = Access(read=[Person(), Members(WORKERS, column="organization_id")], write=Person())
    __titles__ = ("Skill", "Skills")
    __label__ = ("skill", "level")
    __table_args__ = (
        UniqueConstraint("user_id", "organization_id", "skill"),
        CheckConstraint("certified_until >= certified_on", name="certified_until_after"),
    )

    organization_id: Mapped[UUID | None] = link("organizations", "Offered to", on_delete="CASCADE")
    skill: Mapped[str] = field("Skill", hint="Dog walking, bottle feeding, first aid ..")
    level: Mapped[SkillLevel] = field("How well", default=SkillLevel.ABLE)
    certificate: Mapped[str | None] = field("Certificate", hint="Its name and number")
    certificate_url: Mapped[str | None] = field("File")
    certified_on: Mapped[date | None] = field("Certified", maximum=today)
    certified_until: Mapped[date | None] = field("Certified until")
    notes: Mapped[str | None] = field("Notes")
