"""The pieces screens are put together from: cards, tiles, charts, chips, buttons, notices."""
