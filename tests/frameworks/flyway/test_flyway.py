"""Flyway with a stand-in that behaves as was recorded: what validation refuses, and the rows."""

import json
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from analyzer.frameworks.flyway.store import checksum_of
from analyzer.records import Struct
from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.frameworks.recorded_tools import flyway
from tests.support.histories.repositories import Repo

FOLDER = "src/main/resources/db/migration"
VIEWS = b"CREATE OR REPLACE VIEW v AS SELECT 1;\n"
JAVA = """package db.migration;

public class {name} extends BaseJavaMigration {{
    public void migrate(Context context) {{ }}
}}
"""


_HISTORY = """CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY,
    version varchar(50), description varchar(200), type varchar(20), script varchar(1000),
    checksum int, installed_by varchar(100), installed_on timestamp, execution_time int,
    success boolean)"""


class App(Struct, frozen=True):
    """A repository with three migrations that ran, and its database."""

    repo: Repo
    database: Database
    state: Path

    def write(self, name: str, table: str) -> None:
        sql = f"CREATE TABLE IF NOT EXISTS {table} (id integer);\r\nINSERT INTO {table} VALUES (1)"
        self.repo.write(name, sql, FOLDER)

    def migrate(self) -> str:
        with psycopg.connect(self.database.url) as connection:
            return " ".join((flyway(connection, self.repo.path / FOLDER) or "").split())

    def run(self, *arguments: str) -> Done:
        place = ("--database-url", self.database.url)
        return migdoctor(self.repo.path, *arguments, *place, XDG_STATE_HOME=str(self.state))

    def refusal(self) -> str:
        done = self.run("diagnose", "--format", "json")
        assert done.status in (0, 1), done.err
        told = json.loads(done.out)["environments"][0]["prediction"]["refuses"]
        return "" if told is None else told["reason"]


@pytest.fixture
def app(tmp_path, database) -> App:
    made = App(Repo.make(tmp_path / "app"), database, tmp_path / "state")
    for name in ("V1__songs.sql", "V1_2__albums.sql", "V1.10__artists.sql"):
        made.write(name, name.partition("__")[2].removesuffix(".sql"))
    made.repo.write("R__views.sql", VIEWS, FOLDER)
    made.repo.write("U1_2__albums.sql", "DROP TABLE albums;\n", FOLDER)
    made.repo.commit()
    assert made.migrate() == ""
    database.run(
        "INSERT INTO flyway_schema_history VALUES"
        " (0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', 'x', NULL, 'x', now(), 1, true),"
        f" (9, NULL, 'views', 'SQL', 'R__views.sql', {checksum_of(VIEWS)}, 'x', now(), 1, true)"
    )
    return made


def edited(app: App) -> None:
    app.write("V1_2__albums.sql", "records")


def described_otherwise(app: App) -> None:
    app.repo.move("V1_2__albums.sql", "V1_2__records.sql", FOLDER)


def deleted(app: App) -> None:
    app.repo.remove("V1_2__albums.sql", FOLDER)


def late(app: App) -> None:
    app.write("V1.5__labels.sql", "labels")


def newest_gone(app: App) -> None:
    app.repo.remove("V1.10__artists.sql", FOLDER)


def other_line_ends(app: App) -> None:
    path = app.repo.path / FOLDER / "V1_2__albums.sql"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (edited, "Migration checksum mismatch for migration version 1.2 -> Applied to database"),
        (described_otherwise, "Migration description mismatch for migration version 1.2"),
        (deleted, "Detected applied migration not resolved locally: 1.2."),
        (late, "Detected resolved migration not applied to database: 1.5."),
        (newest_gone, ""),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_what_validation_refuses_is_foretold(app, change: Callable[[App], None], said: str):
    change(app)
    app.repo.commit("change")

    foretold = app.refusal()

    assert foretold.startswith(said)
    refused = app.migrate()
    assert bool(refused) == bool(foretold)
    assert said in refused


def test_ends_of_lines_and_a_mark_of_byte_order_change_no_checksum(app):
    other_line_ends(app)
    app.repo.commit("line ends")

    assert app.refusal() == ""
    assert checksum_of(b"a\r\nb") == checksum_of(b"\xef\xbb\xbfa\nb\n") != checksum_of(b"a b")


