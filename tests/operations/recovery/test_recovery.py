"""Recoveries carried out on real databases: all rows there, and the way back at every step."""

import json
import os
import subprocess

import pytest

from analyzer.analysis.recovery.fitness import compare_schemas
from analyzer.engines.postgresql.catalog.database_state import read_tables
from analyzer.engines.postgresql.loading.row_fit import find_misfits
from analyzer.engines.postgresql.scripts.runbook import render_markdown, render_shell
from analyzer.engines.registry import open_gateway
from analyzer.errors import AnalyzerError, DatabaseError, UsageError
from analyzer.model.core.progress import Silent
from analyzer.model.recovery.checklist import CheckOutcome
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.operations.recovery import application_stop
from analyzer.operations.recovery.full_recovery import FullRecovery
from analyzer.operations.recovery.recovery_journal import Journal, open_recovery
from analyzer.operations.recovery.recovery_planning import RecoveryWish, plan_full, plan_tables
from analyzer.operations.recovery.rollback import drop_kept
from analyzer.records import replace
from tests.support.databases.contents import contents
from tests.support.databases.recovery_cases import SMALL, Case, databases, migrations, set_aside
from tests.support.databases.recovery_world import TABLES, build_world, write_migrations
from tests.support.databases.servers import fresh_database

OWN = ("schema_migrations", "ar_internal_metadata")


# Option 1


def test_everything_a_database_can_hold_is_carried_over(swept, tmp_path):
    build_world(swept, 300)
    before = contents(swept.url)
    case = Case(swept, tmp_path)
    folder = case.plan(write_migrations(tmp_path, swept))

    ended = case.run(folder)

    assert ended.finished
    assert {item.outcome for item in ended.items} == {CheckOutcome.PASS}, ended.items
    assert contents(swept.url) == before
    assert len(before) == TABLES
    plan, _ = open_recovery(folder)
    assert contents(swept.server.url(plan.aside)) == before
    assert swept.run(
        "SELECT nextval('songs_id_seq'), nextval('order_numbers'), "
        "(SELECT count(*) FROM pg_largeobject_metadata), "
        "(SELECT count(*) > 0 FROM counted), "
        "(SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'touch'), "
        "(SELECT count(*) FROM pg_constraint WHERE NOT convalidated)"
    ) == [(61, 1600, 2, True, "O", 0)]
    seed = folder / "seed-public.settings.copy"
    assert seed.read_text() == "theme\tdefault\nmade\tby a migration\n"


def test_it_is_taken_back_with_one_command_and_nothing_is_dropped(small, tmp_path):
    before = contents(small.url)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    case.run(folder)
    small.run("DELETE FROM plays")  # the application goes on

    told = case.back(folder)

    assert contents(small.url) == before
    plan, _ = open_recovery(folder)
    kept = small.name[:40] + f"_taken_back_{plan.id}"
    assert kept in told
    after = contents(small.server.url(kept))
    assert after["public.plays"] != before["public.plays"]
    assert after["public.albums"] == before["public.albums"]


def test_through_a_prefix_it_is_the_same(small, tmp_path):
    """The prefix is env: it stands for docker, which is not on this machine."""
    prefix = ("env", f"PATH={small.server.bin}:{os.environ['PATH']}")
    case = Case(small, tmp_path, prefix)
    before = contents(small.url)
    folder = case.plan(migrations(case, SMALL))

    assert case.run(folder).finished
    assert contents(small.url) == before
    case.back(folder)
    assert contents(small.url) == before


STEPS = [step for step in StepKind if step not in (StepKind.SOURCE, StepKind.CHECK)]
TURNS = [StepKind.RENAME, StepKind.CREATE, StepKind.MIGRATE, StepKind.LOAD]


@pytest.mark.parametrize("step", TURNS)
def test_cut_off_after_any_step_it_goes_back(small, tmp_path, step):
    """All of a step is done, and then the machine stops before the journal says so."""
    before = contents(small.url)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    plan, journal = open_recovery(folder)
    with pytest.raises(DatabaseError, match="the machine stops"):
        _Stumbling(plan, journal, case.around, step).run()

    case.back(folder)

    assert contents(small.url) == before


def test_cut_off_after_every_step_it_goes_on(small, tmp_path):
    before = contents(small.url)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    for step in STEPS:
        plan, journal = open_recovery(folder)
        with pytest.raises(DatabaseError, match="the machine stops"):
            _Stumbling(plan, journal, case.around, step).run()

    assert case.run(folder).finished
    assert contents(small.url) == before


