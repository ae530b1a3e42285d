"""The closed lists of values of who may join, and what people agreed to."""

from __future__ import annotations

from enum import StrEnum


class ConsentPurpose(StrEnum):
    """What a person agreed to."""

    TERMS_OF_SERVICE = "terms_of_service"
    PRIVACY_POLICY = "privacy_policy"
    MARKETING_EMAIL = "marketing_email"
    MARKETING_PHONE = "marketing_phone"
    ANALYTICS = "analytics"
    SHARING_WITH_PARTNERS = "sharing_with_partners"
    RESEARCH = "research"
    LOCATION = "location"
    PUBLISHING_PHOTOS = "publishing_photos"


class ConsentSource(StrEnum):
    """Where a person agreed."""

    SIGN_UP = "sign_up"
    SETTINGS = "settings"
    BANNER = "banner"
    BOOKING = "booking"
    PAPER = "paper"
