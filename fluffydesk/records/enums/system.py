"""The closed lists of values of running the platform."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class SecurityEventKind(StrEnum):
    """What happened to an account or was tried."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    ACCOUNT_LOCKED = "account_locked"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET_ASKED = "password_reset_asked"
    EMAIL_CHANGED = "email_changed"
    SECOND_FACTOR_CHANGED = "second_factor_changed"
    DEVICE_ADDED = "device_added"
    TOKEN_USED = "token_used"
    TOKEN_REFUSED = "token_refused"
    PERMISSION_DENIED = "permission_denied"


class SecuritySeverity(StrEnum):
    """How soon somebody should look at a security event."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class ModerationAction(StrEnum):
    """What a moderator did."""

    APPROVED = "approved"
    HIDDEN = "hidden"
    REMOVED = "removed"
    RESTORED = "restored"
    EDITED = "edited"
    LOCKED = "locked"
    WARNED = "warned"
    SUSPENDED = "suspended"
    BANNED = "banned"
    REINSTATED = "reinstated"


class ReportReason(StrEnum):
    """What is wrong with what is reported."""

    SPAM = "spam"
    FRAUD = "fraud"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech"
    ANIMAL_CRUELTY = "animal_cruelty"
    ILLEGAL_TRADE = "illegal_trade"
    FALSE_INFORMATION = "false_information"
    IMPERSONATION = "impersonation"
    PRIVACY = "privacy"
    POOR_SERVICE = "poor_service"
    OTHER = "other"


class ReportStatus(State):
    """How far a report is."""

    OPEN = "open"
    IN_REVIEW = "in_review"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.OPEN: (cls.IN_REVIEW, cls.RESOLVED, cls.DISMISSED),
            cls.IN_REVIEW: (cls.RESOLVED, cls.DISMISSED),
        }


class SettingType(StrEnum):
    """What kind of JSON value a setting has, in the words of Postgres."""

    OBJECT = "object"
    ARRAY = "array"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"


class IntegrationCategory(StrEnum):
    """What an integration is for."""

    PAYMENT = "payment"
    ACCOUNTING = "accounting"
    CALENDAR = "calendar"
    MESSAGING = "messaging"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    REGISTRY = "registry"
    MILK_RECORDING = "milk_recording"
    SENSORS = "sensors"
    SHIPPING = "shipping"
    OTHER = "other"


class IntegrationSignIn(StrEnum):
    """How an organization proves who it is to an integration."""

    NONE = "none"
    API_KEY = "api_key"
    OAUTH2 = "oauth2"
    PASSWORD = "password"
    CERTIFICATE = "certificate"


class JobStatus(State):
    """How far a background job is; one that failed and may be tried again is queued again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.QUEUED: (cls.RUNNING, cls.CANCELLED),
            cls.RUNNING: (cls.SUCCEEDED, cls.FAILED, cls.CANCELLED),
        }


class DataRequestKind(StrEnum):
    """Which right of the GDPR a person makes use of (articles 15, 16, 17, 18, 20 and 21)."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"


class DataRequestStatus(State):
    """How far a person's request about their data is."""

    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    REFUSED = "refused"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {
            cls.RECEIVED: (cls.IN_PROGRESS, cls.COMPLETED, cls.REFUSED),
            cls.IN_PROGRESS: (cls.COMPLETED, cls.REFUSED),
        }


class SignedDocumentKind(StrEnum):
    """What a signed document is about."""

    TREATMENT_CONSENT = "treatment_consent"
    BOARDING_AGREEMENT = "boarding_agreement"
    ADOPTION_AGREEMENT = "adoption_agreement"
    BREEDING_CONTRACT = "breeding_contract"
    SALE_CONTRACT = "sale_contract"
    VOLUNTEER_AGREEMENT = "volunteer_agreement"
    EMPLOYMENT_CONTRACT = "employment_contract"
    DATA_PROCESSING_AGREEMENT = "data_processing_agreement"
    TERMS_OF_SERVICE = "terms_of_service"
    OTHER = "other"
