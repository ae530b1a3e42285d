"""The closed lists of values of events, shifts, tasks and volunteers."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class EventKind(StrEnum):
    """What kind of event it is."""

    ADOPTION_DAY = "adoption_day"
    VACCINATION_DAY = "vaccination_day"
    OPEN_DAY = "open_day"
    TRAINING = "training"
    WORKSHOP = "workshop"
    SHOW = "show"
    COMPETITION = "competition"
    FUNDRAISER = "fundraiser"
    MEETING = "meeting"
    OTHER = "other"


class EventVisibility(StrEnum):
    """Who may see an event: all who work there, everybody, or only those who take part."""

    MEMBERS = "members"
    PUBLIC = "public"
    PRIVATE = "private"


class EventStatus(State):
    """How far an event is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.DRAFT: (cls.PUBLISHED, cls.CANCELLED),
            cls.PUBLISHED: (cls.COMPLETED, cls.CANCELLED),
        }


class EventRole(StrEnum):
    """In what role somebody takes part in an event."""

    ORGANIZER = "organizer"
    SPEAKER = "speaker"
    VETERINARIAN = "veterinarian"
    JUDGE = "judge"
    COMPETITOR = "competitor"
    EXHIBITOR = "exhibitor"
    VOLUNTEER = "volunteer"


class ParticipationStatus(State):
    """Whether somebody who was invited, or asked to take part, does."""

    INVITED = "invited"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.INVITED: (cls.CONFIRMED, cls.DECLINED),
            cls.ASKED: (cls.CONFIRMED, cls.DECLINED),
            cls.CONFIRMED: (cls.DECLINED,),
        }


class RegistrationStatus(StrEnum):
    """Whether somebody who registered for an event has a place."""

    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class CheckinMethod(StrEnum):
    """How somebody was let in."""

    LIST = "list"
    QR_CODE = "qr_code"
    KIOSK = "kiosk"


class ShiftStatus(State):
    """Whether a shift still needs people."""

    OPEN = "open"
    FILLED = "filled"
    DONE = "done"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.OPEN: (cls.FILLED, cls.DONE, cls.CANCELLED),
            cls.FILLED: (cls.DONE, cls.CANCELLED),
        }


class TaskKind(StrEnum):
    """What kind of work a task is."""

    GENERAL = "general"
    FEEDING = "feeding"
    MILKING = "milking"
    CLEANING = "cleaning"
    HEALTH_CHECK = "health_check"
    TREATMENT = "treatment"
    VACCINATION = "vaccination"
    HOOF_CARE = "hoof_care"
    FOLLOW_UP = "follow_up"
    MAINTENANCE = "maintenance"
    ORDERING = "ordering"
    PAPERWORK = "paperwork"


class TaskPriority(StrEnum):
    """How pressing a task is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TaskStatus(State):
    """How far a task is."""

    TO_DO = "to_do"
    IN_PROGRESS = "in_progress"
    CANCELLED = "cancelled"
    DONE = "done"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        # Work that was done stays done, also where somebody else called it off meanwhile.
        return {
            cls.TO_DO: (cls.IN_PROGRESS, cls.CANCELLED, cls.DONE),
            cls.IN_PROGRESS: (cls.CANCELLED, cls.DONE),
            cls.CANCELLED: (cls.DONE,),
        }


class HoursStatus(State):
    """Whether a volunteer's hours are to come, were worked, or are agreed to."""

    PLANNED = "planned"
    WORKED = "worked"
    APPROVED = "approved"
    REFUSED = "refused"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.PLANNED: (cls.WORKED, cls.APPROVED, cls.REFUSED),
            cls.WORKED: (cls.APPROVED, cls.REFUSED),
        }


class SkillLevel(StrEnum):
    """How well somebody can do something."""

    LEARNING = "learning"
    ABLE = "able"
    EXPERIENCED = "experienced"
    TEACHES = "teaches"
