"""Own fields of animals and flocks: defined once, entered by kind, taken away."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from fluffydesk.actions.own_fields import OwnFact, definitions, keep_own_fact, own_facts
from fluffydesk.actions.saving import add, change, remove
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from tests.actions.barn import Barn

ANIMALS, FLOCKS = CustomFieldSubject.ANIMALS, CustomFieldSubject.FLOCKS
TEXT, NUMBER = CustomFieldKind.TEXT, CustomFieldKind.NUMBER
DATE, BOOLEAN = CustomFieldKind.DATE, CustomFieldKind.BOOLEAN


def define(
    barn: Barn,
    name: str,
    kind: CustomFieldKind = TEXT,
    subject: CustomFieldSubject = ANIMALS,
    **more: object,
) -> UUID:
    values = {"name": name, "kind": kind, "subject": subject, **more}
    return add(barn.mirror, CustomFieldDefinition, values)[0]


def facts(
    barn: Barn, subject: CustomFieldSubject = ANIMALS, entity: UUID | None = None
) -> list[OwnFact]:
    with barn.mirror.read() as connection:
        return own_facts(connection, subject, entity or barn.cow)


def test_what_is_defined_stands_on_each_in_the_farms_order(barn: Barn) -> None:
    define(barn, "Horn scar", position=2)
    define(barn, "Height", NUMBER, unit="cm", position=1)
    define(barn, "House light", subject=FLOCKS)
    assert facts(barn) == [OwnFact("Height", NUMBER, "cm"), OwnFact("Horn scar", TEXT, None)]
    assert facts(barn, entity=barn.bull) == facts(barn)
    assert [one.name for one in facts(barn, FLOCKS, barn.flock)] == ["House light"]
    with barn.mirror.read() as connection:
        assert len(definitions(connection, ANIMALS)) == 2


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (TEXT, " left side ", "left side"),
        (NUMBER, "141,5", Decimal("141.5")),
        (DATE, "31-5-2026", date(2026, 5, 31)),
        (BOOLEAN, "yes", True),
        (BOOLEAN, "no", False),
    ],
)
def test_a_value_of_each_kind_is_entered_changed_and_taken_away(
    barn: Barn, kind: CustomFieldKind, typed: str, value: object
) -> None:
    define(barn, "Own", kind)
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", typed)
    assert [one.value for one in facts(barn)] == [value]
    assert [one.value for one in facts(barn, entity=barn.bull)] == [None]
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", typed)
    assert len(barn.rows(CustomField)) == 1
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", " ")
    assert barn.rows(CustomField) == []
    assert "Own of animal" in barn.units()


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        (NUMBER, "tall", "Own must be a number"),
        (NUMBER, "1.23456", "Own takes at most 4 decimals"),
        (DATE, "31-2-2026", "Own is a date that does not exist"),
        (BOOLEAN, "perhaps", "Own must be yes or no"),
    ],
)
def test_what_is_not_of_its_kind_is_refused_by_the_fields_name(
    barn: Barn, kind: CustomFieldKind, typed: str, message: str
) -> None:
    define(barn, "Own", kind)
    with pytest.raises(InvalidValue, match=message) as refused:
        keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", typed)
    assert refused.value.field == "Own"
    assert barn.rows(CustomField) == []


def test_what_was_entered_stays_when_the_definition_goes_or_changes(barn: Barn) -> None:
    own = define(barn, "Own", NUMBER, unit="cm")
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", "12")
    change(barn.mirror, CustomFieldDefinition, own, {"kind": TEXT, "unit": None})
    old = OwnFact("Own", NUMBER, "cm", Decimal(12))
    assert facts(barn) == [OwnFact("Own", TEXT, None), old]
    remove(barn.mirror, CustomFieldDefinition, own)
    assert facts(barn) == [old]
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", "13")
    assert facts(barn) == [OwnFact("Own", NUMBER, "cm", Decimal(13))]
    define(barn, "Own", TEXT)
    keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", "a dozen")
    assert facts(barn) == [OwnFact("Own", TEXT, None, "a dozen")]


def test_a_field_or_an_animal_that_is_not_there_is_refused(barn: Barn) -> None:
    with pytest.raises(NotFound, match="no field Own"):
        keep_own_fact(barn.mirror, ANIMALS, barn.cow, "Own", "x")
    define(barn, "Own")
    with pytest.raises(NotFound, match="not there"):
        keep_own_fact(barn.mirror, ANIMALS, uuid4(), "Own", "x")
