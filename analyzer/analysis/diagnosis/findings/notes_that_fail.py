"""Notes of what ran that cannot be relied on: changed, lost, copied, or not to be read."""

from collections.abc import Iterator

from analyzer.analysis.notes.seals import Chain, FaultKind
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.notes.note import ONCE_FREE, Notebook

CHANGED = Rule(
    code="MD132",
    name="notes-changed",
    severity=Severity.WARNING,
    title="notes of what ran were changed",
    why="A seal does not match, so none of the notes is used as evidence.",
    fix="Find out who changed them; `migdoctor record --anew` starts a new chain.",
    bad="UPDATE migdoctor_notes SET path = 'db/migrate/1_b.rb' WHERE number = 1;",
    good="migdoctor record",
    found_by="analyzer.analysis.diagnosis.findings.notes_that_fail.find_in_notes",
)
LOST = Rule(
    code="MD133",
    name="notes-lost",
    severity=Severity.WARNING,
    title="notes of what ran are missing",
    why="What is left may be out of date, so none of the notes is used as evidence.",
    fix="Bring them back from a backup, or start a new chain with `migdoctor record --anew`.",
    bad="DELETE FROM migdoctor_notes WHERE number = 1;",
    good="migdoctor record",
    found_by="analyzer.analysis.diagnosis.findings.notes_that_fail.find_in_notes",
)
FOREIGN = Rule(
    code="MD134",
    name="notes-of-another-database",
    severity=Severity.NOTE,
    title="notes of what ran come from another database",
    why="They were copied, or the database was restored or moved, so they are not used as "
    "evidence.",
    fix="The next `migdoctor record` starts a chain for this database.",
    bad="a dump of production, restored as staging",
    good="a dump of production, restored as staging\nmigdoctor record --database-url STAGING",
    found_by="analyzer.analysis.diagnosis.findings.notes_that_fail.find_in_notes",
)
UNREAD = Rule(
    code="MD135",
    name="notes-not-read",
    severity=Severity.NOTE,
    title="notes of what ran could not be read",
    why="They are not used as evidence in this run.",
    fix="Grant the user access to the table, or rename it if it is not migdoctor's.",
    bad="REVOKE SELECT ON migdoctor_notes FROM reader;",
    good="GRANT SELECT ON migdoctor_notes TO reader;",
    found_by="analyzer.analysis.diagnosis.findings.notes_that_fail.find_in_notes",
)
_RULES = {FaultKind.CHANGED: CHANGED, FaultKind.LOST: LOST, FaultKind.FOREIGN: FOREIGN}
_FIXES = {
    FaultKind.CHANGED: "find out who changed them; then `migdoctor record --anew` starts a new "
    "chain after them",
    FaultKind.LOST: "bring them back from a backup, or start a new chain after them with "
    "`migdoctor record --anew`",
    FaultKind.FOREIGN: "nothing to repair: the next `migdoctor record` starts a chain for this "
    "database",
}


def find_in_notes(notebook: Notebook, chain: Chain, environment: str) -> Iterator[Finding]:
    """Say what speaks against the notes; what a chain that was begun anew left behind is a note."""
    if notebook.trouble:
        yield UNREAD.finding(
            what=f"the notes in {notebook.place} could not be read: {notebook.trouble}",
            why="so only rows, files and history are used here",
            fix=ONCE_FREE
            if notebook.locked
            else "grant this user access to that table, or rename it if it is not migdoctor's",
            environment=environment,
        )
    for fault in chain.faults:
        yield _RULES[fault.kind].finding(
            what=f"{notebook.place}: {fault.said}",
            why="notes that fail the check are not evidence: what ran is inferred without them",
            fix=_FIXES[fault.kind],
            environment=environment,
        )
    for fault in chain.earlier:
        yield _RULES[fault.kind].finding(
            what=f"{notebook.place}: {fault.said}",
            why="a new chain was started since, and only its notes count",
            fix="nothing",
            environment=environment,
            severity=Severity.NOTE,
        )
