"""The real command in a process of its own that need not load anything first.

Most of a short run is Python's start and the loading of modules. Here one process loads them all
and then only forks: each run has its own process, working directory, variables and outputs, and
ends with its own status. How a cold start behaves is asked by the tests that start Python itself.
"""

import atexit
import gc
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO, NoReturn

from tests.support.commands.json_schemas import demand_promised

ROOT = Path(__file__).resolve().parents[3]
_PYTHONS_OWN = ("PYTHON", "LC_", "LANG", "TZ", "LD_")  # what only a start of Python heeds
_OF_SHELLS = re.compile(r"(?<!\w)~|[^\w ~./:=,@%+'-]")  # beyond words, and quotes around them
_LATE = ("_strptime", "git", "glob", "jinja2", "mimetypes", "tabulate")
_SIZE = 2**20  # of a request: arguments and variables
_CHANGED = "TESTS_CHANGED"  # a variable, which the program itself never sees


def changed(place: str, value: object) -> dict[str, str]:
    """The variable by which a run has another constant, such as how long a user is to wait.

    Args: place: the module below ``analyzer``, and the name in it.
    """
    return {_CHANGED: json.dumps([place, value])}


def run_text(
    arguments: list[str], cwd: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """The same, with outputs that are text."""
    done = run(arguments, cwd, environment)
    said = (done.stdout.decode(), done.stderr.decode())
    return subprocess.CompletedProcess(done.args, done.returncode, *said)


def run(
    arguments: list[str], cwd: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    """Run ``migdoctor`` to its end, with nothing to read and no terminal; JSON is as published."""
    done = _run(arguments, cwd, environment)
    demand_promised(arguments, done.stdout)
    return done


def _run(
    arguments: list[str], cwd: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    other = _pythons_own(environment) != _pythons_own(os.environ)
    if other or sys.platform != "linux":
        return _cold(arguments, cwd, environment)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        status = _loaded().ask(arguments, cwd, environment, (out, err))
        said = [_all_of(each) for each in (out, err)]
    return subprocess.CompletedProcess(["migdoctor", *arguments], status, *said)


def run_mixed(arguments: list[str], cwd: Path, environment: Mapping[str, str]) -> str:
    """Run ``migdoctor`` to its end; both outputs as a screen mixes them."""
    with tempfile.TemporaryFile() as screen:
        _loaded().ask(arguments, cwd, environment, (screen, screen))
        return _all_of(screen).decode()


def plain_words(line: str) -> list[str] | None:
    """What a shell would give ``migdoctor`` of a line that calls it alone; None of any other."""
    if not line.startswith("migdoctor ") or _OF_SHELLS.search(line):
        return None
    return shlex.split(line)[1:]


def _pythons_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that the waiting process was started with; the package's place is the same."""
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_PYTHONS_OWN) and name != "PYTHONPATH"
    }


def _cold(
    arguments: list[str], cwd: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments],
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _all_of(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read()


class _Loaded:
    """The waiting process, seen from the tests; it answers one question at a time."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._line, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SIZE)
        self._turn = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        atexit.register(self.end)

    def ask(
        self,
        arguments: list[str],
        cwd: Path,
        environment: Mapping[str, str],
        outputs: tuple[BinaryIO, BinaryIO],
    ) -> int:
        """Have it run; return the status, negative where a signal ended the run."""
        request = json.dumps([arguments, str(cwd), dict(environment)]).encode()
        with self._turn:
            socket.send_fds(self._line, [request], [each.fileno() for each in outputs])
            return int(self._line.recv(16))

    def end(self) -> None:
        """It ends when nobody is there to ask."""
        self._line.close()
        self._process.wait(30)


@cache
def _loaded() -> _Loaded:
    return _Loaded()


def _serve(line: socket.socket) -> None:
    """Answer until the other end is closed."""
    while True:
        request, outputs, _, _ = socket.recv_fds(line, _SIZE, 2)
        if not request:
            return
        child = os.fork()
        if not child:
            line.close()
            _become(outputs, *json.loads(request))
        for each in outputs:
            os.close(each)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(
    outputs: list[int], arguments: list[str], cwd: str, environment: dict[str, str]
) -> NoReturn:
    """Be the command, to the end of its process."""
    from analyzer.cli.main import main

    for number, each in enumerate(outputs, start=1):
        os.dup2(each, number)
        os.close(each)
    os.chdir(cwd)
    os.environ.clear()
    if _CHANGED in environment:
        _change(*json.loads(environment.pop(_CHANGED)))
    os.environ.update(environment)
    if shutil.which("git") is None:  # GitPython says so where it is loaded
        for name in [it for it in sys.modules if it.partition(".")[0] == "git"]:
            del sys.modules[name]
    sys.argv[:] = [f"{ROOT}/analyzer/__main__.py", *arguments]
    status = 1
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001  as Python itself does
        sys.excepthook(*sys.exc_info())
    _leave(status)


def _change(place: str, value: object) -> None:
    module, _, name = f"analyzer.{place}".rpartition(".")
    getattr(sys.modules[module], name)  # a test must not change what is no longer there
    setattr(sys.modules[module], name, value)


def _leave(status: int) -> NoReturn:
    """Do what was left for the end, and be gone.

    Python would then take down each object that was loaded, in memory that is shared until it is
    written to: two thirds of a short run.
    """
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def _load_all() -> None:
    """Every module of the program, and every library, also those that it loads late."""
    import importlib
    import pkgutil

    import analyzer
    from analyzer.engines.postgresql.access.driver import load_driver

    load_driver(alone=True)  # as the program does
    for name in _LATE:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(analyzer.__path__, "analyzer."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)


if __name__ == "__main__":
    _load_all()
    gc.collect()
    gc.freeze()  # no search for garbage writes to what all runs share
    _serve(socket.socket(fileno=int(sys.argv[1])))
