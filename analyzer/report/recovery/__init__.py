"""Checklists and recoveries in words."""
