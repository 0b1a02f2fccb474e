"""The rules of the gate: one module for each code, or for a few that one check finds."""
