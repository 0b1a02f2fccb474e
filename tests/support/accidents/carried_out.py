"""One pending migration foretold and then carried out by the real Rails, and what came of both.

Rows hold values that occur nowhere else, so that a value which is gone afterwards is a loss,
whatever was renamed on the way.
"""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from analyzer.model.findings.prediction import MigrationOutcome, Prediction
from analyzer.records import Struct
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.databases.servers import Database
from tests.support.frameworks import many_migrates
from tests.support.frameworks.many_migrates import Rails
from tests.support.frameworks.rails_in_use import NEWEST
from tests.support.histories.repositories import FOLDER, Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MARK = 5  # characters; what is shorter may be a default or a key
_OWN = "('schema_migrations', 'ar_internal_metadata')"
_SHAPE = f"""
SELECT 'column', attrelid::regclass::text, attname::text, format_type(atttypid, atttypmod),
       attnotnull::text, coalesce(pg_get_expr(adbin, adrelid), '')
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
   AND relkind IN ('r', 'v', 'm', 'p') AND relname NOT IN {_OWN}
UNION ALL
SELECT 'relation', relname::text, relkind::text, coalesce(obj_description(pg_class.oid), ''),
       CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(pg_class.oid) ELSE '' END, ''
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT IN {_OWN}
UNION ALL
SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid::text, '', ''
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
 WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid),
       convalidated::text, ''
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'function', proname::text, md5(prosrc), '', '', ''
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', tgrelid::regclass::text, tgname::text, '', '', ''
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'type', typname::text, typtype::text, '', '', ''
  FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
UNION ALL
SELECT 'extension', extname::text, '', '', '', '' FROM pg_extension
"""
_TABLES = f"""
SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
 WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema' AND tablename NOT IN {_OWN}
 ORDER BY 1
"""


class State(Struct, frozen=True):
    """A database at one moment: its ``shape``, and how often each telling value occurs in rows."""

    shape: frozenset[tuple[str, ...]]
    rows: tuple[str, ...]
    values: Counter[str]

    @classmethod
    def of(cls, database: Database) -> "State":
        shape = frozenset(tuple(row) for row in database.run(_SHAPE))
        rows = [row for (table,) in database.run(_TABLES) for row in database.run(f"TABLE {table}")]
        values = Counter(str(it) for row in rows for it in row if len(str(it)) >= _MARK)
        return cls(shape, tuple(sorted(map(str, rows))), values)


class Story(Struct, frozen=True):
    """What was foretold of the pending migrations, and what happened."""

    prediction: Prediction
    happened: many_migrates.Outcome
    before: State
    after: State

    @property
    def lost(self) -> Counter[str]:
        """Values that are gone."""
        return self.before.values - self.after.values

    @property
    def changed(self) -> bool:
        """Whether anything at all is different, leaving out the version table."""
        return (self.before.shape, self.before.rows) != (self.after.shape, self.after.rows)

    @property
    def wrong(self) -> list[str]:
        """What was foretold and is not so."""
        return list(self._wrong())

    def _wrong(self):
        outcomes = [it.outcome for it in self.prediction.migrations]
        failure = self.prediction.fails_at
        ran = tuple(file.version.text for file in self.prediction.would_run)
        unsure = MigrationOutcome.UNKNOWN in outcomes
        if failure is not None and failure.error != self.happened.error:
            yield f"foretold {failure.reason}, happened {self.happened}"
        if failure is None and not unsure and (ran != self.happened.ran or self.happened.error):
            yield f"foretold to run, happened {self.happened}"
        if self.happened.error is not None or unsure:
            return
        if bool(self.prediction.destroys) != bool(self.lost):
            told = [loss.what for loss in self.prediction.destroys]
            yield f"foretold losses {told}, lost {dict(self.lost)}"
        if set(outcomes) == {MigrationOutcome.NO_OP} and self.changed:
            yield f"foretold nothing, changed {self.before.shape ^ self.after.shape}"


def carried_out(
    folder: Path,
    database: Database,
    rails: Rails,
    before: str,
    rows: str,
    *bodies: str,
    transaction: bool = True,
    head: str = "",
    pinned: bool = False,
) -> Story:
    """Let Rails run ``before``, fill in ``rows`` by SQL, foretell ``bodies``, and let Rails run.

    Args: head: stands in every migration's class, above its method.
        pinned: whether the application says which Rails it runs.
    """
    database.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    repo = Repo.make(folder)
    if pinned:
        repo.write("Gemfile.lock", f"GEM\n  specs:\n    rails ({NEWEST}.0)\n", "")
    repo.add("1_before.rb", "Before", before)
    begun = rails.migrate(folder / FOLDER, database.url)
    assert begun.error is None, begun
    if rows:
        database.run(rows)
    database.run("ANALYZE")
    above = [head] if transaction else ["disable_ddl_transaction!", head]
    for number, body in enumerate(bodies, 2):
        name = f"{number}_next{number}.rb"
        repo.add(name, f"Next{number}", body)
        text = (folder / FOLDER / name).read_text()
        repo.write(name, text.replace("  def", "\n".join([*above, "  def"]), 1))
    repo.commit()
    request = Request(now=NOW, repo=str(folder), database_url=database.url, cache=False)
    prediction = walk(request).report.environments[0].prediction
    state = State.of(database)
    happened = rails.migrate(folder / FOLDER, database.url)
    return Story(prediction, happened, state, State.of(database))
