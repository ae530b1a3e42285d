"""The sample's cattle: a herd whose calvings, dams, sires and groups fit one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from fluffydesk.demo.sample import Maker, dec, words
from fluffydesk.figures.identifiers import uk_check_digit
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus, Purpose
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.reference_data import reference_id

CATTLE = reference_id("livestock_species", "cattle")
_HERD_NUMBER = "182541"
_COW_NAMES = words(
    "Bluebell Buttercup Clover Daisy Primrose Marigold Poppy Rosie Willow Hazel Tansy Bramble "
    "Heather Juniper Ivy Fern Olive Pepper Ginger Nutmeg Saffron Maple Cherry Plum Damson Sorrel "
    "Teasel Campion Bryony Celandine Meadow Misty Dusk Dawn Aurora Stella Luna Comet Nova Vesper "
    "Duchess Countess Lady Princess Queenie Gem Pearl Opal Ruby Amber Jade Coral Topaz Agate "
    "Dolly Molly Polly Tilly Millie Tulip Pansy Petunia Dahlia Aster Zinnia Lavender Rosemary "
    "Thyme Basil Sage Minty Parsley Honey Toffee Fudge Truffle Biscuit Waffle Cookie Muffin "
    "Acorn Almond Angel Apricot Autumn Azalea Betony Blossom Breeze Briar Caramel Cassia Cedar "
    "Chestnut Chicory Cinder Clementine Clove Cowslip Daffodil Dewdrop Ember Feather Flint "
    "Foxglove Freesia Frost Garnet Harebell Holly Hyacinth Jasmine Lilac Linnet Lupin Magnolia"
)
_PARITIES = (1,) * 19 + (2,) * 16 + (3,) * 12 + (4,) * 8 + (5,) * 6 + (6,) * 3
_GROUPS = {
    "high": ("High yielders", Purpose.DAIRY, "Cubicle barn, north side"),
    "low": ("Low yielders", Purpose.DAIRY, "Cubicle barn, south side"),
    "dry": ("Dry cows", Purpose.DAIRY, "Straw yard"),
    "heifers": ("Heifers", Purpose.YOUNG_STOCK, "Brook pasture"),
    "calves": ("Calves", Purpose.YOUNG_STOCK, "Calf house"),
    "bulls": ("Bulls", Purpose.BREEDING, "Bull pen"),
}
BREEDS = {
    name: reference_id("livestock_breeds", f"cattle/{name}")
    for name in ("Holstein Friesian", "Jersey", "Montbéliarde")
}


@dataclass
class Lactation:
    """From a calving to a drying off, which may be still to come."""

    parity: int
    calved_on: date
    dried_off_on: date | None = None

    def runs_on(self, on: date) -> bool:
        return self.calved_on < on and (self.dried_off_on is None or on < self.dried_off_on)


@dataclass
class Animal:
    """One head of cattle while the herd is being made."""

    born: date
    sex: Sex
    breed: str = "Holstein Friesian"
    lactations: list[Lactation] = field(default_factory=list)
    dam: Animal | None = None
    sire: Animal | None = None
    arrived_on: date | None = None
    left_on: date | None = None
    status: LivestockStatus = LivestockStatus.ACTIVE
    vigour: float = 1.0
    """How much she gives and weighs against the usual."""
    name: str | None = None
    weight_kg: float | None = None
    key: UUID | None = None
    """Given when the animal is written."""

    def is_here(self, on: date) -> bool:
        came = self.arrived_on or self.born
        return came <= on and (self.left_on is None or on < self.left_on)

    def lactation(self, on: date) -> Lactation | None:
        return next((each for each in self.lactations if each.runs_on(on)), None)

    def group(self, on: date) -> str:
        """Return the group an animal was in on a day."""
        if self.sex is Sex.MALE and (on - self.born).days > 60:
            return "bulls"
        if (milking := self.lactation(on)) is not None:
            return "high" if (on - milking.calved_on).days < 150 else "low"
        if self.lactations and self.lactations[0].calved_on <= on:
            return "dry"
        return "heifers" if (on - self.born).days > 170 else "calves"


def make_herd(maker: Maker) -> list[Animal]:
    """Return the herd, oldest first: bulls, cows, young stock and those that left."""
    bulls = _bulls(maker)
    cows = sorted(
        [_cow(maker, parity, place) for place, parity in enumerate(_PARITIES)]
        + [_left_cow(maker, number) for number in range(17)],
        key=lambda cow: cow.born,
    )
    _give_dams(maker, cows)
    calves = _calves(maker, cows)
    herd = sorted([*bulls, *cows, *calves], key=lambda animal: animal.born)
    for animal in herd:
        animal.sire = _sire(animal.born, bulls) if animal not in bulls else None
    return herd


def write_herd(maker: Maker, herd: list[Animal]) -> dict[str, UUID]:
    """Add the groups and the animals; return the groups' keys by their short names."""
    start = maker.today - timedelta(days=2200)
    groups = {
        short: maker.add(
            LivestockBatch, start, name=name, purpose=purpose, location=where, species_id=CATTLE
        )
        for short, (name, purpose, where) in _GROUPS.items()
    }
    names = iter(_COW_NAMES)
    for number, animal in enumerate(herd, start=101):
        _write(maker, animal, number, groups, names)
    return groups


