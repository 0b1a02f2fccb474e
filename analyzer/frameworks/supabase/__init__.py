"""Supabase: its own schema, and rows that keep the statements that ran."""
