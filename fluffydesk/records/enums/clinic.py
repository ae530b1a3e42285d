"""The closed lists of values of a clinic's own papers."""

from __future__ import annotations

from enum import StrEnum


class OwnerRelation(StrEnum):
    """What a person is to a patient besides the client who brings it."""

    CO_OWNER = "co_owner"
    BREEDER = "breeder"
    CARER = "carer"
    PAYER = "payer"