def _write(
    maker: Maker, animal: Animal, number: int, groups: dict[str, UUID], names: Iterator[str]
) -> None:
    here = animal.status is LivestockStatus.ACTIVE
    if animal.name is None and animal.sex is Sex.FEMALE and (here or animal.lactations):
        animal.name = next(names, None)
    last = animal.lactations[-1] if animal.lactations else None
    dry_dates = [each.dried_off_on for each in animal.lactations if each.dried_off_on]
    dried = [on for on in dry_dates if on <= maker.today]
    check = uk_check_digit(_HERD_NUMBER, f"{number:05d}")
    animal.key = maker.add(
        Livestock,
        max(animal.arrived_on or animal.born, maker.today - timedelta(days=4000)),
        tag_number=str(number),
        name=animal.name,
        official_id=f"UK{_HERD_NUMBER}{check}{number:05d}",
        eid=f"826{_HERD_NUMBER}{number:06d}",
        species_id=CATTLE,
        breed_id=BREEDS[animal.breed],
        sex=animal.sex,
        birth_date=animal.born,
        batch_id=groups[animal.group(maker.today)] if here else None,
        status=animal.status,
        weight_kg=dec(animal.weight_kg, 1) if animal.weight_kg else None,
        parity=last.parity if last else (0 if animal.sex is Sex.FEMALE else None),
        calved_on=last.calved_on if last else None,
        dried_off_on=max(dried, default=None),
        dam_id=animal.dam.key if animal.dam else None,
        sire_id=animal.sire.key if animal.sire else None,
        arrived_on=animal.arrived_on,
        left_on=animal.left_on,
        colour={"Jersey": "Fawn", "Montbéliarde": "Red and white"}.get(
            animal.breed, "Black and white"
        ),
    )


def _cow(maker: Maker, parity: int, place: int) -> Animal:
    """A cow of the herd; two in nine are dry, the others are spread over a lactation."""
    is_dry = place % 9 in (3, 7)
    if is_dry:
        dried_off = maker.today - timedelta(days=maker.random.randint(3, 48))
        calved = dried_off - timedelta(days=round(maker.near(312, 14, 280)))
        last = Lactation(parity, calved, dried_off)
    else:
        last = Lactation(parity, maker.today - timedelta(days=2 + place * 83 % 295))
    cow = Animal(born=last.calved_on, sex=Sex.FEMALE, lactations=[last])
    _fill_past(maker, cow)
    cow.vigour = maker.near(1.0, 0.09, 0.78)
    cow.breed = maker.random.choices(list(BREEDS), (82, 8, 10))[0]
    return cow


