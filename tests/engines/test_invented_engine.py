"""The core works for an engine that keeps what a failed migration did, and minds other things."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from analyzer.analysis.forecast.prediction import Reading, predict
from analyzer.analysis.forecast.simulated_rows import Rows
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.analysis.schema.schema_database import Database
from analyzer.analysis.schema.schema_facets import column_facets
from analyzer.engines.base import Engine, Features
from analyzer.engines.ports.types import ComparedType
from analyzer.engines.registry import engine
from analyzer.errors import EnvironmentToolError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.rails.language.migrations import parse_ruby
from analyzer.frameworks.registry import framework
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.effects.impediment import Impediment, RowViolation
from analyzer.model.findings.prediction import MigrationOutcome, Prediction
from analyzer.model.schema.schema import Column
from analyzer.operations.recovery.recovery_planning import RecoveryWish, plan_full
from analyzer.records import replace
from tests.support.histories.repositories import migration

POSTGRESQL = engine("postgresql")
RAILS = framework("rails")
WORDS = {
    Impediment.TABLE_TAKEN: ("PaperError", "page {name} is full"),
    Impediment.NO_TABLE: ("PaperError", "there is no page {name}"),
}


def refusal(impediment: Impediment, names: Mapping[str, str]) -> tuple[str, str] | None:
    """Paper minds two things only."""
    if impediment not in WORDS:
        return None
    error, said = WORDS[impediment]
    return error, said.format_map(names)


def error(violation: RowViolation) -> str:
    return f"Paper{violation.name.title()}"


def compared(column: Column) -> ComparedType:
    """Without a precision, a time has none of its fraction's digits."""
    return ComparedType(column.type, column.type, column.limit, column.precision or 0, column.scale)


def paper() -> Engine:
    """An engine of which only what is asked about effects and types is made up."""
    probes = dict.fromkeys(("any_row", "quoted"), str)
    preconditions = SimpleNamespace(
        refusal=refusal, error=error, any_null=lambda table, column: f"{table} {column}", **probes
    )
    types = SimpleNamespace(
        spelled=lambda column: column.type.upper(),
        compared=compared,
        is_built_in=lambda _: True,
        is_counter=lambda _: False,
        is_system=lambda relation: relation.startswith("cover."),
        converts=lambda _old, _new: True,
        narrower=lambda _old, _new: False,
        coarser=lambda _old, _new: False,
        comparable=lambda _one, _other: True,
        functions_brought=lambda _sql, _version: iter(()),
        longest_name=lambda: 9,
    )
    return replace(
        POSTGRESQL,
        name="paper",
        title="Paper",
        features=replace(
            POSTGRESQL.features,
            transactional_ddl=False,
            errors_end_transaction=False,
            rename_database=False,
        ),
        preconditions=cast("Any", preconditions),
        types=cast("Any", types),
    )


PAPER = paper()


def predicted(on: Engine, *bodies: str, rails: str = "6.1", of: Framework = RAILS) -> Prediction:
    """Foresee migrations in an empty database of an engine."""
    files, texts = [], {}
    for number, body in enumerate(bodies, 1):
        name = RAILS.files.parse_name(f"{number}_step{number}.rb")
        assert isinstance(name, MigrationName)
        files.append(MigrationFile(f"db/migrate/{number}_step{number}.rb", name, str(number)))
        text = migration(f"Step{number}", *body.split("\n")).replace("6.1", rails)
        texts[str(number)] = parse_ruby(text.encode())
    reading = Reading(lambda file: texts[file.blob], {}, {})
    world = SimulatedDatabase(Database(), Rows(), complete=True, engine=on)
    return predict(files, reading, world, of.preconditions)


def reason(prediction: Prediction) -> str:
    assert prediction.fails_at is not None
    return prediction.fails_at.reason


SONGS = "create_table(:songs)"


def test_an_engine_refuses_in_its_own_words():
    assert "PaperError: page songs is full" in reason(predicted(PAPER, SONGS, SONGS))
    assert 'PG::DuplicateTable: relation "songs"' in reason(predicted(POSTGRESQL, SONGS, SONGS))
    assert "PaperError: there is no page songs" in reason(
        predicted(PAPER, "add_column :songs, :a, :string")
    )


