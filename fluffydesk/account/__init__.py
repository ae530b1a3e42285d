"""Who is signed in on this PC, online and offline, and where their data and secrets lie."""
