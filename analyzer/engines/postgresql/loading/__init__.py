"""Rows copied from one database into another, with all that depends on them."""
