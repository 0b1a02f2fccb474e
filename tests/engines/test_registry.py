"""Which engine an address, a file or a source of rows is of."""

import pytest

from analyzer.engines import registry
from analyzer.engines.registry import (
    engine,
    engine_of_address,
    engine_of_script,
    engine_of_source,
    is_address,
)


@pytest.mark.parametrize(
    "url",
    ["postgresql://user@host/songs", "postgres://host/songs", "host=db dbname=songs", "songs", ""],
)
def test_an_address_tells_the_engine_and_what_tells_none_is_the_usual_ones(url):
    assert engine_of_address(url).name == registry.USUAL


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite3:db/production.sqlite3", "sqlite"),
        ("sqlite3:///srv/app.sqlite3", "sqlite"),
        ("SQLite:db/x.db", "sqlite"),
    ],
)
def test_what_stands_before_the_colon_tells_the_engine(url, name):
    assert engine_of_address(url).name == name
    assert is_address(url)


def test_without_an_address_it_is_in_the_environment_of_this_computer(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite3:db/production.sqlite3")

    assert engine_of_address(None).name == "sqlite"
    assert engine_of_address(None, ["ssh", "host"]).name == registry.USUAL


@pytest.mark.parametrize("source", ["rows", *registry.ENGINES])
def test_rows_of_a_file_are_the_usual_engines(source):
    wanted = source if source in registry.ENGINES else registry.USUAL

    assert engine_of_source(source) is engine(wanted)


@pytest.mark.parametrize("first", ["-- PostgreSQL database dump", "SET x = 1;", "\\connect songs"])
def test_a_script_is_of_the_engine_whose_client_reads_it(first):
    found = engine_of_script(first)

    assert found is not None
    assert found.name == registry.USUAL


@pytest.mark.parametrize("first", ["20240101000000", "version,name", "| version |", ""])
def test_a_list_of_versions_is_no_script(first):
    assert engine_of_script(first) is None
