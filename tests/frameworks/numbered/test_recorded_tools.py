"""Renamed after it ran, with stand-ins that behave as was recorded: goose, sqlx, Ecto and more."""

import json
import shlex
import sys

import pytest

from tests.support.commands.migdoctor import ROOT
from tests.support.frameworks.recorded_tools import __name__ as stand_in
from tests.support.frameworks.tool_accidents import check_accident
from tests.support.frameworks.tools import TABLES, Tool, ToolApplication
from tests.support.histories.repositories import Repo

_STAMPS = ("20250101000000", "20250102000000", "20250103000000", "20250104000000")
_ECTO = (
    "defmodule Repo.Migrations.Make{table} do\n  use Ecto.Migration\n\n  def change do\n"
    '    execute "$CREATE"\n    execute "$INSERT"\n  end\nend\n'
)


def recorded(
    name: str, folder: str, text: str, table: str, suffix: str, *, again: bool, form: str = "{}_{}"
) -> Tool:
    """A tool whose next run is the stand-in's."""
    songs, albums, artists, renamed = (
        f"{form.format(stamp, slug)}{suffix}"
        for stamp, slug in zip(_STAMPS, ("songs", "albums", "artists", "albums"), strict=True)
    )
    python = f"PYTHONPATH={shlex.quote(str(ROOT))} {shlex.quote(sys.executable)}"
    return Tool(
        name=name,
        folder=folder,
        names=(songs, albums, artists),
        renamed=renamed,
        text=text,
        command=f"{python} -m {stand_in} {name} $URL {folder}",
        table=table,
        key=lambda name: name.partition("_")[0].removeprefix("V"),
        again=again,
        advice=f"{python} -m {stand_in} '{name} repair' $URL {folder}" if name == "flyway" else "",
    )


TOOLS = (
    recorded(
        "goose",
        "migrations",
        "-- +goose Up\n$SQL;\n-- +goose Down\nDROP TABLE {table};\n",
        "goose_db_version",
        ".sql",
        again=True,
    ),
    recorded(
        "flyway",
        "db/migration",
        "$SQL;\n",
        "flyway_schema_history",
        ".sql",
        again=False,
        form="V{}__{}",
    ),
    recorded("sqlx", "migrations", "$SQL;\n", "_sqlx_migrations", ".sql", again=False),
    recorded("golang-migrate", "migrations", "$SQL;\n", "schema_migrations", ".up.sql", again=True),
    recorded("ecto", "priv/repo/migrations", _ECTO, "schema_migrations", ".exs", again=True),
)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_an_accident_is_foretold_mended_either_way_and_taken_back(tool, tmp_path, database):
    check_accident(ToolApplication.broken(tool, tmp_path, database))


def test_flyways_own_advice_runs_a_migration_twice_and_ours_does_not(tmp_path, database):
    (flyway,) = (tool for tool in TOOLS if tool.name == "flyway")
    app = ToolApplication.broken(flyway, tmp_path, database)
    old, new = flyway.key(flyway.names[1]), flyway.key(flyway.renamed)
    assert "not `flyway repair`, which it advises" in " ".join(app.run("diagnose").out.split())

    app.shell(flyway.advice)

    report = json.loads(app.run("diagnose", "--format", "json").out)
    assert report["environments"][0]["prediction"]["runs_again"] == [new]
    assert old not in report["environments"][0]["prediction"]["would_run"]
    assert app.migrate().returncode == 0
    assert app.counts() == [1, 2, 1]


def test_rows_with_checksums_that_changed_places_are_not_rewritten(tmp_path, database):
    (sqlx,) = (tool for tool in TOOLS if tool.name == "sqlx")
    app = ToolApplication(sqlx, Repo.make(tmp_path / "app"), database, tmp_path / "state")
    for name, table in zip(sqlx.names, TABLES, strict=True):
        app.repo.write(name, sqlx.making(table, name), sqlx.folder)
    app.repo.commit()
    assert app.migrate().returncode == 0
    songs, albums = sqlx.names[:2]
    app.repo.move(songs, "aside", sqlx.folder)
    app.repo.move(albums, f"{songs[:14]}_albums.sql", sqlx.folder)
    app.repo.move("aside", f"{albums[:14]}_songs.sql", sqlx.folder)
    app.repo.commit("swap")

    done = app.run("rewrite", "--deployed", "HEAD~1")

    assert done.status == 1
    assert "each row holds the description and checksum of the one that ran" in done.err
    assert "migdoctor rename-back" in done.err
