"""Recoveries: planned, carried out, resumed, taken back."""
