"""Advice on one repository and any number of environments."""
