"""How here and central agree: pull, push, merge, verify, and what a person must decide."""