class _Stumbling(FullRecovery):
    """A recovery that ends just before a step's end is written down."""

    def __init__(self, plan, journal, around, step):
        super().__init__(plan, journal, around)
        self.step = step

    def _carry_out(self, step):
        done = super()._carry_out(step)
        if step.kind is self.step:
            raise DatabaseError("the machine stops", why="", fix="")
        return done


def test_whoever_is_connected_is_named_and_the_rename_does_not_begin(small, tmp_path, monkeypatch):
    monkeypatch.setattr(application_stop, "_PATIENCE", 1)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    with small.connect() as other:
        other.execute("SET application_name = 'puma'")
        with pytest.raises(DatabaseError) as caught:
            case.run(folder)

    assert "1 other session is connected" in caught.value.what
    assert "postgres (puma) from" in caught.value.why
    assert case.run(folder).finished


MISFITS = [
    pytest.param("ALTER TABLE artists ALTER name TYPE varchar(1)", None, id="short enough"),
    pytest.param(
        "ALTER TABLE albums ALTER title TYPE varchar(3)",
        "values in title that are not of type character varying(3)",
        id="too long",
    ),
    pytest.param(
        "ALTER TABLE plays ALTER album_id SET NOT NULL",
        "no value in album_id, which is NOT NULL now",
        id="NULL",
    ),
    pytest.param(
        "ALTER TABLE albums DROP title",
        "values in title, which the new table has not",
        id="no such column",
    ),
    pytest.param("DROP TABLE plays", "the new schema has no such table", id="no such table"),
    pytest.param(
        "ALTER TABLE plays ADD UNIQUE (album_id)",
        "values of album_id that are there twice, which plays_album_id_key forbids",
        id="doubles",
    ),
    pytest.param(
        "ALTER TABLE artists ADD CONSTRAINT late CHECK (name > 'a')",
        "rows that break late: (name > 'a'::text)",
        id="a check",
    ),
    pytest.param(
        "ALTER TABLE plays ADD note text NOT NULL",
        "column note is new, NOT NULL and without a default",
        id="a column to fill",
    ),
    pytest.param("ALTER TABLE plays ADD note text NOT NULL DEFAULT ''", None, id="with a default"),
    pytest.param(
        "ALTER TABLE plays ADD FOREIGN KEY (id) REFERENCES artists",
        "rows that refer to public.artists where there is none, which plays_id_fkey forbids",
        id="no such row",
    ),
    pytest.param(
        "CREATE TYPE mood AS ENUM ('x'); ALTER TABLE albums ALTER title TYPE mood "
        "USING title::mood",
        "values in title that are not of type public.mood",
        id="an enum",
    ),
]


@pytest.mark.parametrize(("change", "what"), MISFITS)
def test_rows_that_do_not_fit_are_found_by_looking(small, change, what):
    small.run("UPDATE albums SET title = 'long' WHERE id = 2; INSERT INTO plays VALUES (9, NULL)")
    with fresh_database(small.server) as target:
        target.run(SMALL + change)
        source = open_gateway(small.url)
        with source.session() as old, open_gateway(target.url).session() as new:
            fit = compare_schemas(read_tables(old), read_tables(new), ("public.schema_migrations",))

        found = find_misfits(source, open_gateway(target.url), fit)

    assert [one.what for one in found] == ([what] if what else [])
    assert all(one.rows for one in found)


def test_rows_that_no_longer_fit_stop_it_before_any_is_copied(small, tmp_path):
    before = contents(small.url)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL + "ALTER TABLE albums DROP title"))

    ended = case.run(folder)

    assert [one.table for one in ended.misfits] == ["public.albums"]
    assert not ended.finished
    assert small.run("SELECT count(*) FROM artists") == [(0,)]
    case.back(folder)
    assert contents(small.url) == before


def test_what_may_be_left_behind_is(small, tmp_path):
    case = Case(small, tmp_path)
    change = "DROP TABLE plays; ALTER TABLE albums DROP title"
    folder = case.plan(
        migrations(case, SMALL + change), leave=("public.plays", "public.albums.title")
    )

    assert case.run(folder).finished
    assert small.run("SELECT id, artist_id FROM albums ORDER BY 1") == [(1, 1), (2, 2)]


def test_a_migrate_command_that_does_nothing_is_noticed(small, tmp_path):
    case = Case(small, tmp_path)
    folder = case.plan("true")

    with pytest.raises(AnalyzerError, match="no applied versions"):
        case.run(folder)

    before = contents(small.server.url(open_recovery(folder)[0].aside))
    case.back(folder)
    assert contents(small.url) == before


