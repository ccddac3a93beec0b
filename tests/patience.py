"""How long a test waits for what is to come, before it fails."""

PATIENCE = 120.0
"""Seconds; nothing takes so long on an idle machine, and a busy one is no fault."""
