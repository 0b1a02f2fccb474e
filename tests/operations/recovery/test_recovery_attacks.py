"""Recoveries under hostile names, with few privileges, and while other people are about."""

import os
import subprocess

import pytest
from psycopg import sql

from analyzer.engines.postgresql.scripts.runbook import render_shell
from analyzer.engines.registry import open_gateway
from analyzer.errors import DatabaseError, RefusedError, UsageError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.backup import BackupWish, Content
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.operations.backup.backup import back_up
from analyzer.operations.backup.scratch_restoration import restore_into_scratch
from analyzer.operations.recovery import application_stop
from analyzer.operations.recovery.full_recovery import FullRecovery
from analyzer.operations.recovery.recovery_journal import open_recovery
from analyzer.operations.recovery.recovery_planning import RecoveryWish, plan_full
from analyzer.operations.recovery.rollback import drop_kept
from analyzer.operations.recovery.runbook_facts import read_reach
from analyzer.operations.recovery.verification import verify
from tests.support.databases.contents import contents
from tests.support.databases.recovery_cases import SMALL, Case, databases, migrations
from tests.support.databases.servers import Database, fresh_database

NAME = """-o'dd "base"=1 %s {0} ß"""
ROLE = 'ow"ner {0} %d'
_SCHEMA = """
CREATE TABLE schema_migrations (version varchar PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('1');
CREATE SCHEMA "-s.%*?
";
CREATE TABLE "-s.%*?
"."-t""' {0} [a-z]*" ("-c %" serial PRIMARY KEY, "b.c" int GENERATED ALWAYS AS IDENTITY, t text);
CREATE TABLE "ta*" (i int);
CREATE TABLE "taxx" (i int);
CREATE SCHEMA "a.b";
CREATE SCHEMA a;
CREATE TABLE "a.b".c (i int PRIMARY KEY);
CREATE TABLE a."b.c" (i int PRIMARY KEY, r int REFERENCES "a.b".c);
ALTER TABLE "a.b".c ADD FOREIGN KEY (i) REFERENCES a."b.c" DEFERRABLE INITIALLY DEFERRED;
"""
_ROWS = """
BEGIN;
INSERT INTO "-s.%*?
"."-t""' {0} [a-z]*" (t) VALUES ('x'), ('y');
INSERT INTO "ta*" VALUES (1);
INSERT INTO taxx VALUES (2);
INSERT INTO "a.b".c VALUES (1), (2), (3);
INSERT INTO a."b.c" VALUES (1, 2), (2, 1), (3, 3);
COMMIT;
"""


@pytest.fixture
def owned(swept):
    """A database whose owner is no superuser; names, settings and grants are hostile."""
    server = swept.server
    role, name = sql.Identifier(ROLE), sql.Identifier(NAME)
    with server.connect() as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
    with fresh_database(server, NAME) as database:
        with server.connect() as admin:
            for statement in (
                "ALTER DATABASE {name} OWNER TO {role}",
                "GRANT CONNECT ON DATABASE {name} TO {role}",
                'ALTER ROLE {role} IN DATABASE {name} SET search_path = "we{{ird", public',
                "ALTER DATABASE {name} CONNECTION LIMIT 3",
            ):
                admin.execute(sql.SQL(statement).format(name=name, role=role))
        database.run(f"SET ROLE {_as_sql(role)};{_SCHEMA}{_ROWS}")
        with server.connect() as admin:
            frozen = "ALTER DATABASE {} SET default_transaction_read_only = on"
            admin.execute(sql.SQL(frozen).format(name))
        yield _Owned(server, NAME)
    with server.connect() as admin:
        for left in databases(server):
            if left.startswith("-o"):
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(left)))
        admin.execute(sql.SQL("DROP ROLE {}").format(role))


class _Owned(Database, frozen=True):
    """A database, reached as its owner."""

    @property
    def url(self):
        return self.server.url(self.name, ROLE)


