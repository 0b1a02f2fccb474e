"""Calls to models inside of migrations: which rows they read and write."""
