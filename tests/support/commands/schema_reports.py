"""Schema reports for tests of what is printed."""

from collections.abc import Sequence

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.findings.report import RepositoryFacts
from analyzer.model.findings.schema_diff import FileProblem, SchemaDiff, SchemaReport
from analyzer.model.schema.schema import Schema
from tests.support.databases.schemas import compare, read, state_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def report_of(
    *bodies: str, there: Schema | None = None, others: Sequence[str] = ()
) -> SchemaReport:
    """A report on migrations with these bodies, compared with ``there`` where that is given."""
    migrations = read(*bodies)
    names = [RAILS.files.parse_name(migration.path.rpartition("/")[2]) for migration in migrations]
    files = [
        MigrationFile(migration.path, name, "0" * 40)
        for migration, name in zip(migrations, names, strict=True)
        if isinstance(name, MigrationName)
    ]
    file_set = FileSet("HEAD", COMMIT, ("db/migrate",), tuple(files))
    facts = RepositoryFacts(
        "/srv/app", "rails", shallow=False, files=file_set, other_applications=tuple(others)
    )
    problems = [
        FileProblem(migration.path, problem.line, problem.what)
        for migration in migrations
        for problem in migration.parsed.problems
    ]
    diff = None
    if there is not None:
        found = compare(migrations, there, ran=frozenset({1}))
        diff = SchemaDiff("the database", "database app at db:5432", tuple(found), ("a note",))
    versions = {migration.path: migration.version for migration in migrations}
    return SchemaReport(facts, state_of(*bodies), versions, tuple(problems), diff)
