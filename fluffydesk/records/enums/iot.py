"""The closed lists of values of devices and places."""

from __future__ import annotations

from enum import StrEnum


class DeviceKind(StrEnum):
    """What a device watches."""

    CLIMATE = "climate"
    COLLAR = "collar"
    BOLUS = "bolus"
    EAR_TAG = "ear_tag"
    SCALE = "scale"
    MILK_METER = "milk_meter"
    TANK = "tank"
    FEEDER = "feeder"
    WATER_METER = "water_meter"
    EGG_COUNTER = "egg_counter"
    INCUBATOR = "incubator"
    FRIDGE = "fridge"
    TRACKER = "tracker"
    CAMERA = "camera"
    GATE = "gate"
    OTHER = "other"


class ReadingQuality(StrEnum):
    """How far a reading can be trusted."""

    GOOD = "good"
    SUSPECT = "suspect"
    BAD = "bad"


class GeoEventKind(StrEnum):
    """What happened at a place."""

    POSITION = "position"
    ENTER = "enter"
    LEAVE = "leave"
    GEOFENCE = "geofence"


class GeoEntity(StrEnum):
    """What is followed."""

    PET = "pet"
    LIVESTOCK = "livestock"
    FLOCK = "flock"
    GROUP = "group"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
