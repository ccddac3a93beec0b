"""Casebooks that operators send each other: signed, checked against trusted keys, and turned into proposals."""
