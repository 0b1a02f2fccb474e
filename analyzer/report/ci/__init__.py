"""What CI systems show: annotations, code quality and test reports."""

FORMATS = ("github", "gitlab", "junit")
"""As ``--format`` names them; each is a module here, which loads when it is asked for."""