def _as_sql(one):
    return one.as_string(None)


def _as_admin(database, *statements):
    with database.server.connect(database.name) as admin:
        for statement in ("SET default_transaction_read_only = off", *statements):
            admin.execute(statement)


def _settings(database):
    return database.run(
        "SELECT d.datconnlimit, pg_get_userbyid(d.datdba), "
        "(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(d.datacl) a), "
        "(SELECT array_agg(s.setconfig::text ORDER BY s.setrole) FROM pg_db_role_setting s "
        "WHERE s.setdatabase = d.oid) FROM pg_database d "
        f"WHERE datname = {_as_sql(sql.Literal(NAME))}"
    )


def test_an_owner_without_more_rights_recovers_a_database_of_hostile_names(owned, tmp_path):
    before, settings = contents(owned.url), _settings(owned)
    case = Case(owned, tmp_path)
    script = tmp_path / "migrations.sql"
    script.write_text(_SCHEMA)
    folder = case.plan(f"{owned.server.bin}/psql -Xqv ON_ERROR_STOP=1 '{owned.url}' -f '{script}'")

    ended = case.run(folder)

    assert ended.finished, ended
    assert contents(owned.url) == before
    assert _settings(owned) == settings
    case.back(folder)
    assert contents(owned.url) == before


def test_the_runbook_does_it_too(owned, tmp_path):
    before, settings = contents(owned.url), _settings(owned)
    script = tmp_path / "migrations.sql"
    script.write_text(_SCHEMA)
    migrate = f"psql -Xqv ON_ERROR_STOP=1 '{owned.url}' -f '{script}'"
    gateway = open_gateway(owned.url)
    plan = plan_full(gateway, RecoveryWish(migrate_command=migrate))
    runbook = tmp_path / "runbook.sh"
    runbook.write_text(render_shell(plan, read_reach(gateway, plan)))
    path = f"{owned.server.bin}:{os.environ['PATH']}"

    for words in ([], ["back"]):
        done = subprocess.run(
            ["sh", runbook, *words],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PATH": path},
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert contents(owned.url) == before
        assert _settings(owned) == settings


def test_wildcards_in_a_name_match_nothing_else(owned, tmp_path):
    folder = back_up(
        open_gateway(owned.url),
        BackupWish(content=Content.TABLES, tables=("ta*", "a.b.c")),
        tmp_path / "b",
        Silent(),
    )

    listed = subprocess.run(
        [owned.server.bin / "pg_restore", "-l", folder / "dump.pgdump"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "taxx" not in listed
    tables = [line.split("TABLE DATA ")[1] for line in listed.splitlines() if "DATA" in line]
    assert sorted(tables) == [f"a b.c {ROLE}", f"a.b c {ROLE}", f"public ta* {ROLE}"]


def test_a_session_of_somebody_else_is_seen_by_a_role_with_few_rights(owned, tmp_path, monkeypatch):
    """The server hides from it what kind of session it is."""
    monkeypatch.setattr(application_stop, "_PATIENCE", 1)
    case = Case(owned, tmp_path)
    with owned.server.connect(NAME), pytest.raises(DatabaseError, match="1 other session is"):
        case.run(case.plan("true"))
    assert not list(tmp_path.glob("*/before.backup"))  # it was asked before the long work


def test_tables_that_the_role_may_not_read_stop_it_at_once(owned, tmp_path):
    _as_admin(owned, "CREATE TABLE secrets (x int)")
    case = Case(owned, tmp_path)

    with pytest.raises(RefusedError, match=r"may not read 1 of the tables: public\.secrets"):
        case.run(case.plan("true"))


def test_rows_that_a_policy_hides_are_not_taken_for_all(owned, tmp_path):
    _as_admin(
        owned,
        "ALTER TABLE taxx ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE taxx FORCE ROW LEVEL SECURITY",
    )
    case = Case(owned, tmp_path)

    with pytest.raises(RefusedError, match=r"may not read 1 of the tables: public\.taxx") as caught:
        case.run(case.plan("true"))
    assert "BYPASSRLS" in caught.value.fix


def test_tables_of_another_owner_are_not_begun_with(owned, tmp_path):
    role = _as_sql(sql.Identifier(ROLE))
    _as_admin(owned, 'ALTER TABLE a."b.c" OWNER TO postgres', f'GRANT ALL ON a."b.c" TO {role}')
    case = Case(owned, tmp_path)

    with pytest.raises(RefusedError, match=r'"a"\."b\.c" belongs to postgres'):
        case.run(case.plan_tables('"a.b"."c"', from_database=NAME))


# Other people and other times


def test_a_backup_of_another_database_is_refused_before_anything_is_changed(small, tmp_path):
    case = Case(small, tmp_path)
    with fresh_database(small.server) as other:
        foreign = back_up(open_gateway(other.url), BackupWish(), tmp_path / "f", Silent())
    part = back_up(case.gateway, BackupWish(content=Content.DATA_ONLY), tmp_path / "p", Silent())
    there = databases(small.server)

    for backup, said in ((foreign, "it is of "), (part, "it is a backup of data-only only")):
        with pytest.raises(RefusedError, match=said):
            case.run(case.plan(migrations(case, SMALL), backup=str(backup)))
    assert databases(small.server) == there


def test_who_comes_back_to_the_new_database_stops_it_before_rows_are_moved(small, tmp_path):
    """The application finds the new database under the old one's name, and writes into it."""
    case = Case(small, tmp_path)
    before = contents(small.url)
    folder = case.plan(
        migrations(case, SMALL + "INSERT INTO artists (name) VALUES ('too early')")
        + f" && (sleep 6 | '{small.server.bin}/psql' -qd '{small.url}' >&- 2>&- &) && sleep 1"
    )

    with pytest.raises(DatabaseError, match="1 other session is connected"):
        case.run(folder)

    small.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'psql'"
    )
    assert case.run(folder).finished
    assert contents(small.url) == before


def test_after_the_old_database_was_dropped_going_back_says_so(small, tmp_path):
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    case.run(folder)
    plan, journal = open_recovery(folder)
    drop_kept(plan, journal, case.around)

    with pytest.raises(UsageError, match="can no longer be taken back") as caught:
        case.back(folder)

    assert "before.backup --into-new NAME" in caught.value.fix


def test_lines_of_a_journal_that_are_no_records_are_passed_over(small, tmp_path):
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    with (folder / "journal.jsonl").open("a") as file:
        file.write('5\nnull\n{"at": "never"}\n[]\n{"event": "be')

    assert case.run(folder).finished


# What only the old database has, and what a checksum must see


_BY_HAND = [
    (
        "comment public.plays: mine",
        "COMMENT ON TABLE plays IS 'mine'",
        "COMMENT ON TABLE plays IS NULL",
    ),
    (
        "event trigger loud: ddl_command_end",
        (
            "CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql "
            "AS 'BEGIN END'; CREATE EVENT TRIGGER loud ON ddl_command_end EXECUTE FUNCTION ev()"
        ),
        "DROP EVENT TRIGGER loud",
    ),
    (
        "grant public.plays: SELECT to PUBLIC",
        "GRANT SELECT ON plays TO PUBLIC",
        "REVOKE ALL ON plays FROM PUBLIC",
    ),
    (
        "publication out: public.plays",
        "CREATE PUBLICATION out FOR TABLE plays",
        "DROP PUBLICATION out",
    ),
    (
        "rule public.plays.deaf",
        "CREATE RULE deaf AS ON DELETE TO plays DO INSTEAD NOTHING",
        "DROP RULE deaf ON plays",
    ),
]


def test_what_no_migration_makes_is_told_while_nothing_is_moved(small, tmp_path):
    case = Case(small, tmp_path)
    for _, statement, _ in _BY_HAND:
        small.run(statement)
    folder = case.plan(migrations(case, SMALL))

    assert case.run(folder).finished

    listed = (folder / "left-behind.txt").read_text()
    for line, _, _ in _BY_HAND:
        assert line in listed
    _, journal = open_recovery(folder)
    assert [note for note in journal.facts("note") if "left-behind.txt" in note]


@pytest.mark.parametrize(("line", "make", "lose"), _BY_HAND, ids=[one[0] for one in _BY_HAND])
def test_verify_sees_what_was_made_by_hand(small, tmp_path, line, make, lose):
    small.run(make)
    folder = back_up(open_gateway(small.url), BackupWish(), tmp_path / "b", Silent())
    gateway = open_gateway(small.url)
    assert not verify(gateway, str(folder), Silent()).failed

    small.run(lose)

    (item,) = verify(gateway, str(folder), Silent()).failed
    assert " ".join(line.split()[:2]).rstrip(":") in item.what


def test_columns_that_another_locale_computes_otherwise_do_not_fail_the_trial(postgres15, tmp_path):
    """upper() knows no umlauts in the scratch database, whose locale is C."""
    with fresh_database(postgres15) as helper:
        name = f"{helper.name}_icu"
        helper.run(f"CREATE DATABASE {name} LOCALE_PROVIDER icu ICU_LOCALE 'de' TEMPLATE template0")
        database = Database(postgres15, name)
        database.run(
            "CREATE TABLE t (a text, b text GENERATED ALWAYS AS (upper(a)) STORED); "
            "INSERT INTO t VALUES ('ä')"
        )
        folder = back_up(open_gateway(database.url), BackupWish(), tmp_path / "b", Silent())

        restored = restore_into_scratch(folder, open_gateway(helper.url), Silent())

        assert restored.manifest.state.tables[0].checksum == restored.state.tables[0].checksum
        helper.run(f"DROP DATABASE {name}")


def test_a_backup_of_some_tables_tells_which_others_they_refer_to(small, tmp_path):
    class Ear(Silent):
        heard = ""

        def say(self, text):
            self.heard += text

    ear = Ear()
    wish = BackupWish(content=Content.TABLES, tables=("plays",))
    back_up(open_gateway(small.url), wish, tmp_path / "b", ear)

    assert "refer to public.albums, public.artists: add --table" in ear.heard


def test_of_two_recoveries_of_one_database_the_second_is_told_about_the_first(small, tmp_path):
    case = Case(small, tmp_path)
    before = contents(small.url)
    first, second = (case.plan(migrations(case, SMALL)) for _ in range(2))
    case.run(first)

    with pytest.raises(DatabaseError, match="no longer the database") as caught:
        case.run(second)

    assert open_recovery(first)[0].aside in caught.value.why
    with pytest.raises(DatabaseError, match="no longer the database"):
        case.back(second)
    assert contents(small.url) == before
    case.back(first)
    assert case.run(second).finished


def test_two_recoveries_at_once_do_not_take_each_others_databases(small, tmp_path):
    """The second begins while the first runs its migrations: both mean the same name."""
    case = Case(small, tmp_path)
    before = contents(small.url)
    second = case.plan(migrations(case, SMALL))
    told = []

    class Meanwhile(FullRecovery):
        def _carry_out_own(self, kind):
            if kind is StepKind.MIGRATE:
                self._begin_others()
            super()._carry_out_own(kind)

        def _begin_others(self):
            for begin in (second, None):
                with pytest.raises(DatabaseError) as caught:
                    case.run(begin or case.plan("true"))
                told.append(caught.value.what)

    plan, journal = open_recovery(case.plan(migrations(case, SMALL)))
    ended = Meanwhile(plan, journal, case.around).run()

    assert ended.finished
    assert contents(small.url) == before
    assert "no longer the database" in told[0]
    assert "another recovery" in told[1]
