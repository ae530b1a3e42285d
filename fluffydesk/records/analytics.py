"""Summaries that are computed from the other tables."""
