"""Why central refused, in words: one table from SQLSTATE and constraint to sentence and advice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Constraint, Date, Index, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from fluffydesk.mirror.pending import MEMBERSHIP_ENDED, OUT_OF_SIGHT
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.wording import as_subject, listed, within


@dataclass(frozen=True)
class Refused:
    """What central said about a parcel it refused; any but the code may be missing."""

    code: str
    message: str | None = None
    table: str | None = None
    column: str | None = None
    constraint: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Words:
    """A sentence saying what happened, one saying what to do, and the column it is about."""

    message: str
    advice: str
    column: str | None = None

    @property
    def told(self) -> tuple[str, str]:
        return self.message, self.advice


def in_words(refused: Refused) -> Words:
    """Return the words for a refusal; a code unknown here is told with central's own message."""
    table = _TABLES.get(refused.table or "")
    for prefix, sentence in _CONSTRAINTS.items():
        if (refused.constraint or "").startswith(prefix):
            return sentence(refused, table)
    said = _SAID.get(refused.message or "")
    if said is not None:
        return said
    sentence = _CODES.get(refused.code) or _CODES.get(refused.code[:2], _unknown)
    return sentence(refused, table)


_YOU = ("uni", "use")
"""How words begin that are written with a vowel and spoken without one."""
_POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]
_TABLES = {record.__table__.name: record.__table__ for record in RECORDS}
_TITLES = {record.__table__.name: record.__titles__ for record in RECORDS}


def _one(table: Table | None) -> str:
    return within(_TITLES[table.name][0]) if table is not None else "record"


def _several(table: Table | None) -> str:
    return within(_TITLES[table.name][1]) if table is not None else "these records"


def _label(table: Table | None, column: str | None) -> str:
    if table is None or column is None or column not in table.columns:
        return "A value"
    return facts_of(table.columns[column]).label


def _field(table: Table | None, column: str | None) -> str:
    return f"“{_label(table, column)}”"


def _article(noun: str) -> str:
    spoken = noun.lower()
    return f"an {noun}" if spoken[0] in "aeiou" and not spoken.startswith(_YOU) else f"a {noun}"


def _role(_: Refused, table: Table | None) -> Words:
    said = f"Your role may not change {_several(table)}."
    if table is not None and "pet_id" in table.columns:
        # To central it is the same: who has no patient of that name may write nothing of it.
        return Words(
            said[:-1] + ", or the pet left the clinic meanwhile.",
            "Make it a patient again and retry, ask the owner or manager, or discard it.",
        )
    return Words(said, "Ask the owner or manager to make the change, or discard it.")


def _taken_slot(who: str, column: str) -> Callable[[Refused, Table | None], Words]:
    def sentence(_: Refused, __: Table | None) -> Words:
        return Words(
            f"That {who} already has an appointment at this time.",
            f"Choose another time or another {who}, then save.",
            column,
        )

    return sentence


def _doubled(refused: Refused, table: Table | None) -> Words:
    columns = key_of(table, refused.constraint)
    same = f" with the same {listed([_field(table, name) for name in columns])}" if columns else ""
    advice = "Change this one if it is another, or discard it if it was entered twice."
    if table is not None and any(isinstance(table.columns[c].type, Date) for c in columns):
        advice = "Make the two one, or change this one if it is another."
    return Words(
        f"There already is {_article(_one(table))}{same}.",
        advice,
        columns[0] if columns else None,
    )


def key_of(table: Table | None, constraint: str | None) -> list[str]:
    """Return the telling columns of a uniqueness, whether a constraint or an index."""
    if table is None:
        return []
    for unique in (*table.constraints, *table.indexes):
        if isinstance(unique, Index | UniqueConstraint) and _name_at_central(unique) == constraint:
            return [c.name for c in unique.columns if c.name not in ("organization_id", "id")]
    return []


def _name_at_central(part: Constraint | Index) -> str | None:
    """Return the name as Postgres keeps it: no more than 63 characters."""
    preparer = _POSTGRES.identifier_preparer
    if isinstance(part, Index):
        return preparer.format_index(part)
    return preparer.format_constraint(part)


def _dangling(refused: Refused, table: Table | None) -> Words:
    column = refused.column or next(iter(_link_columns(table, refused.constraint)), None)
    if "referenced from table" in f"{refused.message} {refused.detail}":
        return Words(
            f"Other records still refer to this {_one(table)}.",
            "Remove those first, or keep it and discard the removal.",
        )
    target = facts_of(table.columns[column]).target if table is not None and column else None
    named = _one(_TABLES.get(target or ""))
    # What the form calls it need be no noun: “Is the same as”, “Done by”.
    same = column is None or within(_label(table, column)) == named
    how = "refers to" if same else f"names under {_field(table, column)}"
    optional = table is not None and column is not None and table.columns[column].nullable
    may_lack = ", send it without" if optional else ""
    return Words(
        f"The {named} that this {_one(table)} {how} is not there any more.",
        f"Choose another and save{may_lack}, or discard the edit.",
        column,
    )


