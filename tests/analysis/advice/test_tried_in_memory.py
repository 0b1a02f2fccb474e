"""The law on states made by hand: an action, where it leads, and what is wrong with it."""

from analyzer.analysis.advice.tried_in_memory import (
    PredictedMigrate,
    State,
    carry_out,
    judge,
    next_migrate,
)
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.table_row import TableRow
from analyzer.model.findings.next_steps import LEAVE, Action
from analyzer.model.findings.prediction import (
    Failure,
    Forecast,
    Loss,
    LossKind,
    MigrationOutcome,
    Prediction,
)
from tests.support.commands.plans import deleting, inserting, updating


def file(name: str) -> MigrationFile:
    read = RAILS.files.parse_name(f"{name}.rb")
    assert isinstance(read, MigrationName)
    return MigrationFile(f"db/migrate/{name}.rb", read, f"blob of {name}")


ONE, TWO, THREE = file("1_one"), file("2_two"), file("3_three")


def state(*files: MigrationFile, rows: tuple[str, ...], done: tuple[MigrationFile, ...] = ()):
    facts = {it.path: "it ran" for it in done}
    there = tuple(map(TableRow, rows))
    return State(FileSet("HEAD", None, ("db/migrate",), files), there, RAILS.numbering.read, facts)


def predicted(there: State, **outcomes: MigrationOutcome) -> PredictedMigrate:
    """What becomes of pending files, by slug; of one not named: it runs."""
    waiting = [it for it in there.files.files if it.version.key not in there.applied]
    told, failure, lost = [], None, []
    for it in waiting:
        outcome = outcomes.get(it.name.slug, MigrationOutcome.RUNS)
        losses = ()
        if outcome is MigrationOutcome.DESTROYS:
            losses = (Loss(it, "empties it", LossKind.EMPTIED, "songs", 1, 300),)
            lost.extend(losses)
        told.append(Forecast(it, outcome, "because", None, losses))
        if outcome is MigrationOutcome.FAILS:
            failure = Failure(it, "it is there", "PG::DuplicateTable")
            break
    ran = tuple(it.file for it in told if it.outcome is not MigrationOutcome.FAILS)
    return PredictedMigrate(there, Prediction(ran, failure, tuple(lost), tuple(told)))


def faults(before: State, action: Action, **outcomes: MigrationOutcome) -> str:
    now, then = predicted(before, **outcomes), predicted(carry_out(before, action), **outcomes)
    return "; ".join(judge(now, then).faults)


def test_to_leave_everything_is_always_allowed():
    there = state(ONE, TWO, rows=("1",), done=(ONE,))

    assert faults(there, LEAVE, two=MigrationOutcome.DESTROYS) == ""


def test_what_ran_must_not_run_again():
    there = state(ONE, rows=("1",), done=(ONE,))

    assert "run again" in faults(there, Action(rows=(deleting("1"),)))
    moved = Action(moved=((ONE.path, file("9_one")),))
    assert "run again" in faults(there, moved)


def test_a_second_run_that_does_nothing_is_none():
    there = state(ONE, rows=("1",), done=(ONE,))

    assert faults(there, Action(rows=(deleting("1"),)), one=MigrationOutcome.NO_OP) == ""


def test_nothing_is_lost_that_no_text_announces():
    there = state(ONE, TWO, rows=("1", "2"), done=(ONE,))

    assert "lose data" in faults(
        there, Action(rows=(deleting("2"),)), two=MigrationOutcome.DESTROYS
    )


def test_what_would_be_lost_anyway_is_no_reason_to_withhold_a_repair():
    there = state(ONE, TWO, rows=("0",), done=(ONE,))
    repair = Action(rows=(updating("0", "1"),))

    assert faults(there, repair, one=MigrationOutcome.RUNS, two=MigrationOutcome.DESTROYS) == ""


def test_what_an_earlier_failure_hid_must_not_be_let_loose():
    there = state(ONE, TWO, rows=("0",), done=(ONE,))
    repair = Action(rows=(updating("0", "1"),))

    assert "lose data" in faults(
        there, repair, one=MigrationOutcome.FAILS, two=MigrationOutcome.DESTROYS
    )


def test_a_row_must_not_hide_what_never_ran():
    there = state(ONE, TWO, rows=("1",), done=(ONE,))

    assert "would never run" in faults(there, Action(rows=(inserting("2"),)))
    done = state(ONE, TWO, rows=("1",), done=(ONE, TWO))
    assert faults(done, Action(rows=(inserting("2"),)), two=MigrationOutcome.FAILS) == ""


def test_a_repair_may_end_at_a_later_failure_that_was_there_before():
    there = state(ONE, TWO, rows=("0",), done=(ONE,))
    repair = Action(rows=(updating("0", "1"),))

    assert faults(there, repair, one=MigrationOutcome.FAILS, two=MigrationOutcome.FAILS) == ""
    after = predicted(carry_out(there, repair), two=MigrationOutcome.FAILS)
    assert next_migrate(after).safe is False


def test_a_repair_must_not_make_a_migrate_fail_that_got_through():
    there = state(ONE, TWO, THREE, rows=("1",), done=(ONE,))
    before = predicted(there)
    removed = carry_out(there, Action(removed=(TWO.path,)))
    after = predicted(removed, three=MigrationOutcome.FAILS)

    assert "would fail" in "; ".join(judge(before, after).faults)


def test_a_file_that_comes_back_has_run():
    there = state(TWO, rows=("1", "2"), done=(TWO,))

    assert faults(there, Action(restored=(ONE,))) == ""


def test_an_empty_table_loses_nothing():
    there = state(ONE, rows=())
    loss = Loss(ONE, "empties it", LossKind.EMPTIED, "songs", 1, 0)
    told = Forecast(ONE, MigrationOutcome.DESTROYS, "because", None, (loss,))

    assert next_migrate(PredictedMigrate(there, Prediction((ONE,), None, (loss,), (told,)))).safe


def test_what_may_fail_is_not_recommended_and_is_not_certain():
    migrate = next_migrate(predicted(state(ONE, rows=()), one=MigrationOutcome.UNKNOWN))

    assert (migrate.safe, migrate.certain) == (False, False)
