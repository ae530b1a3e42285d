"""The breeding network: profiles, matches, requests and breeding events."""
