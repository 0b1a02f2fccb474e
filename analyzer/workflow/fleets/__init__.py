"""Fleets: each kind of tenant is diagnosed once."""
