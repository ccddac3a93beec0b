"""Figures as tables and pages."""
