"""Commands that messages print mean the database that was typed."""

import re
import shlex

import pytest

from analyzer.cli.options.place_words import carried
from analyzer.cli.terminal.complaint import composed, fitted
from analyzer.cli.terminal.screen import Screen
from analyzer.engines.postgresql.access.connection import is_address, read_address
from analyzer.report.wrapping import filled
from analyzer.workflow.reading.rows.environments import ad_hoc
from tests.services.repair.rows.test_rewrite_apply import place_in

ID = "20261128T150000-abcd"
URL = "postgresql://app@db/shop"
PLACES = {
    "an environment": (["--environment", "production"], "--environment production"),
    "with an equals sign": (["--environment=production"], "--environment production"),
    "an address": (["--database-url", URL], f"--database-url {URL}"),
    "a prefix": (["--exec", "docker compose exec -T db"], "--exec 'docker compose exec -T db'"),
    "a file of variables": (["--env-file", ".env.live"], "--env-file .env.live"),
    "a repository": (["--repo", "the app"], "--repo 'the app'"),
}
PRINTED = {
    f"Way back: migdoctor undo {ID}": "",
    "fix: see which there are: migdoctor undo --list": "",
    "  fix: migdoctor rewrite": "",
    "  fix: migdoctor rename-back": "",
    "To finish it: migdoctor rewrite --apply": f"; to take it back: migdoctor undo {ID}",
    "go on: migdoctor fix": " again",
    "Run migdoctor diagnose": ": it says how the rows stand now",
}
LEFT = (
    "migdoctor rewrite: Done: rewrote 1 row.",
    "migdoctor rename-back: refused, nothing was written",
    "migdoctor diagnose says of each what is right",
    "see migdoctor rewrite --help",
    "migdoctor explain MD101",
    "migdoctor rewrite --environment staging --repo x",
)


@pytest.mark.parametrize("printed", PRINTED)
@pytest.mark.parametrize("place", PLACES)
def test_each_printed_command_names_the_place_that_was_typed(printed, place):
    typed, words = PLACES[place]
    told = carried(printed + PRINTED[printed], ["rewrite", "--apply", *typed])

    assert told.startswith(f"{printed} {words}")
    assert told.count(words) == told.count("migdoctor ")


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_command_or_names_its_place_stays(text):
    assert carried(text, ["rewrite", "--environment", "production"]) == text


def test_a_password_stays_away_and_its_variable_is_named():
    typed = ["rewrite", "--database-url", "postgresql://app:hunter2@db/shop"]
    told = carried(f"Way back: migdoctor undo {ID}", typed)

    assert "hunter2" not in told
    assert "PGPASSWORD" in told


def test_an_environment_that_was_typed_with_its_address_is_typed_again():
    typed = ["rewrite", "--environment", "live=postgresql://app:hunter2@db:5433/shop"]
    told, _, note = carried(f"migdoctor undo {ID}", typed).partition("\n")

    assert "PGPASSWORD" in note
    _, given = shlex.split(told)[-2:]
    read = ad_hoc(given)
    assert (read.environment, read.rows) == ("live", None)
    assert read_address(read.url).parameters.items() >= {
        ("host", "db"),
        ("port", "5433"),
        ("dbname", "shop"),
        ("user", "app"),
    }


@pytest.mark.parametrize("place", ["rows.txt", "a=b.txt", "dbname", "=x"])
def test_the_name_of_a_file_is_no_address(place):
    assert not is_address(place)


def test_an_address_that_the_variable_holds_is_printed_as_the_variable(monkeypatch):
    url = "postgresql://app:hunter2@db/shop"
    monkeypatch.setenv("DATABASE_URL", url)

    told = carried(f"migdoctor undo {ID}", ["rewrite", "--database-url", url])

    assert told == f'migdoctor undo {ID} --database-url "$DATABASE_URL"'


def test_only_options_that_a_command_takes_are_added():
    told = carried(f"migdoctor undo {ID}", ["rewrite", "--version-table", "a.b", "--rows", "x"])

    assert told == f"migdoctor undo {ID}"


@pytest.mark.parametrize("data", ["recover tables", "backup", "--color never recover tables"])
def test_tables_of_data_are_not_taken_for_the_version_table(data):
    typed = [*data.split(), "--table", "settings", "--environment", "staging"]

    told = carried("migdoctor rewrite --apply", typed)

    assert told == "migdoctor rewrite --apply --environment staging"


