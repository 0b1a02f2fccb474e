"""Sessions: through psycopg and through a psql behind a prefix they are the same."""

import os

import pytest

from analyzer.engines.registry import open_gateway
from analyzer.errors import ConnectionLostError, DatabaseError, EnvironmentToolError, StatementError


@pytest.fixture(params=["direct", "through psql"])
def session(request, database):
    prefix = ("env", f"PATH={database.server.bin}:{os.environ['PATH']}")
    gateway = open_gateway(database.url, prefix if request.param == "through psql" else ())
    with gateway.session() as opened:
        yield opened


def test_answers_are_json(session):
    assert session.ask("SELECT json_build_object('a', 'ä''\n\"', 'b', 1)") == {
        "a": "ä'\n\"",
        "b": 1,
    }
    assert session.ask("SELECT NULL::json") is None
    assert session.rows("SELECT 1 AS x UNION ALL SELECT 2") == [{"x": 1}, {"x": 2}]
    assert session.rows("SELECT 1 AS x WHERE false") == []


def test_bytes_survive_both_ways(session, database):
    database.run("CREATE TABLE t (x text)")
    sent = b"a\\tb\n\\\\.\n\\N\n" + "ü\n".encode() * 40000

    session.copy_in("public.t (x)", iter([sent[:7], sent[7:]]))

    assert b"".join(session.copy_out("SELECT x FROM public.t")) == sent
    assert session.ask("SELECT count(*) FROM public.t") == 40003


def test_what_was_not_committed_is_gone_with_the_session(session, database):
    database.run("CREATE TABLE t (x int)")
    session.run("BEGIN; INSERT INTO public.t VALUES (1)")

    session.close()

    assert database.run("SELECT count(*) FROM t") == [(0,)]


def test_a_refusal_carries_its_code(session):
    with pytest.raises(StatementError) as caught:
        session.ask("SELECT 1/0")

    assert caught.value.sqlstate == "22012"
    assert "division by zero" in caught.value.what


def test_a_copy_that_does_not_fit_is_a_refusal(session, database):
    database.run("CREATE TABLE t (x int)")

    with pytest.raises(StatementError) as caught:
        session.copy_in("public.t (x)", [b"1\n", b"one\n"] * 50000)

    assert caught.value.sqlstate == "22P02"
    assert database.run("SELECT count(*) FROM t") == [(0,)]


def test_a_lost_connection_is_told_from_a_refusal(session, database):
    database.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'migdoctor'"
    )

    with pytest.raises(ConnectionLostError, match="was lost"):
        session.ask("SELECT 1")


def test_settings_that_change_a_rows_text_are_pinned(session, database):
    database.run(f"ALTER DATABASE {database.name} SET TimeZone = 'Asia/Tokyo'")

    text = session.ask(
        "SELECT to_json(ROW('2025-01-01 00:00+00'::timestamptz, '\\x61'::bytea, "
        "0.1::float4, interval '1 day')::text)"
    )

    assert text == '("2025-01-01 00:00:00+00","\\\\x61",0.1,"1 day")'


def test_what_a_prefix_prints_first_is_passed_over(database, tmp_path):
    chatty = tmp_path / "chatty"
    chatty.write_text(f'#!/bin/sh\necho Welcome\nPATH={database.server.bin}:$PATH exec "$@"\n')
    chatty.chmod(0o755)

    with open_gateway(database.url, (str(chatty),)).session() as session:
        assert session.ask("SELECT 1") == 1


def test_a_missing_database_and_a_missing_program_are_said(database):
    prefix = ("env", f"PATH={database.server.bin}")
    with pytest.raises(DatabaseError, match="there is no database nothing_here"):
        open_gateway(database.server.url("nothing_here"), prefix).session()
    with pytest.raises(EnvironmentToolError, match="does not run"):
        open_gateway(database.url, ("/usr/bin/env", "PATH=/nowhere")).session()
