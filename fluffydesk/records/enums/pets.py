"""The closed lists of values of pets and who shares them."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class PetPermission(StrEnum):
    """What a person may do with a shared pet; who manages it may also share it."""

    VIEW = "view"
    EDIT = "edit"
    MANAGE = "manage"


class PetMediaKind(StrEnum):
    """What a file of a pet is."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    CERTIFICATE = "certificate"


class PetTransferStatus(State):
    """How far the transfer of a pet to another owner is."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.OFFERED: (cls.ACCEPTED, cls.DECLINED, cls.CANCELLED)}


class PetTransferReason(StrEnum):
    """Why a pet gets another owner."""

    SALE = "sale"
    ADOPTION = "adoption"
    GIFT = "gift"
    CLAIM = "claim"
    INHERITANCE = "inheritance"
    OTHER = "other"


class ContactRelation(StrEnum):
    """What an emergency contact is to the pet."""

    FAMILY = "family"
    FRIEND = "friend"
    NEIGHBOUR = "neighbour"
    SITTER = "sitter"
    VETERINARIAN = "veterinarian"
    BREEDER = "breeder"
    OTHER = "other"


class PatientSource(StrEnum):
    """How a pet became a clinic's patient: what a visit began ends with the last visit."""

    REGISTERED = "registered"
    APPOINTMENT = "appointment"
    BOOKING = "booking"
    OWNER = "owner"