def _left_cow(maker: Maker, number: int) -> Animal:
    """A cow that was sold, slaughtered or died in the past year."""
    left = maker.today - timedelta(days=9 + 21 * number)
    last = Lactation(number % 5 + 1, left - timedelta(days=maker.random.randint(90, 290)), left)
    cow = Animal(born=last.calved_on, sex=Sex.FEMALE, lactations=[last], left_on=left)
    _fill_past(maker, cow)
    cow.vigour = maker.near(0.88, 0.05, 0.7)
    endings = (LivestockStatus.SLAUGHTERED, LivestockStatus.SOLD, LivestockStatus.DEAD)
    cow.status = endings[number % 3]
    return cow


def _fill_past(maker: Maker, cow: Animal) -> None:
    """Put the earlier lactations before the last one, and the birth before the first."""
    for parity in range(cow.lactations[0].parity - 1, 0, -1):
        next_calving = cow.lactations[0].calved_on
        calved = next_calving - timedelta(days=round(maker.near(388, 18, 345)))
        dried_off = next_calving - timedelta(days=round(maker.near(57, 6, 40)))
        cow.lactations.insert(0, Lactation(parity, calved, dried_off))
    cow.born = cow.lactations[0].calved_on - timedelta(days=round(maker.near(760, 25, 690)))


def _give_dams(maker: Maker, cows: list[Animal]) -> None:
    """Where an older cow calved near a cow's birth, she is the dam; the others were bought."""
    taken: set[tuple[int, date]] = set()
    for cow in cows:
        for dam in cows:
            near = [
                each.calved_on
                for each in dam.lactations
                if abs((each.calved_on - cow.born).days) <= 25
                and (id(dam), each.calved_on) not in taken
            ]
            if dam is not cow and near:
                cow.dam, cow.born, cow.breed = dam, near[0], dam.breed
                taken.add((id(dam), near[0]))
                break
        else:
            cow.arrived_on = cow.born + timedelta(days=maker.random.randint(420, 640))


def _calves(maker: Maker, cows: list[Animal]) -> list[Animal]:
    """What was born in the past 23 months: most heifers stay, bull calves are sold at two weeks."""
    calves = []
    for cow in cows:
        for lactation in cow.lactations:
            age = (maker.today - lactation.calved_on).days
            born_here = lactation.calved_on >= (cow.arrived_on or cow.born)
            if age > 700 or not born_here or any(_is_calf(cow, lactation, each) for each in cows):
                continue
            stays = maker.chance(0.34)
            calf = Animal(
                lactation.calved_on, Sex.FEMALE if stays else Sex.MALE, cow.breed, dam=cow
            )
            calf.vigour = maker.near(1.0, 0.05, 0.85)
            if not stays:
                if age > 365:
                    continue
                if age >= 14:
                    calf.left_on = calf.born + timedelta(days=14)
                    calf.status = LivestockStatus.SOLD
            calves.append(calf)
    return calves


def _is_calf(cow: Animal, lactation: Lactation, other: Animal) -> bool:
    return other.dam is cow and other.born == lactation.calved_on


def _bulls(maker: Maker) -> list[Animal]:
    """Four bulls, one after the other; two are still here."""
    ages = ((14.2, 9.0), (10.6, 5.4), (6.9, None), (2.6, None))
    names = ("Atlas", "Boreas", "Cedric", "Dorian")
    bulls = []
    for (age, left), name in zip(ages, names, strict=True):
        bull = Animal(maker.today - timedelta(days=round(age * 365.25)), Sex.MALE, name=name)
        bull.arrived_on = bull.born + timedelta(days=400)
        bull.vigour = 1.45
        if left is not None:
            bull.left_on = maker.today - timedelta(days=round(left * 365.25))
            bull.status = LivestockStatus.SLAUGHTERED
        bulls.append(bull)
    return bulls


def _sire(born: date, bulls: list[Animal]) -> Animal | None:
    """The youngest bull that was at the farm and old enough 283 days before."""
    served = born - timedelta(days=283)
    able = [bull for bull in bulls if bull.is_here(served) and (served - bull.born).days > 480]
    return able[-1] if able else None
