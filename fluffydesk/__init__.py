"""FluffyDesk: work on a farm's or a clinic's records offline, and sync when there is a network."""

__version__ = "0.1.0"
