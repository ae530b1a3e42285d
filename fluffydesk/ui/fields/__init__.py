"""One cell and one editor for each kind of field; `choosing.py` finds the editor."""
