"""Migrations and guards written for Rails."""
