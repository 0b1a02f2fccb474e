"""--environment and --all-environments, on every command that reads or changes a database."""

from pathlib import Path

import pytest

from tests.support.commands.migdoctor import Done, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"
NOWHERE = "postgresql://nobody:hush-hush@127.0.0.1:1/none"
SETTINGS = """
[environments.production]
url = "$PRODUCTION_URL"
[environments.staging]
rows = "ops/staging-rows.txt"
"""
# All that take an environment. What changes something, or works on one thing, takes exactly one.
OF_ONE = {
    "rename-back": ["rename-back"],
    "rename-back --apply": ["rename-back", "--apply", "--yes"],
    "rewrite --apply": ["rewrite", "--apply", "--yes"],
    "rehearse": ["rehearse"],
    "undo": ["undo"],
    "schema": ["schema", "--diff", "database"],
    "preflight": ["preflight"],
    "backup": ["backup"],
    "restore": ["restore", "folder"],
    "verify": ["verify", "--against", "folder"],
    "recover full": ["recover", "full", "--migrate-command", "true"],
    "recover tables": ["recover", "tables", "--table", "songs"],
    "recover resume": ["recover", "resume"],
    "recover back": ["recover", "back"],
    "recover drop-old": ["recover", "drop-old"],
}
OF_SEVERAL = {"diagnose": ["diagnose"], "advise": ["advise"], "rewrite": ["rewrite"]}
UNSET = ("DATABASE_URL", "PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE", "PRODUCTION_URL")


@pytest.fixture(autouse=True)
def _nothing_names_a_database(monkeypatch):
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def app(tmp_path: Path) -> Repo:
    """An application whose one migration was renamed, and two environments in its settings."""
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs")
    repo.write(".migdoctor.toml", SETTINGS, folder=".")
    repo.write("staging-rows.txt", f"{NEW[:14]}\n", folder="ops")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    return repo


def one(*words: str) -> list[str]:
    return [part for word in words for part in ("--environment", word)]


@pytest.mark.parametrize("words", OF_ONE.values(), ids=OF_ONE)
@pytest.mark.parametrize("asked", [one("production", "staging"), ["--all-environments"]])
def test_what_works_on_one_refuses_several(app, words, asked):
    done = migdoctor(app.path, *words, *asked, PRODUCTION_URL=NOWHERE)

    assert done.status == 2
    assert "works on one environment" in done.err
    assert "production, staging" in done.err


@pytest.mark.parametrize("words", [*OF_ONE.values(), *OF_SEVERAL.values()], ids=" ".join)
@pytest.mark.parametrize("other", [["--database-url", NOWHERE], ["--exec", "false"]])
def test_an_environment_beside_another_place_is_refused(app, words, other):
    for asked in (one("production"), ["--all-environments"]):
        done = migdoctor(app.path, *words, *asked, *other, PRODUCTION_URL=NOWHERE)

        assert (done.status, "were both given" in done.err) == (2, True), done
        assert "hush" not in done.err


@pytest.mark.parametrize("words", [*OF_ONE.values(), *OF_SEVERAL.values()], ids=" ".join)
def test_an_environment_that_is_not_there_names_the_nearest(app, words):
    done = migdoctor(app.path, *words, *one("prodaction"), PRODUCTION_URL=NOWHERE)

    assert done.status == 2
    assert "did you mean 'production'?" in done.err


@pytest.mark.parametrize("words", OF_ONE.values(), ids=OF_ONE)
def test_which_environment_it_is_is_said_without_its_password(app, words):
    done = migdoctor(app.path, *words, *one("production"), PRODUCTION_URL=NOWHERE)

    assert done.err.startswith("environment production: none at 127.0.0.1:1\n"), done
    assert "hush" not in done.out + done.err


@pytest.mark.parametrize(
    "words",
    [it for it in (*OF_ONE.values(), *OF_SEVERAL.values()) if it != ["undo"]],
    ids=" ".join,
)
def test_where_nothing_is_named_the_configured_are_listed(app, words):
    done = migdoctor(app.path, *words)

    assert done.status == 2
    assert "no environment was asked for" in done.err
    assert "production, staging" in done.err


@pytest.mark.parametrize("words", OF_SEVERAL.values(), ids=OF_SEVERAL)
@pytest.mark.parametrize("text", ["=rows.txt", "production=", "a b=rows.txt", "../x=rows.txt"])
def test_an_environment_needs_a_name_and_a_place(app, words, text):
    done = migdoctor(app.path, *words, *one(text))

    assert (done.status, "cannot be taken" in done.err) == (2, True), done


@pytest.mark.parametrize("words", OF_SEVERAL.values(), ids=OF_SEVERAL)
def test_a_name_is_given_once(app, words):
    done = migdoctor(app.path, *words, *one("staging", "staging=rows.txt"))

    assert (done.status, "given twice" in done.err) == (2, True), done


def status(done: Done) -> tuple[int, str]:
    return done.status, done.err


def test_a_variable_of_the_run_goes_before_configured_environments(app, database: Database):
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")

    done = migdoctor(app.path, "diagnose", "--format", "json", DATABASE_URL=database.url)

    assert done.status == 0, done


