"""The figures by which a front desk watches its day: each with its unit, decimals and meaning."""

from __future__ import annotations

from fluffydesk.figures.kpi import Kpi

VISITS = Kpi(
    "visits_today",
    "Visits today",
    "visits",
    0,
    "Visits that begin today, without those cancelled; no-shows are among them. Compared with the "
    "same weekday a week ago.",
    one="visit",
)
LATE = Kpi(
    "late_now",
    "Late",
    "patients",
    0,
    "Patients whose visit should have begun and who have not arrived. From 20 minutes on a no-show "
    "is asked about.",
    one="patient",
)
NO_SHOWS = Kpi(
    "no_shows",
    "No-shows this week",
    "visits",
    0,
    "Visits from Monday to today that were marked as no-show. The line is the twelve weeks before.",
    one="visit",
)
RECEIVED = Kpi(
    "received_today",
    "Received today",
    "",
    2,
    "Payments received today, less what was paid back today. Compared with the same weekday a week "
    "ago, up to this time of day and in all.",
)
INVOICED = Kpi(
    "invoiced_today",
    "Invoiced today",
    "",
    2,
    "Invoices of today that are posted, tax included, less credit notes. Compared with the same "
    "weekday a week ago.",
)
OWED = Kpi(
    "open_invoices",
    "Open invoices",
    "",
    2,
    "What is left to pay of posted invoices: total less payments and credit notes. Overdue are "
    "those whose due date is past.",
)
REMINDERS = Kpi(
    "reminders_due",
    "Reminders due",
    "reminders",
    0,
    "Reminders whose next step of the ladder is to be sent today or was to be sent before.",
    one="reminder",
)
UNANSWERED = Kpi(
    "unanswered",
    "Unanswered",
    "conversations",
    0,
    "Open conversations of the clinic whose last word is not from somebody who works here.",
    one="conversation",
)
STOCK_LOW = Kpi(
    "stock_low",
    "Stock low",
    "items",
    0,
    "Items whose balance, the sum of their ledger, lies below their reorder level.",
    one="item",
)
LOTS_EXPIRING = Kpi(
    "lots_expiring",
    "Lots expiring",
    "lots",
    0,
    "Lots in store that expire within 30 days, and those that have expired.",
    one="lot",
)
UNSENT = Kpi(
    "unsent",
    "Not sent yet",
    "edits",
    0,
    "Edits of this PC that central has not seen, and what waits for your decision.",
    one="edit",
)
