"""Colours, measures, type and icons, each named once by its role."""
