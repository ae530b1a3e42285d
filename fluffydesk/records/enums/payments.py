"""The closed lists of values of money."""

from __future__ import annotations

from enum import StrEnum

from fluffydesk.records.enums.platform import State


class PaymentMethod(StrEnum):
    """How money came in."""

    CASH = "cash"
    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    DIRECT_DEBIT = "direct_debit"
    ONLINE = "online"
    CHEQUE = "cheque"
    INSURANCE = "insurance"
    OTHER = "other"


class InvoiceKind(StrEnum):
    """Whether money is asked for or given back, or only what something would cost is said."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    ESTIMATE = "estimate"


class InvoiceStatus(State):
    """How far an invoice is (rule 23): once posted it is corrected by a credit note only."""

    DRAFT = "draft"
    POSTED = "posted"
    PAID = "paid"
    VOID = "void"

    @classmethod
    def steps(cls) -> dict[str, tuple[str, ...]]:
        return {cls.DRAFT: (cls.POSTED,), cls.POSTED: (cls.PAID, cls.VOID)}


class DonationRhythm(StrEnum):
    """How often a donor gives."""

    ONCE = "once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class ReferralChannel(StrEnum):
    """How an invitation to the platform went out."""

    LINK = "link"
    EMAIL = "email"
    SMS = "sms"
    IN_PERSON = "in_person"


class ReferralStatus(StrEnum):
    """What became of an invitation to the platform."""

    SENT = "sent"
    JOINED = "joined"
    REWARDED = "rewarded"
    EXPIRED = "expired"
    REFUSED = "refused"
