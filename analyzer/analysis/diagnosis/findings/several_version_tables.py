"""Several version tables in one database, where only one of them is looked at."""

from collections.abc import Iterator, Sequence

from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.rule import Rule
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count, listed

SEVERAL_TABLES = Rule(
    code="MD206",
    name="several-version-tables",
    severity=Severity.NOTE,
    title="several version tables",
    why="Other schemas of the database have version tables of their own, as where each "
    "tenant has a schema. An error where the search path finds none of them, so "
    "that a migrate would start from scratch.",
    fix="`--each-schema PATTERN` looks at all of them.",
    bad="migdoctor diagnose",
    good="migdoctor diagnose --each-schema 'tenant_*'",
    found_by="analyzer.analysis.diagnosis.findings.several_version_tables.about_version_tables",
)
_SHOWN = 3


def about_version_tables(table: VersionTable) -> Iterator[Finding]:
    """Name the schemas that were not looked at, and the option that does."""
    others = table.elsewhere
    if not others:
        return
    pattern = f"{_common(others)}*" if others[1:] else others[0]
    looked_at = table.table.schema
    if looked_at is None:
        what = "no version table is on the search path, and other schemas have one"
        severity = Severity.ERROR
        why = "what was looked at is no tenant: a migrate would run every migration from the first"
    else:
        what = f"besides {looked_at}, {count(len(others), 'schema')} of the database "
        what += "has a version table" if not others[1:] else "have a version table each"
        severity, why = Severity.NOTE, "their rows were not looked at, and may have diverged too"
    yield SEVERAL_TABLES.finding(
        what=f"{what}: {listed(others, _SHOWN)}",
        why=why,
        fix=f"look at all of them: --each-schema {shell_word(pattern)}; or at one: --version-table "
        f"{shell_word(f'{others[0]}.{table.table.name}')}",
        severity=severity,
        environment=table.environment,
    )


def _common(names: Sequence[str]) -> str:
    """What all names begin with; of sorted ones the first and the last have no more in common."""
    first, last = names[0], names[-1]
    length = next((at for at, sign in enumerate(first) if last[at : at + 1] != sign), len(first))
    return first[:length]