def _link_columns(table: Table | None, constraint: str | None) -> list[str]:
    if table is None:
        return []
    keys = [key for key in table.foreign_key_constraints if _name_at_central(key) == constraint]
    return [name for key in keys for name in key.column_keys if name != "organization_id"]


def _rule(refused: Refused, table: Table | None) -> Words:
    column = refused.column or _checked_column(table, refused.constraint)
    what = as_subject(_label(table, column)) if column else f"A value of this {_one(table)}"
    return Words(
        f"{what} is outside what is allowed.", "Correct it and save, or discard the edit.", column
    )


def _checked_column(table: Table | None, constraint: str | None) -> str | None:
    """Return the column of a range check such as `ck_livestock_weight_kg_maximum`."""
    if table is None or constraint is None:
        return None
    rule = constraint.removeprefix(f"ck_{table.name}_")
    name = rule.removesuffix("_minimum").removesuffix("_maximum")
    return name if name in table.columns else None


def _ends_before_start(_: Refused, __: Table | None) -> Words:
    return Words("The appointment ends before it starts.", "Correct its times and save.", "ends_at")


def _nobodys(_: Refused, __: Table | None) -> Words:
    return Words(
        "The appointment names neither a pet nor the client whose farm is visited.",
        "Choose one of them and save, or discard the edit.",
        "pet_id",
    )


def _parts_exceed_total(_: Refused, __: Table | None) -> Words:
    return Words(
        "Cracked, dirty and discarded eggs are more than the total.",
        "Correct the counts and save.",
        "total",
    )


def _sign(_: Refused, __: Table | None) -> Words:
    return Words(
        "The quantity's sign does not fit the movement.",
        "Receipts are positive, use and disposal negative. Correct it and save.",
        "quantity",
    )


def _sum_of(message: str, column: str) -> Callable[[Refused, Table | None], Words]:
    def sentence(_: Refused, __: Table | None) -> Words:
        return Words(
            message, "Open it, count again and save, or discard what was added last.", column
        )

    return sentence


def _paid_twice(_: Refused, __: Table | None) -> Words:
    return Words(
        "With it, more would be paid than the invoice asks for: another PC took money for it too.",
        "Open the invoice in Money: keep it there as the client's credit, or pay it back.",
        "amount",
    )


def _taken_back(_: Refused, __: Table | None) -> Words:
    return Words(
        "One PC took this payment back, as if it had never come, and another paid some of it back.",
        "Ask what happened, then discard what did not.",
    )


def _paid_back_before(refused: Refused, _: Table | None) -> Words:
    told = (refused.message or "more would be paid back than was received").rstrip(".")
    return Words(
        f"{told[:1].upper()}{told[1:]}.",
        "Another PC paid it back too. If it has left the till, ask for it back, then discard this.",
        "amount",
    )


def _own_ancestor(refused: Refused, _: Table | None) -> Words:
    return Words(
        "This animal would be its own ancestor, by what another PC wrote of its young.",
        "Correct its dam or sire, or that of its young, and save.",
        refused.column,
    )


def _missing(refused: Refused, table: Table | None) -> Words:
    return Words(
        f"{as_subject(_label(table, refused.column))} is missing.",
        "Fill it in and save, or discard the edit.",
        refused.column,
    )


def _malformed(refused: Refused, table: Table | None) -> Words:
    return Words(
        f"{as_subject(_label(table, refused.column))} could not be read by central.",
        "Correct it and save, or discard the edit.",
        refused.column,
    )


def _too_long(_: Refused, table: Table | None) -> Words:
    return Words(
        f"A text of this {_one(table)} is too long for central.",
        "Make it shorter and save, or discard the edit.",
    )


def _too_slow(_: Refused, table: Table | None) -> Words:
    return Words(
        f"Central took too long over this {_one(table)} and gave up.",
        "Retry when central has less to do, make it smaller and save, or discard the edit.",
    )


def _too_much(_: Refused, table: Table | None) -> Words:
    return Words(
        f"This {_one(table)} is more than central has room for.",
        "Make it smaller and save, tell whoever runs central and retry, or discard the edit.",
    )


def _out_of_sight(_: Refused, table: Table | None) -> Words:
    return Words(
        f"This {_one(table)} may no longer be seen by you, and your edit had not been sent.",
        "Retry once you see it again, or discard the edit.",
    )