def test_the_version_table_is_named_as_each_command_takes_it():
    typed = ["rewrite", "--table", "a.b"]

    told = carried("migdoctor recover tables --table settings --from-backup b", typed)

    assert told == "migdoctor recover tables --version-table a.b --table settings --from-backup b"
    assert carried("migdoctor backup", typed) == "migdoctor backup --version-table a.b"


def test_of_several_environments_each_command_gets_what_it_can_take():
    typed = ["advise", "--all-environments"]
    told = {
        "migdoctor graph": "migdoctor graph",
        "migdoctor rewrite": "migdoctor rewrite --environment NAME",
        "migdoctor rename-back": "migdoctor rename-back --environment NAME",
        "migdoctor rewrite -o fixes": "migdoctor rewrite --all-environments -o fixes",
        "migdoctor diagnose": "migdoctor diagnose --all-environments",
    }

    assert {it: carried(it, typed) for it in told} == told


def test_a_command_that_is_only_spoken_of_stays_at_every_width():
    text = "it needs a column; migdoctor graph says how to restore the order"

    for width in range(20, 80):
        broken = filled(text, width)
        assert carried(broken, ["advise", "--environment", "live"]) == broken


@pytest.mark.parametrize(
    "command",
    [
        "migdoctor recover tables --table settings --from-backup FOLDER --environment staging",
        f"migdoctor undo {ID} --environment production",
        "migdoctor backup --before rewrite --environment production",
    ],
)
def test_no_width_breaks_a_command(command):
    for width in range(20, 100):
        assert command in filled(f"bring them back first: {command}, then go on", width)


def test_the_next_line_s_command_has_its_own_options():
    told = carried(
        "migdoctor advise\nmigdoctor undo --environment b", ["fix", "--environment", "a"]
    )

    assert told == "migdoctor advise --environment a\nmigdoctor undo --environment b"


def test_of_several_environments_undo_asks_for_one():
    typed = ["diagnose", "--environment", "a", "--environment", "b"]

    assert carried("migdoctor undo", typed) == "migdoctor undo --environment NAME"


@pytest.mark.parametrize("how", ["environment", "address"])
def test_the_printed_way_back_runs_as_it_was_printed(tmp_path, database, how):
    place = place_in(tmp_path, database)
    url = place.database.url
    named = {
        "environment": ("--environment", "production"),
        "address": ("--database-url", url),
    }[how]
    settings = f'[environments.production]\nurl = "{url}"\n'
    (place.repository / ".migdoctor.toml").write_text(settings)
    elsewhere = {"DATABASE_URL": "", "PGHOST": "/nowhere", "PGDATABASE": "nothing"}

    done = place.run("rewrite", "--apply", "--yes", *named, **elsewhere)
    assert done.status == 0, done.err
    back = re.search(r"Way back: migdoctor (undo \S+) (--\S+) (\S+)\n", done.err)
    assert back is not None, done.err
    lost = place.run(*back[1].split(), "--yes", **elsewhere)
    undone = place.run(*back[1].split(), "--yes", back[2], back[3].strip("'"), **elsewhere)

    assert "or, on that database: psql -d" in done.err
    assert lost.status == 2
    assert "--environment NAME" in lost.err
    assert place.database.name in lost.err
    assert undone.status == 0, undone.err
    assert f"Way back: migdoctor rewrite --apply {named[0]}" in undone.err


def test_refusals_fit_the_screen():
    told = "migdoctor rewrite: refused\n  why: " + "a word or two " * 20

    broken = fitted(told, Screen(80, colour=False))

    assert max(map(len, broken.split("\n"))) <= 80
    assert broken.split() == told.split()


def test_what_is_typed_in_a_refusal_is_not_broken_and_remarks_stay_remarks():
    line = "psql -d DATABASE -v ON_ERROR_STOP=1 -f a/folder/with/a/long/name/production.sql"
    remark = "# " + "a word or two " * 10

    told = composed(
        "refused", "why", f"type:\n{remark}\n{line}", Screen(60, colour=False), fitting=True
    )

    lines = [it.strip() for it in told.split("\n")]
    assert line in lines
    assert all(it.startswith("# ") for it in lines if "a word" in it)
