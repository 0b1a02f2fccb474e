"""``check``: from a change to what it does to migrations that others may have run."""