def test_a_row_follows_with_description_and_script_among_rows_without_a_version(app):
    app.repo.move("V1_2__albums.sql", "V1.11__all_albums.sql", FOLDER)
    app.repo.move("U1_2__albums.sql", "U1.11__all_albums.sql", FOLDER)
    app.repo.commit("renumber")
    before = app.database.run("SELECT * FROM flyway_schema_history ORDER BY 1")

    done = app.run("rewrite", "--apply", "--yes")

    assert done.status == 0, done.err
    told = "SELECT version, description, script FROM flyway_schema_history WHERE version = '1.11'"
    assert app.database.run(told) == [("1.11", "all albums", "V1.11__all_albums.sql")]
    assert app.migrate() == ""
    assert app.run("undo", "--yes").status == 0
    assert app.database.run("SELECT * FROM flyway_schema_history ORDER BY 1") == before


def test_names_go_back_with_their_separators_and_undo_migrations_along(app):
    names = sorted(it.name for it in (app.repo.path / FOLDER).iterdir())
    app.repo.move("V1_2__albums.sql", "V1.11__all_albums.sql", FOLDER)
    app.repo.move("U1_2__albums.sql", "U1.11__all_albums.sql", FOLDER)
    app.repo.commit("renumber")

    done = app.run("rename-back", "--apply", "--yes")

    assert done.status == 0, done.err
    assert sorted(it.name for it in (app.repo.path / FOLDER).iterdir()) == names
    assert app.migrate() == ""


def test_two_files_of_one_version_and_a_failure_are_refused(app):
    app.write("V1.20__x.sql", "x")
    app.write("V1_20__y.sql", "y")
    app.repo.commit()
    assert app.refusal().startswith("Found more than one migration with version 1.20")

    app.repo.remove("V1_20__y.sql", FOLDER)
    app.repo.commit()
    app.database.run("UPDATE flyway_schema_history SET success = false WHERE version = '1.10'")

    assert app.refusal().startswith("Detected failed migration to version 1.10 (artists).")


def test_what_a_baseline_stands_for_is_not_waited_for(app):
    app.database.run(
        "DELETE FROM flyway_schema_history WHERE version IN ('1', '1.2')",
    )
    app.database.run(
        "INSERT INTO flyway_schema_history VALUES"
        " (20, '1.2', '<< Flyway Baseline >>', 'BASELINE', 'x', NULL, 'x', now(), 0, true)"
    )

    assert app.refusal() == ""
    told = json.loads(app.run("diagnose", "--format", "json").out)["environments"][0]["prediction"]
    assert (told["would_run"], told["never_runs"]) == ([], [])


def _foretold(app: App) -> dict:
    done = app.run("diagnose", "--format", "json")
    assert done.status in (0, 1), done.err
    return json.loads(done.out)["environments"][0]["prediction"]


def test_a_repeatable_migration_runs_when_its_checksum_changed_and_must_not_go(app):
    app.repo.write("R__grants.sql", "SELECT 1;\n", FOLDER)
    app.repo.write("R__views.sql", VIEWS.replace(b"\n", b"\r\n"), FOLDER)
    app.repo.commit("another one, and other line ends")
    assert _foretold(app)["would_run"] == ["grants"]

    app.repo.write("R__views.sql", VIEWS.replace(b"1", b"2"), FOLDER)
    app.write("V2__labels.sql", "labels")
    app.repo.commit("edit")
    assert _foretold(app)["would_run"] == ["2", "grants", "views"]

    app.repo.move("R__views.sql", "R__all_views.sql", FOLDER)
    app.repo.commit("rename")
    assert app.refusal().startswith("Detected applied migration not resolved locally: views.")


def test_a_file_to_begin_with_stands_for_all_before_it_where_nothing_ran(tmp_path, database):
    empty = App(Repo.make(tmp_path / "app"), database, tmp_path / "state")
    for name in ("V1__songs.sql", "V2__albums.sql", "B2__all.sql", "V3__artists.sql"):
        empty.write(name, name.partition("__")[2].removesuffix(".sql"))
    empty.repo.commit()
    assert _foretold(empty)["would_run"] == ["2", "3"]

    database.run(_HISTORY)
    database.run(
        "INSERT INTO flyway_schema_history VALUES (1, '2', 'all', 'SQL_BASELINE', 'B2__all.sql',"
        " NULL, 'x', now(), 1, true)"
    )
    foretold = _foretold(empty)
    assert (foretold["would_run"], foretold["refuses"]) == (["3"], None)


