"""Help: what the commands and options are for, grouped, with examples, and what was meant."""
