"""The SQL of a rewrite stops where the database lacks what its rows speak of."""

import pytest

from analyzer.model.plans.plan import Need, Needs, RowPlan
from analyzer.records import replace
from tests.engines.postgresql.scripts.test_rewrite_sql import TABLE, create, psql, render, stored
from tests.support.commands.plans import updating

SONGS = Need("2_create_songs.rb", "songs")
TITLE = Need("2_add_title.rb", "songs", "title")
ALBUMS = ("albums",)
PLAN = RowPlan(TABLE, ("1",), (updating("1", "2"),), ("2",))


def needing(*objects: Need, witnesses: tuple[str, ...] = ALBUMS) -> RowPlan:
    return replace(PLAN, needs=Needs(objects, witnesses))


@pytest.mark.parametrize(
    ("there", "need", "said"),
    [
        pytest.param(
            "CREATE TABLE albums (id int)",
            SONGS,
            "table songs, which 2_create_songs.rb made",
            id="no table",
        ),
        pytest.param(
            "CREATE TABLE albums (id int); CREATE TEMP TABLE songs (id int)",
            SONGS,
            "table songs",
            id="a temporary one of another session",
        ),
        pytest.param(
            "CREATE TABLE songs (id int)",
            TITLE,
            "column songs.title, which 2_add_title.rb made",
            id="no column",
        ),
        pytest.param(
            "CREATE TABLE songs (title int); ALTER TABLE songs DROP COLUMN title",
            TITLE,
            "column songs.title",
            id="a column that was dropped",
        ),
        pytest.param(
            "CREATE TABLE albums (id int); CREATE TYPE songs AS ENUM ()",
            SONGS,
            "table songs",
            id="a type of that name",
        ),
        pytest.param(
            "CREATE TABLE albums (id int); CREATE INDEX songs ON albums (id)",
            SONGS,
            "table songs",
            id="an index of that name",
        ),
        pytest.param(
            "CREATE TABLE albums (id int); CREATE TABLE songs (id int)",
            replace(SONGS, table="music.songs"),
            "table music.songs",
            id="in another schema than the file says",
        ),
        pytest.param(
            "CREATE TABLE albums (id int)",
            replace(SONGS, table="a'b\"$migdoctor$"),
            "table a'b",
            id="a name full of quotes",
        ),
    ],
)
def test_it_stops_by_name_before_any_row_is_touched(any_database, tmp_path, there, need, said):
    create(any_database, TABLE, ["1"])
    any_database.run(there)

    done = psql(any_database, render(needing(need)), tmp_path)

    assert done.returncode != 0
    assert "the database lacks what rows would be rewritten for" in done.stderr
    assert said in done.stderr
    assert stored(any_database) == ["1"]


@pytest.mark.parametrize(
    "there",
    [
        pytest.param("CREATE TABLE songs (title text)", id="it is there"),
        pytest.param("CREATE VIEW songs AS SELECT 1 AS title", id="as a view"),
        pytest.param(
            "CREATE SCHEMA other; CREATE TABLE other.songs (title text)", id="in another schema"
        ),
        pytest.param("SELECT", id="a copy of the rows alone"),
        pytest.param(
            "CREATE TABLE shop_songs (id int); CREATE TABLE shop_albums (id int)",
            id="all names have a prefix",
        ),
    ],
)
def test_it_goes_on_where_nothing_contradicts_it_and_the_way_back_needs_nothing(
    any_database, tmp_path, there
):
    create(any_database, TABLE, ["1"])
    any_database.run(there)
    plan = needing(SONGS, TITLE)

    done = psql(any_database, render(plan), tmp_path)
    between = stored(any_database)
    any_database.run("DROP TABLE IF EXISTS other.songs" if "other" in there else "SELECT")
    undone = psql(any_database, render(plan.inverse()), tmp_path)

    assert (done.returncode, between) == (0, ["2"]), done.stderr
    assert (undone.returncode, stored(any_database)) == (0, ["1"]), undone.stderr


def test_nothing_of_anothers_is_called_to_find_out(any_database, tmp_path):
    create(any_database, TABLE, ["1"])
    any_database.run(
        "CREATE TABLE albums (id int);"
        "CREATE FUNCTION public.yes(name, name) RETURNS bool LANGUAGE sql AS 'SELECT true';"
        "CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.yes);"
        "CREATE FUNCTION public.string_agg(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1'"
    )

    done = psql(any_database, render(needing(SONGS)), tmp_path)

    assert "table songs, which 2_create_songs.rb made" in done.stderr
    assert stored(any_database) == ["1"]
