"""Rows copied from one database into another, with all that hangs on them."""
