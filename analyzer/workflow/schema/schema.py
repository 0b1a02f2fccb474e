"""The schema that an application's files add up to, and how it compares."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.analysis.diagnosis.affixes import Affixes, affixes_of, with_affixes
from analyzer.analysis.schema.schema import replay
from analyzer.analysis.schema.schema_diff import compare_schemas
from analyzer.analysis.schema.schema_options import options_of
from analyzer.engines.registry import engine_in_hand
from analyzer.frameworks.registry import NEVER_APPLICATIONS
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.report import RepositoryFacts
from analyzer.model.findings.schema_diff import (
    Blame,
    FileProblem,
    Holding,
    SchemaDiff,
    SchemaReport,
)
from analyzer.model.findings.schema_state import ReadMigration, SchemaState, UnknownPart
from analyzer.model.schema.schema import Schema
from analyzer.records import replace
from analyzer.sources.git.git import Repository, open_repository
from analyzer.workflow.reading.files.application import read_key_type, typed_in
from analyzer.workflow.reading.files.current_files import TargetFiles, best_target, read_targets
from analyzer.workflow.reading.files.effects import read_largest, read_migrations
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environment import reread
from analyzer.workflow.reading.rows.live_catalog import read_live
from analyzer.workflow.schema.schema_file import read_schema_file

if TYPE_CHECKING:
    from analyzer.model.schema.live_schema import LiveSchema


class Against(StrEnum):
    """The other side of a comparison."""

    DATABASE = "database"
    SCHEMA_FILE = "schema-file"


def read_schema(
    request: Request, against: Against | None = None, schema_file: str | None = None
) -> SchemaReport:
    """Add up the files' effects; compare the outcome with a database or a schema file if asked.

    Raises:
        AnalyzerError: the repository, the database or the schema file cannot be read.
    """
    repository = open_repository(request.repo)
    if against is Against.DATABASE:
        return _with_database(repository, request)
    target = read_largest(repository, request)
    migrations = read_migrations(repository, target, read_key_type(repository, target))
    state = replay(migrations, engine=engine_in_hand())
    diff = None
    if against is Against.SCHEMA_FILE:
        diff = _against_file(repository, target, migrations, state, schema_file)
    return _report(repository, target, migrations, state, diff)


def _with_database(repository: Repository, request: Request) -> SchemaReport:
    target = read_largest(repository, request)
    live = read_live(request, target.framework)
    if live.versions is not None and live.versions.rows:
        reader = target.framework
        target = best_target(read_targets(repository, request), live.versions, reader)
        live = replace(live, versions=reread(live.versions, reader, target.framework))
    migrations = read_migrations(repository, target, read_key_type(repository, target))
    table = live.versions.table.name if live.versions else target.framework.store.table
    there = _without_other_applications(live.schema, table)
    affixes = affixes_of(table, target.framework.store.table)
    if affixes is not None:
        migrations, there = _under_full_names(migrations, there, affixes)
    case = request.engine.features.table_case if live.table_case is None else live.table_case
    state = replay(migrations, engine=request.engine, table_case=case)
    if not case:
        from analyzer.analysis.schema.name_case import in_spelling_of

        there = in_spelling_of(state.schema, there)
    blame = _blame(migrations, state, _applied(live.versions))
    found = compare_schemas(state, there, Holding(), blame, request.engine)
    diff = SchemaDiff("the database", _place(live), found, live.notes)
    return _report(repository, target, migrations, state, diff)


def _without_other_applications(there: Schema, table: str) -> Schema:
    """A schema without what is in those of PostgreSQL's schemas that have their own version table.

    The one that was read is found without its schema.
    """
    foreign = tuple(name.removesuffix(table) for name in there.tables if name.endswith(f".{table}"))
    if not foreign:
        return there
    own = {name: it for name, it in there.tables.items() if not name.startswith(foreign)}
    return replace(there, tables=own)


def _under_full_names(
    migrations: tuple[ReadMigration, ...], there: Schema, affixes: Affixes
) -> tuple[tuple[ReadMigration, ...], Schema]:
    """Both sides with the prefix that the version table's name gives all tables.

    The framework's own tables are left out: the comparison knows them without it.
    """
    own = {affixes.named(name) for name in NEVER_APPLICATIONS}
    tables = {name: table for name, table in there.tables.items() if name not in own}
    full = (replace(it, parsed=with_affixes(it.parsed, affixes)) for it in migrations)
    return tuple(full), replace(there, tables=tables)


def _place(live: "LiveSchema") -> str:
    if live.versions is None:
        return f"{live.place}, which records no versions"
    return f"{live.place}, {live.versions.count} applied versions"


def _blame(
    migrations: tuple[ReadMigration, ...], state: SchemaState, ran: frozenset[VersionKey] | None
) -> Blame:
    options, unsure = options_of(migrations), _unsure(migrations, state)
    return Blame(_versions(migrations), ran, unsure, options.may_lack, options.may_have)


def _applied(table: VersionTable | None) -> frozenset[VersionKey] | None:
    return None if table is None else frozenset(row.version.key for row in table.rows)


def _against_file(
    repository: Repository,
    target: TargetFiles,
    migrations: tuple[ReadMigration, ...],
    state: SchemaState,
    path: str | None,
) -> SchemaDiff:
    file = read_schema_file(repository, target, path)
    newest, versions = file.version, [migration.version for migration in migrations]
    ran = None if newest is None else frozenset(it.key for it in versions if it <= newest)
    blame = _blame(migrations, state, ran)
    found = compare_schemas(state, file.state.schema, file.holding, blame, engine_in_hand())
    anew = typed_in(repository, target, target.framework.commands.dump)
    return SchemaDiff(file.path, file.place, found, _notes(file.path, file.state), anew)


def _notes(path: str, state: SchemaState) -> tuple[str, ...]:
    """List the parts of the schema file that could not be read."""
    unread = [f"{path}:{part.line} could not be read: {part.why}" for part in state.opaque]
    misfits = [f"{path}:{it.line} could not be followed: {it.what}" for it in state.conflicts]
    return (*unread, *misfits)


def _versions(migrations: tuple[ReadMigration, ...]) -> Mapping[str, Version]:
    return {migration.path: migration.version for migration in migrations}


def _unsure(migrations: tuple[ReadMigration, ...], state: SchemaState) -> tuple[UnknownPart, ...]:
    """List what could not be followed: opaque parts, refused effects, broken files."""
    refused = (
        UnknownPart(it.path, it.line, it.what, "this step does not fit the schema at that point")
        for it in state.conflicts
    )
    broken = (
        UnknownPart(it.path, it.line, "the rest of the file", it.what)
        for it in _problems(migrations)
    )
    return (*state.opaque, *refused, *broken)


def _problems(migrations: tuple[ReadMigration, ...]) -> tuple[FileProblem, ...]:
    return tuple(
        FileProblem(migration.path, problem.line, problem.what)
        for migration in migrations
        for problem in migration.parsed.problems
    )


def _report(
    repository: Repository,
    target: TargetFiles,
    migrations: tuple[ReadMigration, ...],
    state: SchemaState,
    diff: SchemaDiff | None,
) -> SchemaReport:
    facts = RepositoryFacts(
        str(repository.path),
        target.framework.name,
        repository.shallow,
        target.files,
        target.others,
        stood_in=target.stood_in,
    )
    return SchemaReport(facts, state, _versions(migrations), _problems(migrations), diff)
