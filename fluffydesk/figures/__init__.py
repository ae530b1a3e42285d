"""The figures and rules of the trade: pure functions, no library, no database."""
