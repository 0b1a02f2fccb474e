"""What a run does before it does anything, and as it ends: little."""

import subprocess
import sys
from pathlib import Path

from tests.support.commands.migdoctor import ROOT, migdoctor
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

_MOST_CALLS = 7  # of git, by a diagnosis of an application that nothing happened to
_MOST_CALLS_OF_CHECK = 13  # however many commands it tries before it tells them
_MOST_MODULES = 346, 600  # ours and all, of a diagnosis with a live database and no findings
_NOT_NEEDED = frozenset(  # each takes long to load, and that diagnosis does nothing with it
    {
        "analyzer.workflow.repair",
        "asyncio",
        "concurrent.futures",
        "email",
        "git",
        "importlib.metadata",
        "networkx",
        "pglast",
        "platformdirs",
        "rich",
        "tabulate",
        "tomllib",
    }
)
_LIST_MODULES = """if True:
    import sys
    from analyzer.cli.main import run
    status = run(sys.argv[1:])
    print(*sys.modules, file=sys.stderr)
    sys.exit(status)
"""
_NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def _run_bare(code: str) -> str:
    """What code prints in a Python that loaded nothing of anybody's."""
    asked = f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"
    command = [sys.executable, "-S", "-c", asked]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_version_waits_for_no_library():
    printed = _run_bare(
        "from analyzer.cli.main import run; run(['--version']); print(*sys.modules)"
    )

    version, modules = printed.splitlines()
    assert version.startswith("migdoctor ")
    assert not {"typing", "re", "click", "dataclasses", "analyzer.cli.terminal.console"} & {
        *modules.split()
    }


def test_python_does_not_look_for_garbage_as_it_ends():
    code = """if True:
        import gc
        from analyzer.cli.main import main
        try:
            main(["--version"])
        except SystemExit:
            print(gc.get_freeze_count() > 1000)
    """
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.splitlines()[1:] == ["True"]


def _migrated(folder: Path, database: Database) -> Repo:
    """An application that nothing happened to, and its database."""
    repo = Repo.make(folder)
    repo.add("20250101000000_create_songs.rb", "CreateSongs", "create_table :songs")
    repo.commit()
    database.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        "CREATE TABLE songs (id bigserial PRIMARY KEY);"
        "INSERT INTO schema_migrations VALUES ('20250101000000')"
    )
    return repo


def test_a_diagnosis_loads_little(tmp_path: Path, database: Database):
    repo = _migrated(tmp_path / "app", database)
    asked = ("diagnose", "--repo", str(repo.path), "--database-url", database.url)
    assert migdoctor(repo.path, *asked).status == 0  # from now on the history is known

    done = subprocess.run(
        [sys.executable, "-c", _LIST_MODULES, *asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )

    loaded = set(done.stderr.splitlines()[-1].split())
    ours = {it for it in loaded if it.partition(".")[0] == "analyzer"}
    assert not _NOT_NEEDED & loaded
    assert (len(ours) <= _MOST_MODULES[0], len(loaded) <= _MOST_MODULES[1]) == (True, True), (
        len(ours),
        len(loaded),
    )


def test_who_uses_us_as_a_library_has_the_whole_driver():
    code = """if True:
        from analyzer.engines.registry import usual_engine
        usual_engine().access.load_driver(alone=False)
        import asyncio, sys
        from psycopg import waiting
        print(waiting.sleep is asyncio.sleep, sys.modules["importlib.metadata"].__file__ is None)
    """
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.split() == ["True", "False"]


def test_what_the_driver_did_without_loads_where_it_is_used():
    code = """if True:
        import sys
        from analyzer.engines.registry import usual_engine
        usual_engine().access.load_driver(alone=True)
        from psycopg import _acompat
        print("asyncio" in sys.modules)
        used = _acompat.asyncio.create_task
        import asyncio, importlib.metadata
        print(used is asyncio.create_task, importlib.metadata.version("psycopg") == "unread")
    """
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.split() == ["False", "True", "False"]


def test_git_is_asked_few_things(tmp_path: Path, database: Database):
    repo = _migrated(tmp_path / "app", database)
    trace = tmp_path / "trace"
    asked = ("diagnose", "--database-url", database.url)
    first = migdoctor(repo.path, *asked)

    second = migdoctor(repo.path, *asked, GIT_TRACE=str(trace))

    assert (first.status, second.status) == (0, 0), second
    calls = _calls(trace)
    assert len(calls) <= _MOST_CALLS, calls


def _calls(trace: Path) -> list[str]:
    return [line for line in trace.read_text().splitlines() if "built-in: git" in line]


def test_git_is_asked_no_more_for_each_command_that_check_tries(tmp_path: Path):
    repo = Repo.make(tmp_path / "app")
    names = [f"202501010000{number:02}" for number in range(4)]
    for number in names:
        repo.add(f"{number}_create_t{number}.rb", f"CreateT{number}", f"create_table :t{number}")
    repo.commit()
    repo.git("checkout", "-q", "-b", "topic")
    for number in names[:2]:
        repo.remove(f"{number}_create_t{number}.rb")
    for number in names[2:]:
        wrong = int(number) + 50  # no such second
        repo.add(f"{wrong}9_add_u{number}.rb", f"AddU{number}", f"create_table :u{number}")
    repo.commit()
    trace = tmp_path / "trace"

    done = migdoctor(
        repo.path, "check", "--base", "main", "--ref", "topic", GIT_TRACE=str(trace), CI=""
    )

    assert (done.status, "git mv" in done.out, "git checkout" in done.out) == (1, True, True), done
    calls = _calls(trace)
    assert len(calls) <= _MOST_CALLS_OF_CHECK, calls


def test_where_both_are_missing_the_repository_is_told_before_the_database(tmp_path: Path):
    done = migdoctor(tmp_path, "diagnose", "--database-url", _NOWHERE)

    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "migdoctor: '.' is not in a git repository",
    )


def test_a_database_that_cannot_be_reached_is_told_once_the_repository_was_read(tmp_path: Path):
    repo = Repo.make(tmp_path / "app")
    repo.add("20250101000000_create_songs.rb", "CreateSongs")
    repo.commit()

    done = migdoctor(repo.path, "diagnose", "--database-url", _NOWHERE)

    assert done.status == 2
    assert done.err.startswith("migdoctor: no PostgreSQL server answers")
