"""One screen a subject, laid out by hand; `rail.py` lists them."""
