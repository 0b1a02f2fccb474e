"""What the bare command says: five lines, none of which waits for a library."""

FRONT_PAGE = """\
migdoctor finds migrations renamed after they ran, and writes the repair.
  migdoctor diagnose   what diverged, and what the next migrate would do
  migdoctor advise     which repair suits your databases, and its commands
  migdoctor check      the CI gate: does a change touch what may have run?
  migdoctor --help     all commands; migdoctor demo shows a whole incident
"""
