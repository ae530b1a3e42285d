"""The local copy: an encrypted SQLite file, and the journal of edits that central has not seen."""
