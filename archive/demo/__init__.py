"""Invented persons, employers and careers for demonstration and tests."""
