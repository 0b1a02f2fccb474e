"""What the next migrate is certain to run into: a failure, or a loss that no text announces."""

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.findings.prediction import Failure, Loss
from analyzer.model.findings.rule import Rule

FAILS = Rule(
    code="MD130",
    name="next-migrate-fails",
    severity=Severity.ERROR,
    title="the next migrate is certain to fail",
    why="A pending migration asks for something that this database will refuse, such as creating "
    "a table that is already there. The finding names the file, the line, and what is in the way.",
    fix="Do not run the migrate yet. Do what the finding's fix says first.",
    bad="# pending, and the table songs is there\ncreate_table :songs",
    good="# pending\ncreate_table :songs, if_not_exists: true",
    found_by="analyzer.workflow.forecast.blocking_objects.Obstacles.findings",
)
DESTROYS = Rule(
    code="MD131",
    name="next-migrate-destroys",
    severity=Severity.ERROR,
    title="the next migrate destroys what its text does not announce",
    why="It is a re-run, a `force: true` over rows, or a drop before a create.",
    fix="Do not migrate: correct the file, or record its row if the database has all "
    "that it makes.",
    bad="# pending, and the table songs has rows\ncreate_table :songs, force: true",
    good="# pending\ncreate_table :songs, if_not_exists: true",
    found_by="analyzer.workflow.forecast.blocking_objects.Obstacles.findings",
)


def about_failure(
    file: MigrationFile, failure: Failure, maker: str, way_out: str, environment: str, migrate: str
) -> Finding:
    """Say where the next migrate stops.

    Args: maker: who made what is in its way, as the end of a sentence, or nothing.
    """
    return FAILS.finding(
        what=f"the next {migrate} is certain to stop at {file.basename}",
        why=f"{failure.said}{maker}",
        fix=f"do not run {migrate} yet: {way_out}",
        environment=environment,
        version=file.version.text,
        path=file.path,
        line=failure.line,
    )


def about_loaded(
    file: MigrationFile, rule: Rule, told: str, table: str, environment: str, migrate: str
) -> Finding:
    """Say what a schema file does that is loaded first, as there is no version table.

    Args: rule: of the two.  told: what it does, in words.
    """
    return rule.finding(
        what=f"the next {migrate} loads {file.path} first: it {told}",
        why=f"there is no table {table} here, so the database is treated as a new one",
        fix=f"do not run {migrate} yet: find out why there is none; {no_table(table)}",
        environment=environment,
        version=file.version.text,
        path=file.path,
    )


def no_table(table: str) -> str:
    """What to do about a version table that is not there, in a database which holds something."""
    return (
        "this may not be the application's database or schema, or the table was lost: "
        f"restore {table} with its rows from a backup, then diagnose again"
    )


def about_losses(
    loss: Loss,
    told: str,
    maker: str,
    environment: str,
    migrate: str,
    spared: str | None,
    before: str,
) -> Finding:
    """Say what the next migrate destroys.

    Args:
        told: what is lost, in words.
        maker: as above.
        spared: how foreign keys are kept from acting, in words.
        before: what to do before the file is edited, instead of editing it; or nothing.
    """
    file, line = loss.file, loss.line
    way = "remove what empties the table from the file, and let it create only what does not "
    "exist yet"
    if loss.by_key and spared is not None:
        way = spared
    way = before or f"{way}, then try it on a copy of the database"
    return DESTROYS.finding(
        what=f"{file.basename} {told}; its text does not say that it removes anything",
        why=f"the next {migrate} runs it on a database that has this already{maker}",
        fix=f"do not run {migrate} yet: {way}",
        environment=environment,
        version=file.version.text,
        path=file.path,
        line=line,
    )
