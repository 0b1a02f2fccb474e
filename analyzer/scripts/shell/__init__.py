"""A file plan as a POSIX shell script."""