def _membership_ended(_: Refused, table: Table | None) -> Words:
    return Words(
        f"You are no longer a member, and this edit of {_article(_one(table))} had not been sent.",
        "Ask the owner to take you back, then retry, or discard the edit.",
    )


def _unknown(refused: Refused, table: Table | None) -> Words:
    told = refused.message or f"code {refused.code}"
    return Words(
        f"Central refused this {_one(table)}: {told.rstrip('.')}.",
        "Correct it and save, retry later, or discard the edit.",
        refused.column,
    )


_CONSTRAINTS: dict[str, Callable[[Refused, Table | None], Words]] = {
    "ex_appointments_veterinarian_id": _taken_slot("vet", "scheduled_at"),
    "ex_appointments_room_id": _taken_slot("room", "scheduled_at"),
    "ex_appointments_pet_id": _taken_slot("patient", "scheduled_at"),
    "ck_appointments_ends_after_start": _ends_before_start,
    "ck_appointments_pet_or_farm": _nobodys,
    "ck_egg_production_logs_parts_within_total": _parts_exceed_total,
    "ck_inventory_transactions_sign_fits_movement": _sign,
    "ck_livestock_own_ancestor": _own_ancestor,
    "ck_hatchery_records_hatched_within_fertile": _sum_of(
        "Chicks, infertile eggs and those dead in shell together are more than were set.",
        "hatched",
    ),
    "ck_hatchery_records_culled_within_hatched": _sum_of(
        "More chicks were culled than hatched.", "culled"
    ),
    "ck_lambing_records_sexes_fit": _sum_of(
        "Females and males together are more than were born alive.", "born_alive"
    ),
    "ck_lambing_records_fates_fit": _sum_of(
        "More young died, were given away or hand-reared than were born alive.", "born_alive"
    ),
    "ck_lambing_records_somebody_was_born": _sum_of(
        "Nobody was born: no young alive, and none dead.", "born_alive"
    ),
    "ck_invoices_one_discount": _sum_of(
        "A discount is an amount or a percentage, not both.", "price_off_percent"
    ),
    "ck_invoices_total_adds_up": lambda *_: _OTHER_LINES,
    "ck_payments_within_invoice": _paid_twice,
    "ck_payment_refunds_of_received": _taken_back,
    "ck_payment_refunds_within_payment": _paid_back_before,
    "ck_health_treatments_last_dose_later": _sum_of(
        "The last dose of the course comes before its first.", "last_dose_at"
    ),
}

_CODES: dict[str, Callable[[Refused, Table | None], Words]] = {
    "42501": _role,
    "23505": _doubled,
    "23503": _dangling,
    "23514": _rule,
    "23502": _missing,
    "22": _malformed,
    "54": _too_long,
    "57014": _too_slow,
    "53200": _too_much,
    "53400": _too_much,
    OUT_OF_SIGHT: _out_of_sight,
    MEMBERSHIP_ENDED: _membership_ended,
}

_OTHER_LINES: Words = Words(
    "Its lines were changed on another PC before it was posted here: it does not come to what "
    "was posted.",
    "Keep what was paid with it as the client's credit, then discard this, look at the lines "
    "of both, and post it again.",
)
_POSTED = Words(
    "The invoice was posted on another PC before this came to central, and stays as it is.",
    "Keep what was paid with it as the client's credit, then discard this. Bill what is missing on "
    "another invoice, and give back what is too much with a credit note.",
)
_SIGNED = Words(
    "The record was signed on another PC before this came to central, and stays as it is.",
    "Open it and make an amendment of what was written here, or discard this.",
)
_PAID_MORE = Words(
    "With it, more would have been paid than the invoice asks for: another PC took money for it.",
    "Open the invoice in Money: keep what is too much as the client's credit, or pay it back. Then "
    "retry this.",
)
_SAID = {
    "it is posted: correct it with a credit note": _POSTED,
    "its invoice is posted: correct it with a credit note": _POSTED,
    "its lines were changed on another PC before it was posted: look at both": _OTHER_LINES,
    "a credit note corrects an invoice that is posted, in its currency": Words(
        "The invoice that this credit note corrects is not posted at central.",
        "Settle first what was refused of that invoice, then retry this; or discard it.",
    ),
    "with it, more would be given back than the invoice's total": Words(
        "With it, more would be given back than the invoice asks for: another PC gave it back too.",
        "Look at the credit notes of the invoice, and discard this if it was given back once.",
    ),
    "more than this has been paid already": _PAID_MORE,
    "without it, more would be paid than the invoice's total": _PAID_MORE,
    "a signed medical record is not changed": _SIGNED,
    "a signed medical record is not deleted": _SIGNED,
}
"""What central's own rules say of rows, as it is told here."""
