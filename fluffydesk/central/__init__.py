"""The shared Postgres that everybody's mirror agrees with."""
