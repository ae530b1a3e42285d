"""Every refusal of central is a sentence that names what it is about and what to do."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from fluffydesk.mirror.pending import MEMBERSHIP_ENDED, OUT_OF_SIGHT
from fluffydesk.records.catalog import RECORDS, record_for
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync.words import Refused, in_words, key_of
from fluffydesk.wording import within

_POSTGRES = postgresql.dialect()


@pytest.mark.parametrize(
    ("refused", "message", "column"),
    [
        (
            Refused("42501", table="livestock"),
            "Your role may not change animals.",
            None,
        ),
        (
            Refused("42501", table="medical_records"),
            "Your role may not change medical records, or the pet left the clinic meanwhile.",
            None,
        ),
        (
            Refused("23P01", table="appointments", constraint="ex_appointments_veterinarian_id"),
            "That vet already has an appointment at this time.",
            "scheduled_at",
        ),
        (
            Refused("23505", table="livestock", constraint="uq_livestock_living_official_id"),
            "There already is an animal with the same “Official id”.",
            "official_id",
        ),
        (
            Refused(
                "23505",
                table="milk_production_logs",
                constraint="uq_milk_production_logs_organization_id_animal_id_milke_8c78",
            ),
            "There already is a milking with the same “Animal”, “Date” and “Milking”.",
            "animal_id",
        ),
        (
            Refused("23514", table="livestock", constraint="ck_livestock_weight_kg_maximum"),
            "Weight is outside what is allowed.",
            "weight_kg",
        ),
        (
            Refused("23502", table="livestock", column="tag_number"),
            "Tag is missing.",
            "tag_number",
        ),
        (
            Refused("23503", table="milk_production_logs", column="animal_id"),
            "The animal that this milking refers to is not there any more.",
            "animal_id",
        ),
        (
            Refused("23503", "still referenced from table", table="livestock"),
            "Other records still refer to this animal.",
            None,
        ),
        (
            Refused("23503", detail='is referenced from table "invoices".', table="bookings"),
            "Other records still refer to this booking.",
            None,
        ),
        (
            Refused("23514", table="invoices", constraint="ck_invoices_total_adds_up"),
            "Its lines were changed on another PC before it was posted here: it does not come to "
            "what was posted.",
            None,
        ),
        (
            Refused(OUT_OF_SIGHT, table="pets"),
            "This pet may no longer be seen by you, and your edit had not been sent.",
            None,
        ),
        (
            Refused(MEMBERSHIP_ENDED, table="livestock"),
            "You are no longer a member, and this edit of an animal had not been sent.",
            None,
        ),
        (
            Refused("P0001", "the books are closed", table="livestock"),
            "Central refused this animal: the books are closed.",
            None,
        ),
        (
            Refused("P0001", "a signed medical record is not changed", table="medical_records"),
            "The record was signed on another PC before this came to central, and stays as it is.",
            None,
        ),
        (
            Refused("P0001", "with it, more would be given back than the invoice's total"),
            "With it, more would be given back than the invoice asks for: another PC gave it back "
            "too.",
            None,
        ),
        (
            Refused("P0001", "a credit note corrects an invoice that is posted, in its currency"),
            "The invoice that this credit note corrects is not posted at central.",
            None,
        ),
    ],
)
def test_words(refused: Refused, message: str, column: str | None) -> None:
    words = in_words(refused)
    assert (words.message, words.column) == (message, column)
    assert words.advice.endswith(".")


LINKS = [
    (record, column)
    for record in RECORDS
    for column in record.__table__.columns
    if facts_of(column).target
]


def test_what_a_column_is_called_never_stands_in_a_sentence_as_if_it_were_a_noun() -> None:
    """“Is the same as”, “Done by”, “For”: a link is told by what it leads to."""
    for record, column in LINKS:
        refused = Refused("23503", table=record.__table__.name, column=column.name)
        noun = within(record_for(facts_of(column).target or "").__titles__[0])
        label = facts_of(column).label
        how = "refers to" if within(label) == noun else f"names under “{label}”"
        whose = within(record.__titles__[0])
        told = f"The {noun} that this {whose} {how} is not there any more."
        assert in_words(refused).message == told
    for record in RECORDS:
        for unique in uniques(record.__table__):
            name = _POSTGRES.identifier_preparer.format_constraint(unique)
            message = in_words(
                Refused("23505", table=record.__table__.name, constraint=name)
            ).message
            for column in key_of(record.__table__, name):
                assert f"“{facts_of(record.__table__.columns[column]).label}”" in message
            assert not message.startswith(("There already is an use", "There already is an uni"))


def uniques(table: Table) -> list[UniqueConstraint]:
    return [one for one in table.constraints if isinstance(one, UniqueConstraint)]
