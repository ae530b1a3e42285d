"""The closed lists of values of health records."""
