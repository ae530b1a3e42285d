"""The closed lists of values of reviews, addresses, custom fields and files."""

from __future__ import annotations

from enum import StrEnum


class ReviewStatus(StrEnum):
    """Whether everybody sees a review, or moderation has hidden it."""

    PUBLISHED = "published"
    HIDDEN = "hidden"


class AddressKind(StrEnum):
    """What a place is to whoever has the address."""

    HOME = "home"
    WORK = "work"
    BILLING = "billing"
    SHIPPING = "shipping"
    SITE = "site"
    OTHER = "other"


class CustomFieldKind(StrEnum):
    """Which kind of value a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


class CustomFieldSubject(StrEnum):
    """Whose card a custom field stands on."""

    ANIMALS = "animals"
    FLOCKS = "flocks"

    @property
    def table(self) -> str:
        """The table whose rows have the field."""
        return {"animals": "livestock", "flocks": "flocks"}[self.value]


class MediaType(StrEnum):
    """What a file is to look at or listen to."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


class AttachmentKind(StrEnum):
    """What is attached to a row."""

    PHOTO = "photo"
    DOCUMENT = "document"


class MediaVisibility(StrEnum):
    """Who may open a file."""

    PRIVATE = "private"
    ORGANIZATION = "organization"
    PUBLIC = "public"