def test_a_variable_is_expanded_only_for_an_environment_that_was_asked_for(app):
    done = migdoctor(app.path, "diagnose", *one("staging"))

    assert done.status == 0, done  # production's variable is not set, and nobody asked for it
    asked = migdoctor(app.path, "diagnose", *one("production"))
    assert (asked.status, "PRODUCTION_URL, which is not set" in asked.err) == (2, True)


def test_a_command_of_the_repository_runs_only_for_an_environment_that_was_asked_for(app):
    app.write(
        ".migdoctor.toml",
        SETTINGS + "[environments.evil]\nexec = \"sh -c 'touch ran'\"\n",
        folder=".",
    )

    migdoctor(app.path, "diagnose")
    migdoctor(app.path, "diagnose", *one("staging"))
    assert not (app.path / "ran").exists()

    migdoctor(app.path, "diagnose", *one("evil"))
    assert (app.path / "ran").exists()


def test_a_password_in_the_file_is_a_warning_and_not_printed(app):
    app.write(".migdoctor.toml", f'[environments.production]\nurl = "{NOWHERE}"\n', folder=".")

    done = migdoctor(app.path, "diagnose", *one("production"))

    assert done.status == 2
    assert "warning: .migdoctor.toml holds the password of environment production" in done.err
    assert "hush" not in done.err


@pytest.mark.parametrize("words", [["diagnose"], ["graph"], ["schema"], ["advise"], ["rewrite"]])
def test_folders_and_framework_come_from_the_settings(tmp_path, words):
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs", folder="somewhere/odd")
    repo.write(".migdoctor.toml", 'folders = ["somewhere/odd"]\nframework = "rails"\n', folder=".")
    repo.write("rows.txt", f"{OLD[:14]}\n", folder=".")
    repo.commit()
    rows = [] if words[0] in ("graph", "schema") else ["--rows", "rows.txt"]

    done = migdoctor(repo.path, *words, *rows)

    assert done.status == 0, done


UNREACHABLE = "postgresql://ada:hush-hush@127.0.0.1:1/app"
OF_RAILS = f"production:\n  primary:\n    url: {UNREACHABLE}\n  animals:\n    url: {UNREACHABLE}\n"


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(
    ("file", "text", "words", "where"),
    [
        pytest.param(
            ".migdoctor.toml",
            f'[environments.staging]\nurl = "{UNREACHABLE.replace("hush-hush", "$PW")}"\n',
            ["--environment", "staging"],
            ".migdoctor.toml, [environments.staging] url",
            id="the url of a table",
        ),
        pytest.param(
            "pyproject.toml",
            '[tool.migdoctor.environments.staging]\nurl = "$PLACE"\n',
            ["--environment", "staging"],
            "the variable PLACE, named by pyproject.toml, "
            "[tool.migdoctor.environments.staging] url",
            id="a variable that a table names",
        ),
        pytest.param(
            ".migdoctor.toml",
            '[environments.staging]\nexec = "false"\n',
            ["--environment", "staging"],
            ".migdoctor.toml, [environments.staging] exec",
            id="a command",
        ),
        pytest.param(
            "config/database.yml",
            OF_RAILS,
            ["--environment", "animals"],
            "config/database.yml, production, animals",
            id="the application's file",
        ),
    ],
)
def test_an_error_says_where_the_address_stands(tmp_path, file, text, words, where, several):
    app = Repo.make(tmp_path / "app")
    app.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    folder, _, name = file.rpartition("/")
    app.write(name, text, folder=folder or ".")
    (tmp_path / "rows.txt").write_text("20250101000000\n")
    variables = {"PW": "hush-hush", "PLACE": UNREACHABLE, "RAILS_ENV": "production"}
    more = ["--environment", f"other={tmp_path}/rows.txt"] if several else []

    done = migdoctor(app.path, "diagnose", *words, *more, **variables)

    told = " ".join((done.err + done.out).split())
    assert done.status == 2
    assert f"how to reach it is set in {where}" in told
    assert "hush" not in told


@pytest.mark.parametrize(
    "name",
    [
        "a\nb",
        "../x",
        "$(touch pwned)",
        "\x1b[31mx",
        "",
        "-x",
        "a b",
        ".hidden",
        "a" * 101,
        "pr\u043eduction",  # a Cyrillic letter among Latin ones
        "\uff50rod",  # a letter of full width
    ],
)
def test_a_hostile_name_is_none(app, name, tmp_path):
    (tmp_path / "rows.txt").write_text("20250101000000\n")

    done = migdoctor(app.path, "diagnose", "--environment", f"{name}={tmp_path}/rows.txt")

    assert done.status == 2
    assert "is not a name" in done.err
    assert "\x1b" not in done.err
    assert len(done.err) < 1_000


@pytest.mark.parametrize(
    "name", ["a" * 100, "\u043f\u0440\u043e\u0434", "prod-eu.1", "Pr\u00e4sentation"]
)
def test_a_name_of_one_script_is_one(app, name, tmp_path):
    (tmp_path / "rows.txt").write_text("20250101000000\n")

    done = migdoctor(app.path, "diagnose", "--environment", f"{name}={tmp_path}/rows.txt")

    assert "is not a name" not in done.err
