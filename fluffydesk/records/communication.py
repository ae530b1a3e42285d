"""Conversations, messages and notifications."""