def test_a_journal_cut_off_in_the_middle_of_a_line_is_no_obstacle(small, tmp_path):
    before = contents(small.url)
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    plan, journal = open_recovery(folder)
    with pytest.raises(DatabaseError):
        _Stumbling(plan, journal, case.around, StepKind.RENAME).run()
    with (folder / "journal.jsonl").open("ab") as file:
        file.write(b'{"event": "begin", "st')

    assert case.run(folder).finished
    assert contents(small.url) == before
    lines = (folder / "journal.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["event"] == "finished"


def test_the_old_database_is_dropped_only_after_the_end(small, tmp_path):
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    plan, journal = open_recovery(folder)
    with pytest.raises(UsageError, match="is not dropped"):
        drop_kept(plan, journal, case.around)
    case.run(folder)

    drop_kept(plan, Journal(folder), case.around)

    assert plan.aside not in databases(small.server)
    assert small.run("SELECT count(*) FROM plays") == [(3,)]


def test_another_server_is_noticed(small, postgres15, tmp_path):
    case = Case(small, tmp_path)
    folder = case.plan(migrations(case, SMALL))
    with fresh_database(postgres15) as other:
        case.around = replace(case.around, gateway=open_gateway(other.url))

        with pytest.raises(DatabaseError, match="not the server that this recovery was planned"):
            case.run(folder)


# Option 3


def test_tables_come_back_with_what_they_refer_to(small, tmp_path):
    case = Case(small, tmp_path)
    full = case.plan(migrations(case, SMALL))
    case.run(full)
    aside = open_recovery(full)[0].aside
    before = contents(small.url)
    small.run("TRUNCATE plays, albums, artists")

    folder = case.plan_tables("plays", from_database=aside)
    plan, _ = open_recovery(folder)
    assert [[part.label for part in group] for group in plan.components] == [
        ["public.albums", "public.artists"],
        ["public.plays"],
    ]
    ended = case.run(folder)

    assert ended.finished
    assert contents(small.url) == before
    assert small.run("INSERT INTO plays (album_id) VALUES (1) RETURNING id") == [(4,)]


def test_from_a_backup_and_over_other_rows_with_a_way_back(small, tmp_path):
    from analyzer.model.recovery.backup import BackupWish
    from analyzer.operations.backup.backup import back_up

    case = Case(small, tmp_path)
    backup = back_up(case.gateway, BackupWish(), tmp_path / "b", Silent())
    before = contents(small.url)
    small.run("UPDATE albums SET title = 'changed'; DELETE FROM plays WHERE id = 2")
    changed = contents(small.url)

    folder = case.plan_tables("plays", from_backup=str(backup))
    refused = case.run(folder)
    case.back(folder)
    assert [one.table for one in refused.misfits] == ["public.albums", "public.plays"]
    assert contents(small.url) == changed

    folder = case.plan_tables("plays", from_backup=str(backup), replace=True)
    assert case.run(folder).finished
    assert contents(small.url) == before

    case.back(folder)
    assert contents(small.url) == changed
    assert not [name for name in databases(small.server) if "_source_" in name]


def test_tables_that_others_need_are_listed_or_kept(small, tmp_path):
    case = Case(small, tmp_path)
    with pytest.raises(UsageError, match=r"refer to others: public\.albums, public\.artists"):
        case.plan_tables("plays", from_database=small.name, dependencies=False)

    folder = case.plan_tables("plays", from_database=small.name, keep=("albums", "artists"))

    assert [[part.label for part in group] for group in open_recovery(folder)[0].components] == [
        ["public.plays"]
    ]


def test_rows_without_the_rows_they_refer_to_do_not_get_in(small, tmp_path):
    """Kept tables must hold what the loaded rows refer to."""
    case = Case(small, tmp_path)
    full = case.plan(migrations(case, SMALL))
    case.run(full)
    small.run("TRUNCATE plays; UPDATE artists SET best = NULL; DELETE FROM albums WHERE id = 2")
    before = contents(small.url)
    folder = case.plan_tables(
        "plays", from_database=open_recovery(full)[0].aside, keep=("albums", "artists")
    )

    with pytest.raises(DatabaseError, match="violates foreign key constraint"):
        case.run(folder)

    assert contents(small.url) == before


# Runbooks


@pytest.mark.parametrize("kind", ["full", "tables"])
def test_the_runbook_does_the_same_and_goes_back(small, tmp_path, kind):
    from analyzer.operations.recovery.runbook_facts import read_reach

    case = Case(small, tmp_path)
    before = contents(small.url)
    environment = {
        **os.environ,
        "PATH": f"{small.server.bin}:{os.environ['PATH']}",
        "RUNBOOK_FOLDER": str(tmp_path / "work"),
    }
    if kind == "full":
        plan = plan_full(case.gateway, RecoveryWish(migrate_command=migrations(case, SMALL)))
    else:
        case.run(case.plan(migrations(case, SMALL)))
        aside = set_aside(small)
        plan = plan_tables(case.gateway, RecoveryWish(tables=("plays",), from_database=aside))
        small.run("UPDATE plays SET album_id = 1")
    changed = contents(small.url)
    script = tmp_path / "runbook.sh"
    reach = read_reach(case.gateway, plan)
    script.write_text(render_shell(plan, reach))

    def run(*words):
        done = subprocess.run(
            ["sh", script, *words],
            env=environment,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    run()
    assert contents(small.url) == before
    run("back")
    assert contents(small.url) == changed
    page = render_markdown(plan, reach)
    for line in script.read_text().splitlines():
        if line.startswith(("COPY", "ALTER DATABASE", "CREATE DATABASE")):
            assert line in page
    checked = subprocess.run(
        ["shellcheck", "-s", "sh", script], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


def test_a_runbook_goes_through_the_prefix_and_quotes_what_is_hostile(small, tmp_path):
    from analyzer.operations.recovery.runbook_facts import read_reach

    small.run("""CREATE TABLE "a'; touch hacked; '$(touch hacked)`touch hacked`" (x int)""")
    gateway = open_gateway(small.url, ("env", f"PATH={small.server.bin}:/usr/bin:/bin", "X=a b"))
    plan = plan_full(gateway, RecoveryWish(migrate_command="true"))

    script = tmp_path / "runbook.sh"
    script.write_text(render_shell(plan, read_reach(gateway, plan)))

    assert "env PATH=" in script.read_text()
    assert "'X=a b' psql" in script.read_text()
    subprocess.run(["sh", script, "load"], cwd=tmp_path, capture_output=True, check=False)
    assert not list(tmp_path.rglob("hacked"))


def test_a_second_recovery_keeps_what_came_after_the_first(small, tmp_path):
    """Each has its own rows kept: none takes another's for its own, nor drops them."""
    case = Case(small, tmp_path)
    case.run(case.plan(migrations(case, SMALL)))
    aside = set_aside(small)
    small.run("DELETE FROM plays")
    first = case.plan_tables("plays", from_database=aside)
    case.run(first)
    small.run("INSERT INTO plays (album_id) VALUES (1)")
    written = contents(small.url)

    refused = case.run(case.plan_tables("plays", from_database=aside))
    second = case.plan_tables("plays", from_database=aside, replace=True)
    finished = case.run(second)

    assert [one.table for one in refused.misfits] == ["public.plays"]
    assert finished.finished
    case.back(second)
    assert contents(small.url) == written
    case.back(first)
    assert small.run("SELECT count(*) FROM plays") == [(0,)]


def test_rows_that_came_since_are_put_aside_when_it_is_taken_back(small, tmp_path):
    case = Case(small, tmp_path)
    case.run(case.plan(migrations(case, SMALL)))
    aside = set_aside(small)
    small.run("DELETE FROM plays WHERE id = 2")
    before = contents(small.url)
    folder = case.plan_tables("plays", from_database=aside, replace=True)
    case.run(folder)
    small.run("INSERT INTO plays (album_id) VALUES (2)")
    small.run("CREATE RULE deaf AS ON INSERT TO plays DO INSTEAD NOTHING")

    told = case.back(folder)

    place = told.rpartition(" are in ")[2]
    assert contents(small.url).items() >= before.items()
    assert small.run(f"SELECT count(*), max(id) FROM {place}") == [(4, 4)]
    plan, journal = open_recovery(folder)
    drop_kept(plan, journal, case.around)
    assert small.run("SELECT count(*) FROM pg_namespace WHERE nspname ~ 'migdoctor'") == [(0,)]


def test_a_load_cut_off_before_it_was_noted_is_not_done_twice(small, tmp_path):
    """What the application wrote between is not taken for rows that are in the way."""
    case = Case(small, tmp_path)
    case.run(case.plan(migrations(case, SMALL)))
    aside = set_aside(small)
    folder = case.plan_tables("plays", from_database=aside, replace=True)
    case.run(folder)
    journal = folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    cut = next(number for number, line in enumerate(lines) if '"loaded"' in line)
    journal.write_text("".join(lines[:cut]))
    small.run("INSERT INTO plays (album_id) VALUES (2)")

    case.run(folder)

    assert small.run("SELECT count(*) FROM plays") == [(4,)]
