"""The Ruby language, as far as a migration's text can be followed without running it."""
