"""The closed lists of values of who may join, and what people agreed to."""