def test_a_class_goes_back_with_its_name_and_its_row_follows(app):
    folder = "src/main/java/db/migration"
    app.repo.write("V2__Fill.java", JAVA.format(name="V2__Fill"), folder)
    app.repo.commit("a class")
    app.database.run(
        "INSERT INTO flyway_schema_history VALUES"
        " (10, '2', 'Fill', 'JDBC', 'db.migration.V2__Fill', NULL, 'x', now(), 1, true)"
    )
    assert (_foretold(app)["would_run"], app.refusal()) == ([], "")

    app.repo.move("V2__Fill.java", "V3__Fill.java", folder)
    app.repo.write("V3__Fill.java", JAVA.format(name="V3__Fill"), folder)
    app.repo.commit("renumber")
    done = app.run("rewrite", "--apply", "--yes")
    assert done.status == 0, done.err
    told = "SELECT script FROM flyway_schema_history WHERE version = '3'"
    assert app.database.run(told) == [("db.migration.V3__Fill",)]
    assert app.run("undo", "--yes").status == 0

    done = app.run("rename-back", "--apply", "--yes")

    assert done.status == 0, done.err
    text = (app.repo.path / folder / "V2__Fill.java").read_text()
    assert text == JAVA.format(name="V2__Fill")


_RUNS_LATE = {
    "flyway.conf": "flyway.url=jdbc:x\nflyway.outOfOrder = true\n",
    "conf/flyway.toml": '[flyway]\nlocations = ["a"]\noutOfOrder = true\n',
    "flyway.toml": "flyway.outOfOrder=true\n",
    "src/main/resources/application.properties": "spring.flyway.out-of-order=true\n",
    "src/main/resources/application.yml": (
        "spring:\n  flyway:\n    locations: a\n\n    out-of-order: true\n"
    ),
    "pom.xml": "<configuration>\n  <outOfOrder>true</outOfOrder>\n</configuration>\n",
    "build.gradle": "flyway {\n    outOfOrder = true\n}\n",
}
_REFUSES_LATE = {
    "flyway.conf": "# flyway.outOfOrder=true\nflyway.outOfOrder=false\n",
    "src/main/resources/application.yml": (
        "spring:\n  flyway:\n    locations: a\nother:\n  out-of-order: true\n"
    ),
    "src/main/resources/application.properties": "spring.flyway.out-of-order=${LATE:true}\n",
    "docs/flyway.conf": "flyway.outOfOrder=true\n",
}


@pytest.mark.parametrize(
    ("path", "text", "runs"),
    [
        *((path, text, True) for path, text in _RUNS_LATE.items()),
        *((path, text, False) for path, text in _REFUSES_LATE.items()),
    ],
)
def test_a_late_file_runs_where_the_settings_say_so(path, text, runs, tmp_path):
    repo = Repo.make(tmp_path / "app")
    for name, table in (("V1__songs.sql", "songs"), ("V3__albums.sql", "albums")):
        repo.write(name, f"CREATE TABLE {table} (id integer);\n", FOLDER)
    repo.write(path, text, "")
    base = repo.commit()
    repo.write("V2__labels.sql", "CREATE TABLE labels (id integer);\n", FOLDER)
    repo.commit("late")
    rows = tmp_path / "rows"
    rows.write_text(
        "installed_rank,version,description,script,checksum\n"
        "1,1,songs,V1__songs.sql,\n2,3,albums,V3__albums.sql,\n"
    )

    for more in ((), ("--ref", "HEAD")):
        done = migdoctor(repo.path, "diagnose", "--rows", str(rows), "--format", "json", *more)
        told = json.loads(done.out)["environments"][0]["prediction"]
        assert told["would_run"] == (["2"] if runs else [])
        assert (told["refuses"] is None) == runs
    checked = migdoctor(repo.path, "check", "--base", base)
    assert (checked.status, "Flyway refuses that" in checked.out) == (0 if runs else 1, not runs)