def test_only_a_framework_of_that_language_is_told_of_its_drivers_classes():
    told = reason(predicted(POSTGRESQL, SONGS, SONGS, of=framework("dbmate")))

    assert told.startswith('DuplicateTable: relation "songs"'), told


def test_what_is_there_already_is_told_whatever_the_error_is_called():
    failure = predicted(PAPER, SONGS, SONGS).fails_at

    assert failure is not None
    assert failure.repeats


def test_what_an_engine_does_not_mind_is_not_refused():
    bodies = (SONGS, "drop_table :songs\ndrop_table :songs")

    assert predicted(PAPER, *bodies).fails_at is None
    assert predicted(POSTGRESQL, *bodies).fails_at is not None


def test_what_a_failed_migration_did_stays_where_an_engine_takes_nothing_back():
    bodies = (SONGS, f"create_table(:tags)\n{SONGS}")
    kept, taken_back = (predicted(on, *bodies).fails_at for on in (PAPER, POSTGRESQL))

    assert kept is not None
    assert taken_back is not None
    assert kept.stays == ("create table tags",)
    assert taken_back.stays == ()


def test_an_error_that_is_caught_is_over_where_it_ends_no_transaction():
    bodies = (SONGS, f"begin\n{SONGS}\nrescue StandardError\nend\ncreate_table(:tags)")
    outcomes = [predicted(on, *bodies).migrations[-1].outcome for on in (PAPER, POSTGRESQL)]

    assert outcomes == [MigrationOutcome.RUNS, MigrationOutcome.UNKNOWN]


def test_an_engine_says_how_long_a_name_may_be():
    body = f"{SONGS}\nadd_index :songs, :id, name: 'index_of_songs'"

    assert "the limit is 9 characters" in reason(predicted(PAPER, body))
    assert predicted(POSTGRESQL, body).fails_at is None


def test_an_engine_says_which_spellings_of_a_type_are_one():
    plain, whole, fine = (Column("at", "datetime", precision=size) for size in (None, 0, 6))

    def precision(on: Engine, column: Column) -> object:
        return column_facets(column, on)["precision"].value

    assert precision(PAPER, plain) == precision(PAPER, whole) != precision(PAPER, fine)
    assert precision(POSTGRESQL, plain) == precision(POSTGRESQL, fine)
    assert precision(POSTGRESQL, plain) != precision(POSTGRESQL, whole)


def test_an_engine_says_what_is_its_own():
    body = 'execute "DELETE FROM {}"'

    assert predicted(PAPER, body.format("cover.title")).fails_at is None
    assert predicted(PAPER, body.format("pg_class")).fails_at is not None
    assert predicted(POSTGRESQL, body.format("pg_class")).fails_at is None


HAD = [it for it in Features.__struct_fields__ if getattr(POSTGRESQL.features, it) is True]


@pytest.mark.parametrize("feature", HAD)
def test_who_needs_a_feature_is_told_what_an_engine_lacks(feature):
    without = replace(POSTGRESQL, features=replace(POSTGRESQL.features, **{feature: False}))

    POSTGRESQL.demand(feature, "this")
    with pytest.raises(EnvironmentToolError, match="this is not possible on PostgreSQL"):
        without.demand(feature, "this")


def test_a_recovery_into_a_new_database_asks_first_whether_it_can_take_the_old_ones_name():
    gateway = cast("Any", SimpleNamespace(engine=PAPER))  # nothing else of it is asked

    with pytest.raises(EnvironmentToolError) as refused:
        plan_full(gateway, RecoveryWish())

    assert refused.value.why == "its databases cannot be renamed"


@pytest.mark.parametrize(("rails", "fails"), [("7.2", True), ("8.1", True), ("7.1", False)])
def test_a_table_is_not_forced_and_spared_at_once_from_rails_7_2_on(rails, fails):
    body = "create_table(:songs, force: true, if_not_exists: true)"
    prediction = predicted(POSTGRESQL, body, rails=rails)

    failure = prediction.fails_at
    assert (failure is not None) == fails
    told = failure.reason if failure is not None else prediction.migrations[0].because
    assert "cannot be used simultaneously" in told
