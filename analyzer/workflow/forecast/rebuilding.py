"""Whether a database may be rebuilt from scratch: only if that makes what the database has."""

from collections.abc import Iterator

from analyzer.analysis.schema.schema import replay
from analyzer.analysis.schema.schema_diff import compare_schemas
from analyzer.analysis.schema.schema_options import options_of
from analyzer.model.findings.prediction import MigrationOutcome
from analyzer.model.findings.schema_diff import Blame, Difference, Holding
from analyzer.model.words.wording import listed
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.predict import predict_from_zero
from analyzer.workflow.reading.files.effects import read_migrations

_SHOWN = 3


def why_no_rebuild(inference: Inference) -> tuple[str, ...]:
    """List what speaks against a rebuild; empty where it makes the same database."""
    return tuple(_faults(inference))


def _faults(inference: Inference) -> Iterator[str]:
    told = predict_from_zero(inference)
    if told.fails_at is not None:
        file = told.fails_at.file
        where = f" at {file.basename}" if file else ""
        yield f"the migrations do not run from scratch: they stop{where}, {told.fails_at.said}"
        return
    doubts = [it for it in told.migrations if it.outcome is MigrationOutcome.UNKNOWN]
    if doubts:
        named = listed([it.file.basename for it in doubts], _SHOWN)
        yield f"it is not known whether the migrations run from scratch: {named}"
    if inference.catalog is None:
        yield "its rows alone do not show whether they create what the database has"
        return
    found = [it for it in _differences(inference) if not it.allowed]
    if found:
        named = listed([_named(it) for it in found], _SHOWN)
        yield f"run from scratch, they do not create what the database has: {named}"


def _differences(inference: Inference) -> tuple[Difference, ...]:
    catalog = inference.catalog
    if catalog is None:
        return ()
    migrations = read_migrations(inference.repository, inference.target)
    state = replay(migrations, engine=inference.engine)
    options = options_of(migrations)
    versions = {migration.path: migration.version for migration in migrations}
    blame = Blame(versions, None, (), options.may_lack, options.may_have)
    return compare_schemas(state, catalog.schema, Holding(), blame, inference.engine)


def _named(difference: Difference) -> str:
    where = f" of {difference.table}" if difference.table else ""
    return f"{difference.kind} {difference.name}{where} is {difference.status.value}"
