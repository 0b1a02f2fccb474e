"""Fleets of MySQL: many databases of one server."""
