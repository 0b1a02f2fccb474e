"""What an address in a repository may set: where the database is, and nothing of this computer."""

from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.engines.mysql.access import address as mysql
from analyzer.engines.postgresql.access.connection import beyond_a_place
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

TOML = "[environments.production]\nurl = '{}'\n"
YAML = "production:\n  adapter: postgresql\n  url: {}\n"
NAMED = ["--environment", "production"]
BEYOND = {  # each names a file, or tells the server something
    "sslkeylogfile": "{folder}/keys",
    "passfile": "{folder}/passwords",
    "service": "evil",
    "sslcert": "{folder}/cert.pem",
    "sslkey": "{folder}/key.pem",
    "sslrootcert": "{folder}/root.pem",
    "sslcrl": "{folder}/crl.pem",
    "sslcrldir": "{folder}",
    "options": "-c%20session_preload_libraries%3Devil",
    "krbsrvname": "evil",
}


@pytest.fixture
def app(tmp_path: Path) -> Repo:
    repo = Repo.make(tmp_path / "app")
    repo.add("20240101000000_create_songs.rb", "CreateSongs")
    return repo


def of_toml(app: Repo, url: str) -> list[str]:
    app.write(".migdoctor.toml", TOML.format(url), folder=".")
    return NAMED


def of_pyproject(app: Repo, url: str) -> list[str]:
    app.write("pyproject.toml", TOML.format(url).replace("[", "[tool.migdoctor."), folder=".")
    return ["--all-environments"]


def of_toml_beside_variables(app: Repo, url: str) -> list[str]:
    return of_toml(app, url.replace("ada@", "$WHO:$SECRET@"))


def of_env_file(app: Repo, url: str) -> list[str]:
    app.write(".env", f"DATABASE_URL={url}\n", folder=".")
    return ["--env-file", str(app.path / ".env")]


def of_env_file_through_toml(app: Repo, url: str) -> list[str]:
    app.write(".env", f"PLACE={url}\n", folder=".")
    return [*of_toml(app, "$PLACE"), "--env-file", str(app.path / ".env")]


def of_env_file_through_the_application(app: Repo, url: str) -> list[str]:
    app.write("database.yml", YAML.format('<%= ENV["PLACE"] %>'), folder="config")
    app.write(".env", f"PLACE={url}\n", folder=".")
    return ["--env-file", str(app.path / ".env")]


SOURCES = [
    of_toml,
    of_pyproject,
    of_toml_beside_variables,
    of_env_file,
    of_env_file_through_toml,
    of_env_file_through_the_application,
]
Source = Callable[[Repo, str], list[str]]


def diagnose(app: Repo, *words: str, **variables: str) -> tuple[int, str]:
    plain = {"RAILS_ENV": "production"}
    own = {**plain, "WHO": "ada", "SECRET": "hush", **variables}
    done = migdoctor(app.path, "diagnose", *words, **own)
    return done.status, done.out + done.err


@pytest.mark.parametrize("parameter", ["sslkeylogfile", "service", "options"])
@pytest.mark.parametrize("source", SOURCES)
def test_an_address_of_a_repository_says_where_and_nothing_besides(app, source, parameter):
    value = BEYOND[parameter].format(folder=app.path.parent)

    words = source(app, f"postgresql://ada@127.0.0.1:1/app?{parameter}={value}")
    status, told = diagnose(app, *words)

    assert status == 2, told
    assert f"the address sets {parameter}" in told
    assert "hush" not in told
    assert [it.name for it in app.path.parent.iterdir()] == ["app"]


@pytest.mark.parametrize("source", SOURCES)
def test_how_to_connect_may_be_said(app, source):
    words = source(app, "postgresql://ada@127.0.0.1:1/app?sslmode=disable&connect_timeout=2&pool=5")

    status, told = diagnose(app, *words)

    assert status == 2
    assert "refused" in told, told


def test_the_file_of_the_application_drops_what_it_may_not_say(app):
    app.write(
        "database.yml",
        YAML.format(f"postgresql://ada@127.0.0.1:1/app?sslkeylogfile={app.path.parent}/keys"),
        folder="config",
    )

    status, told = diagnose(app)

    assert status == 2
    assert "refused" in told
    assert [it.name for it in app.path.parent.iterdir()] == ["app"]


def test_an_address_of_the_users_own_may_name_files(app):
    url = f"postgresql://ada@127.0.0.1:1/app?passfile={app.path.parent}/passwords"
    app.write(".migdoctor.toml", TOML.format("$PLACE"), folder=".")
    outside = app.path.parent / "own.env"
    outside.write_text(f"DATABASE_URL={url}\n")

    for words, variables in (
        (NAMED, {"PLACE": url}),
        (["--environment", f"mine={url}"], {}),
        (["--database-url", url], {}),
        ([], {"DATABASE_URL": url}),
        (["--env-file", str(outside)], {}),
    ):
        status, told = diagnose(app, *words, **variables)
        assert status == 2, words
        assert "refused" in told, (words, told)


@pytest.mark.parametrize(
    ("url", "beyond"),
    [
        *((f"postgresql://h/d?{name}=x", (name,)) for name in BEYOND),
        ("postgis://h/d?sslmode=require&sslcert=a&passfile=b", ("passfile", "sslcert")),
        ("POSTGRESQL://h/d?sslkeylogfile=x", ("sslkeylogfile",)),
        ("host=h passfile='a b'", ("passfile",)),
        ("postgresql://h/d?%73ervice=x", ("service",)),
        ("postgresql://h/d?schema_search_path=a,b&options=-cx%3Dy", ("options",)),
        ("postgresql://h/d?schema_search_path=a,b", ()),
        ("postgresql://u:p@h1:1,h2:2/d?target_session_attrs=any&keepalives=1", ()),
        ("host=h user=u password=p dbname=d", ()),
        ("mysql://h/d?ssl-ca=x", ()),  # whose engine answers for it
    ],
)
def test_what_goes_beyond_a_place_is_named(url, beyond):
    assert beyond_a_place(url) == beyond


@pytest.mark.parametrize("more", ["", 'each-schema = "t_*"\n', "exec = \"sh -c 'exec psql' x\"\n"])
def test_a_fleet_and_a_command_obey_the_same(app, more):
    url = f"postgresql://ada@127.0.0.1:1/app?sslkeylogfile={app.path.parent}/keys"
    app.write(".migdoctor.toml", TOML.format(url) + more, folder=".")

    status, told = diagnose(app, *NAMED)

    assert status == 2
    assert "the address sets sslkeylogfile" in told
    assert [it.name for it in app.path.parent.iterdir()] == ["app"]


@pytest.mark.parametrize(
    "parameter",
    [
        "ssl_ca=/etc/passwd",
        "ssl-key=/etc/passwd",
        "read_default_file=/tmp/evil.cnf",
        "defaults-file=/tmp/evil.cnf",
        "local_infile=1",
        "allow_local_infile=1",
        "init_command=DROP%20TABLE%20songs",
        "plugin_dir=/tmp",
        "charset=evil",
    ],
)
def test_of_a_mysql_address_nothing_but_the_place_is_taken(parameter):
    place = "mysql2://ada@127.0.0.1:1/app"

    assert mysql.read_address(f"{place}?{parameter}") == mysql.read_address(place)
