"""What the bare command says: five lines, none of which waits for a library."""

FRONT_PAGE = """\
migdoctor finds migrations that were renamed after they ran, and writes the repair.
  migdoctor diagnose           what diverged, and what the next migrate would do (reads only)
  migdoctor advise             which repair suits your databases, and the commands for it
  migdoctor check              the CI gate: whether a change touches migrations that have run
  migdoctor --help             all commands; migdoctor demo shows an incident from end to end
"""
