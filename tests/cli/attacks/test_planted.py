"""What a plain role plants in ``public`` is reached by no command, whatever the path is."""

import os
import shutil
import subprocess

import psycopg
import pytest

from tests.services.repair.rows.test_rewrite_apply import NEW, OLD, OTHER, place_in
from tests.support.databases.planted import plant, planted, reached, uproot
from tests.support.databases.servers import fresh_database

SERVERS = ["postgres18", "postgres15"]
PATHS = {
    "usual path": None,
    "public first": "public, pg_catalog",
    "public and pg_temp first": "public, pg_temp, pg_catalog",
}
WORST = "public first"
READING = [
    ["diagnose"],
    ["diagnose", "--format", "json"],
    ["advise"],
    ["rewrite"],
    ["rename-back"],
    ["schema", "--diff", "database"],
    ["graph"],
    ["rewrite", "--apply", "--dry-run"],
]


@pytest.fixture(scope="module", params=SERVERS)
def template(request):
    """A database on each server in which a plain role planted all that it may."""
    with fresh_database(request.getfixturevalue(request.param)) as database:
        plant(database)
        yield database
        uproot(database)


@pytest.fixture(params=PATHS)
def hostile(request, tmp_path, template):
    """A place whose database is sown with traps."""
    with planted(template, PATHS[request.param]) as database:
        yield place_in(tmp_path, database)


@pytest.fixture(params=[WORST])
def sown(request, tmp_path, template):
    """The worst of the paths alone: a recovery of all that was planted takes its time."""
    with planted(template, PATHS[request.param]) as database:
        yield place_in(tmp_path, database)


@pytest.fixture
def options(request):
    """What lets a command reach the database: each server and each path over each transport."""
    params = request.node.callspec.params
    name = "hostile" if "hostile" in params else "sown"
    turn = SERVERS.index(params["template"]) + [*PATHS].index(params[name])
    return through_psql(request.getfixturevalue(name)) if turn % 2 else []


def rows(place):
    with place.database.connect() as connection:
        connection.execute("SET search_path = pg_catalog")
        found = connection.execute("SELECT version FROM public.schema_migrations ORDER BY 1")
        return [version for (version,) in found]


def through_psql(place):
    """The options that let a command go through a psql behind a prefix."""
    info = psycopg.conninfo.conninfo_to_dict(place.database.url)
    there = [
        f"PGHOST={info['host']}",
        f"PGPORT={info['port']}",
        f"PGUSER={info['user']}",
        f"PGDATABASE={info['dbname']}",
    ]
    path = f"PATH={place.database.server.bin}:{os.environ['PATH']}"
    return ["--exec", " ".join(["env", path, *there])]


def psql(place, script):
    program = place.database.server.bin / "psql"
    command = [program if program.exists() else shutil.which("psql"), "-X", "-f", "-"]
    return subprocess.run(
        [*command, place.database.url], input=script, capture_output=True, text=True, check=False
    )


def test_the_traps_work(hostile):
    place = hostile

    with place.database.connect() as connection:
        connection.execute("SELECT * FROM pg_class WHERE oid = 1259::int4 LIMIT 1")
        connection.execute("SET default_transaction_read_only = on")
        connection.execute("SELECT 'x'::text || 'y'::name")

    assert len(reached(place.database)) >= 1


def test_what_reads_reaches_nothing(hostile, options):
    place = hostile

    for words in READING:
        if options and words in (["rename-back"], ["graph"]):
            continue
        done = place.run(*words, *options)
        assert reached(place.database) == [], words
        assert done.status in (0, 1), (words, done.err)


def test_notes_reach_nothing(hostile, options):
    """Written for the first time, read, written again, and kept true by a rewrite."""
    place = hostile

    for words in (
        ["record"],
        ["diagnose"],
        ["record"],
        ["rewrite", "--apply", "--yes"],
        ["record"],
    ):
        done = place.run(*words, *options)
        assert reached(place.database) == [], words
        assert done.status in (0, 1), (words, done.err)

    assert rows(place) == sorted([NEW, OTHER])


def test_the_printed_sql_reaches_nothing(hostile):
    place = hostile
    script = place.run("rewrite", "--format", "sql").out

    done = psql(place, script)

    assert reached(place.database) == []
    assert (done.returncode, done.stderr) == (0, "")
    assert rows(place) == sorted([NEW, OTHER])


def test_carrying_out_and_taking_back_reach_nothing(hostile, options):
    place = hostile

    done = place.run("rewrite", "--apply", "--yes", "--audit", *options)
    there = rows(place)
    undone = place.run("undo", "--yes", *options)

    assert (done.status, undone.status) == (0, 0), (done.err, undone.err)
    assert reached(place.database) == []
    assert (there, rows(place)) == (sorted([NEW, OTHER]), [OLD, OTHER])


def test_a_recovery_reaches_nothing(sown, tmp_path, options):
    place, folder = sown, str(tmp_path / "backup")
    table = ["--table", "public.songs"]

    for words in (
        ["backup", "-o", folder],
        ["verify", "--against", folder],
        ["preflight", "--backup", folder, "--no-restore", "--snapshot", str(tmp_path / "s.json")],
        [
            "recover",
            "tables",
            *table,
            "--from-backup",
            folder,
            "--replace",
            "--yes",
            "--folder",
            str(tmp_path / "recovery"),
            "--scratch-url",
            place.database.server.url(),
        ],
        ["recover", "back", str(tmp_path / "recovery"), "--yes"],
    ):
        done = place.run(*words, *options)
        assert reached(place.database) == [], words
        assert done.status == (1 if words[0] == "preflight" else 0), (words, done.err)


