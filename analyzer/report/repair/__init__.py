"""Plans, rehearsals and repairs in words and as JSON."""
