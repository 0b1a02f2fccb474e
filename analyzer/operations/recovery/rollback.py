"""Taking a recovery back, however far it came, and dropping what it kept for that."""

from analyzer.engines.base import Engine
from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError, UsageError
from analyzer.model.recovery.recovery import FullPlan, Plan, TablesPlan
from analyzer.operations.recovery.application_stop import demand_nobody
from analyzer.operations.recovery.recovery_claim import claimed
from analyzer.operations.recovery.recovery_context import Surroundings
from analyzer.operations.recovery.recovery_journal import Journal


def take_back(plan: Plan, journal: Journal, around: Surroundings) -> str:
    """Take a recovery back; may be repeated after an interruption.

    Of a full one, the old database gets its name back, and the new one is renamed aside and kept.
    Of one of tables, every loaded table gets the rows back that it had before.

    Returns:
        What was done, in words.

    Raises:
        AnalyzerError: the server refuses, somebody is connected, or what it needs was dropped.
    """
    if journal.dropped and not journal.taken_back:
        raise _too_late(plan, journal)
    around = around.labelled(plan)
    with claimed(around.gateway, plan) as (session, name):
        if isinstance(plan, FullPlan):
            told = _swap_names(session, name, plan, journal, around)
        else:
            told = _return_rows(session, plan, journal, around)
        journal.note("taken-back")
    around.run_if_given(plan.start_command, "--start-command")
    return told


def drop_kept(plan: Plan, journal: Journal, around: Surroundings) -> str:
    """Drop what a recovery kept: the step that nothing takes back.

    Of a full one that is the old database, or after it was taken back, the new one. Of one of
    tables, the rows that were there before, or after it was taken back, those that had come since.

    Returns:
        What was done, in words.

    Raises:
        UsageError: the recovery is not finished.
    """
    if isinstance(plan, FullPlan):
        return _drop_old(plan, journal, around)
    return _drop_former_rows(plan, journal, around)


def _too_late(plan: Plan, journal: Journal) -> UsageError:
    if isinstance(plan, FullPlan):
        return UsageError(
            f"the recovery of {plan.database} can no longer be taken back",
            why=f"the old database, {plan.aside}, was dropped: migdoctor recover drop-old",
            fix="restore the backup alongside: migdoctor restore "
            f"{journal.fact('backup')} --into-new NAME",
        )
    return UsageError(
        f"the recovery of tables of {plan.database} can no longer be taken back",
        why="their former rows were dropped: migdoctor recover drop-old",
        fix="bring them back from the backup that was taken first: migdoctor recover tables "
        f"--from-backup {journal.fact('backup')} --replace --table NAME",
    )


def _swap_names(
    session: Session, name: str, plan: FullPlan, journal: Journal, around: Surroundings
) -> str:
    """Give the old database, which is now called so, its name back."""
    kept_as = _taken_back(plan, session.engine)
    session.engine.databases.drop_database(session, plan.making)
    new = session.engine.databases.database_oid(session, plan.database)
    if name == plan.aside and new is not None:
        _demand_ours(session, journal, new, plan)
        around.run_if_given(plan.stop_command, "--stop-command")
        demand_nobody(session, plan.database, "back")
        session.engine.databases.rename_database(session, plan.database, kept_as)
    if name == plan.aside:
        session.engine.databases.rename_database(session, plan.aside, plan.database)
    kept = session.engine.databases.database_oid(session, kept_as) is not None
    beside = f"; the new one is kept as {kept_as}" if kept else ""
    return f"{plan.database} is the old database again, untouched{beside}"


def _taken_back(plan: FullPlan, engine: Engine) -> str:
    """What the new database is called once the old one has its name back."""
    return f"{engine.databases.shortened(plan.database, 40)}_taken_back_{plan.id}"


def kept_by(plan: Plan, journal: Journal, engine: Engine) -> str:
    """What a recovery kept, as `drop_kept` drops it."""
    if isinstance(plan, FullPlan):
        return _taken_back(plan, engine) if journal.taken_back else plan.aside
    return f"the former rows in {plan.database}"


def _demand_ours(session: Session, journal: Journal, oid: int, plan: FullPlan) -> None:
    if oid != journal.fact("new_oid"):
        raise DatabaseError(
            f"somebody else created a database {plan.database} in the meantime",
            why=f"it has the number {oid}, and migdoctor did not make it",
            fix="rename it, then run this again: ALTER DATABASE "
            f"{session.engine.scripts.identifier(plan.database)} RENAME TO ...",
        )


def _return_rows(session: Session, plan: TablesPlan, journal: Journal, around: Surroundings) -> str:
    session.engine.databases.drop_database(session, plan.side)
    around.run_if_given(plan.stop_command, "--stop-command")
    target = around.gateway.at(plan.database)
    aside = target.engine.loading.put_back(
        target, plan.parts, target.engine.loading.kept_rows(plan.id), journal.loaded()
    )
    since = f"; the rows that came since are in {', '.join(aside)}" if aside else ""
    return f"the tables of {plan.database} have the rows again that they had before{since}"


def _drop_old(plan: FullPlan, journal: Journal, around: Surroundings) -> str:
    if not journal.finished and not journal.taken_back:
        raise UsageError(
            "the old database is not dropped",
            why="the recovery is not finished, so the old database is the only complete one",
            fix="finish it first: migdoctor recover resume",
        )
    kept = kept_by(plan, journal, around.gateway.engine)
    oid = journal.fact("new_oid") if journal.taken_back else plan.old_oid
    with around.gateway.engine.databases.maintenance(around.gateway, plan.database) as session:
        if oid is None or session.engine.databases.database_oid(session, kept) != oid:
            return f"{kept} does not exist, so nothing was dropped"
        session.engine.databases.drop_database(session, kept)
    journal.note("dropped")
    return f"{kept} is dropped"


def _drop_former_rows(plan: TablesPlan, journal: Journal, around: Surroundings) -> str:
    if not journal.finished and not journal.taken_back:
        raise UsageError(
            "the former rows are not dropped",
            why="the recovery is not finished",
            fix="finish it first: migdoctor recover resume",
        )
    with around.gateway.at(plan.database).session() as session:
        session.engine.loading.kept_rows(plan.id).clear(
            session, "since" if journal.taken_back else "before"
        )
    journal.note("dropped")
    return f"the rows that were kept alongside in {plan.database} are dropped"