def test_a_runbook_reaches_nothing(sown, template, tmp_path):
    place, server = sown, sown.database.server
    with planted(template, PATHS[WORST]) as source:
        place_in(tmp_path / "source", source)
        wish = ["--table", "public.songs", "--from-database", source.name]
        done = place.run("recover", "tables", *wish, "--runbook", str(tmp_path / "runbook"))
        assert done.status == 0, done.err
        there = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGUSER": "postgres"}
        path = f"{server.bin}:{os.environ['PATH']}"

        for words in ([], ["back"]):
            command = ["sh", tmp_path / "runbook" / "runbook.sh", *words]
            ran = subprocess.run(
                command,
                cwd=tmp_path,
                env={**os.environ, **there, "PATH": path},
                capture_output=True,
                text=True,
                check=False,
            )
            assert (reached(place.database), reached(source)) == ([], []), words
            assert ran.returncode == 0, ran.stderr


CAST = """
CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}; SET ROLE {role};
CREATE TYPE public.spy AS ENUM ('20250101000000', '20250102000000');
CREATE FUNCTION public.told(public.spy) RETURNS text LANGUAGE plpgsql AS
  'BEGIN PERFORM public.trap(); RETURN ''1''; END';
CREATE CAST (public.spy AS text) WITH FUNCTION public.told(public.spy);
CREATE FUNCTION public.trap() RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('is_superuser') = 'on' THEN
    COPY (SELECT 1) TO PROGRAM 'cat >> {marker}';
  END IF;
  RETURN true;
END $$;
RESET ROLE;
ALTER TABLE schema_migrations ALTER COLUMN version TYPE public.spy USING version::public.spy
"""


@pytest.mark.parametrize("through", [False, True], ids=["psycopg", "psql"])
def test_a_cast_of_another_role_is_not_called(any_database, tmp_path, through):
    place = place_in(tmp_path, any_database)
    before = place.run("rewrite", "--format", "sql").out
    role, marker = f"spy_{any_database.name}", any_database.server.folder / "told"
    any_database.run(CAST.replace("{role}", role).replace("{marker}", str(marker)))
    options = through_psql(place) if through else []

    told = {}
    for words in (
        ["diagnose"],
        ["advise"],
        ["rewrite"],
        ["rewrite", "--apply", "--yes"],
        ["schema", "--diff", "database"],
        ["backup", "-o", str(tmp_path / "backup")],
        ["verify", "--against", any_database.url],
    ):
        told[words[0]] = place.run(*words, *options).err
        assert not marker.exists(), words
    psql(place, before)

    assert not marker.exists()
    assert "is of type public.spy" in told["diagnose"]
    any_database.run(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


INDEX = """
CREATE ROLE {role}; GRANT CREATE ON SCHEMA public TO {role}; SET ROLE {role};
CREATE FUNCTION public.worse() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('is_superuser') = 'on' THEN
    COPY (SELECT 1) TO PROGRAM 'cat >> {marker}';
  END IF;
END $$;
CREATE FUNCTION public.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  'BEGIN PERFORM public.worse(); RETURN 1; END';
CREATE TABLE public.bait (i int); INSERT INTO public.bait SELECT generate_series(1, 100000);
RESET ROLE;
"""
BAITS = [
    pytest.param("CREATE INDEX ON public.bait (public.evil(1))", id="constant"),
    pytest.param("CREATE INDEX ON public.bait ((i + public.evil(1)))", id="beside a column"),
    pytest.param("CREATE INDEX ON public.bait (public.evil(coalesce(1, i)))", id="folded"),
    pytest.param("CREATE INDEX ON public.bait (i) WHERE public.evil(1) = 1", id="condition"),
    pytest.param(
        "CREATE STATISTICS public.s ON i, (public.evil(1)) FROM public.bait", id="statistics"
    ),
]


@pytest.fixture
def baited(postgres15, tmp_path):
    """A place in whose database a plain role has a table that calls what it likes."""
    with fresh_database(postgres15) as database:
        role, marker = f"bait_{database.name}", postgres15.folder / f"bait_{database.name}"
        place = place_in(tmp_path, database)
        database.run(INDEX.replace("{role}", role).replace("{marker}", str(marker)))
        yield place, role, marker
        database.run(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


@pytest.mark.parametrize("bait", BAITS)
def test_a_function_in_an_index_of_another_role_is_not_called(baited, tmp_path, bait):
    place, role, marker = baited
    place.database.run(f"SET ROLE {role}; {bait}; RESET ROLE")

    for words, status in (
        (["advise"], 1),
        (["rewrite", "--apply", "--yes"], 0),
        (["backup", "-o", str(tmp_path / "backup")], 2),
    ):
        done = place.run(*words)
        assert not marker.exists(), words
        assert done.status == status, (words, done.err)
    assert "an index of public.bait calls evil" in done.err


def test_an_index_over_a_function_of_a_column_is_as_good_as_any(baited, tmp_path):
    place, role, marker = baited
    index = "CREATE INDEX ON public.bait (public.evil(i + 1))"
    place.database.run(f"TRUNCATE public.bait; SET ROLE {role}; {index}; RESET ROLE")

    done = place.run("backup", "-o", str(tmp_path / "backup"))

    assert done.status == 0, done.err
    assert not marker.exists()
