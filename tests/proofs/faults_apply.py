"""Kill repairs at random moments, and see that nothing is ever half done.

    python tests/proofs/faults_apply.py                    all of it: 50 moments each, both servers
    python tests/proofs/faults_apply.py --moments 3 --servers 18 --only 'of files'

At each moment: SIGKILL of apply, of undo and of the file moves (of all processes, or of ours
alone, so that the script goes on by itself); the connection cut by pg_terminate_backend; the
server stopped at once and started again. Afterwards the rows must be exactly the old or the new
ones and every file whole; what the command said must be true; a second run must finish; undo must
restore what was. Prints a line of counts for each kind of fault; exit status 1 if any rule broke.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analyzer.records import Struct

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import psycopg  # noqa: E402  the package's own path comes first

from analyzer.operations.demo.scenario import (  # noqa: E402
    build_database,
    build_repository,
    load_scenario,
)
from tests.support.commands.repair_runs import Ended, Place, ended  # noqa: E402
from tests.support.commands.scenarios import commit_id  # noqa: E402
from tests.support.databases.servers import (  # noqa: E402
    Database,
    Server,
    debian_programs,
    embedded_programs,
    fresh_database,
    restart,
    running,
)
from tests.support.histories.repositories import FOLDER, Repo  # noqa: E402

# How long each row takes: what is to be hit is slow, and what comes before and after it is not.
_PACE = """
CREATE OR REPLACE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END$$"""
_SLOW_ROWS = """
CREATE TRIGGER slowly AFTER UPDATE ON schema_migrations
  FOR EACH ROW EXECUTE PROCEDURE slowly();
CREATE CONSTRAINT TRIGGER slowly_at_the_end AFTER UPDATE ON schema_migrations
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE slowly()"""
_RUNNING = "another repair is running"
_SESSION = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'migdoctor 2%'"
# killed, interrupted at the keyboard, ended by a supervisor, the terminal closed
_SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SLOWLY, AT_ONCE = 0.02, 0.0  # seconds a row
_SLOW_MV = '#!/bin/sh\n/bin/sleep 0.01\nexec /bin/mv "$@"\n'


class BrokenRuleError(Exception):
    """What must never happen has happened."""


def pace(place: Place, seconds: float) -> None:
    """Let each row that is written take so long, twice."""
    place.database.run(_PACE.format(seconds=seconds))


def demand(condition: object, *told: object) -> None:
    """Insist on a rule."""
    if not condition:
        raise BrokenRuleError(*told)


class Rows(Struct, frozen=True, dict=True):
    """A place whose rows are to be rewritten; ``old`` and ``new`` are the two sets allowed."""

    place: Place
    old: list[str]
    new: list[str]

    def reset(self, rows: list[str]) -> None:
        """Bring the rows to one of the two sets, and forget the journal."""
        with self.place.database.connect() as connection:
            connection.execute("TRUNCATE schema_migrations")
            connection.cursor().executemany(
                "INSERT INTO schema_migrations VALUES (%s)", [(row,) for row in rows]
            )
        shutil.rmtree(self.place.state, ignore_errors=True)

    def look(self) -> str:
        """Tell which of the two sets is there, once no session of ours is left."""
        end = time.monotonic() + 30
        while self.place.database.run(_SESSION):
            demand(time.monotonic() < end, "a session of ours stays for ever")
            time.sleep(0.02)
        found = self.place.rows()
        demand(found in (self.old, self.new), "half done", found)
        return "old" if found == self.old else "new"

    def restore(self) -> None:
        """A second run must finish what the first began, and undo must take it back."""
        again = self.place.run("rewrite", "--apply", "--yes")
        demand(again.status == 0, "the second run", again)
        demand(self.look() == "new", "the second run did not finish", again)
        back = self.place.run("undo", "--yes")
        demand(back.status == 0, "undo", back)
        demand(self.look() == "old", "undo did not restore the rows", back)


def rows_of(server: Server, database: Database, folder: Path) -> Rows:
    """The incident, with triggers that make its transaction slow enough to be hit."""
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, folder / "app")
    build_database(scenario, database.url)
    place = Place(repository, database, folder / "state")
    old = place.rows()
    demand(place.run("rewrite", "--apply", "--yes").status == 0, "no apply at all")
    new = place.rows()
    pace(place, AT_ONCE)
    database.run(_SLOW_ROWS)
    found = Rows(place, old, new)
    found.reset(old)
    return found


def wait_for_session(rows: Rows, process: subprocess.Popen[str]) -> int | None:
    """Wait until the repair's own session is there; None where the process ended before."""
    with rows.place.database.connect() as connection:
        while process.poll() is None:
            found = connection.execute(_SESSION).fetchone()
            if found:
                pid: int = found[0]
                return pid
            time.sleep(0.001)
    return None


def killed_rows(rows: Rows, chance: random.Random, *, undo: bool) -> str:
    """SIGKILL of apply or undo: half of the moments within the transaction, half anywhere."""
    rows.reset(rows.old)
    if undo:
        done = rows.place.run("rewrite", "--apply", "--yes")
        demand(done.status == 0, "apply", done)
    command = ["undo"] if undo else ["rewrite", "--apply"]
    pace(rows.place, SLOWLY)
    process = rows.place.start(*command, "--yes")
    if chance.random() < 0.5:
        wait_for_session(rows, process)
        time.sleep(chance.uniform(0, 0.4))
    else:
        with suppress(subprocess.TimeoutExpired):  # nobody waits for what has ended
            process.communicate(timeout=chance.uniform(0, 2.0))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    ended(process)
    found = rows.look()
    pace(rows.place, AT_ONCE)
    if undo:
        again = rows.place.run("undo", "--yes")
        demand(again.status in (0, 2), "the second undo", again)
        demand(rows.look() == "old", "the second undo did not finish", again)
        rows.place.run("undo", "--list")
        demand(rows.place.states()[-1] == "undone", "the journal", rows.place.states())
    rows.restore()
    return found


def cut_rows(rows: Rows, chance: random.Random, *, undo: bool) -> str:
    """pg_terminate_backend: the command itself must find out what happened, and say it."""
    rows.reset(rows.old)
    if undo:
        rows.place.run("rewrite", "--apply", "--yes")
    pace(rows.place, SLOWLY)
    process = rows.place.start(*(["undo"] if undo else ["rewrite", "--apply"]), "--yes")
    pid = wait_for_session(rows, process)
    time.sleep(chance.uniform(0, 0.4))
    if pid is not None:
        rows.place.database.run(f"SELECT pg_terminate_backend({pid})")
    return told_the_truth(rows, ended(process), undo=undo)


def told_the_truth(rows: Rows, done: Ended, *, undo: bool) -> str:
    """The exit status says whether it was done; then a second run finishes."""
    found = rows.look()
    pace(rows.place, AT_ONCE)
    goal = "old" if undo else "new"
    demand((done.status == 0) == (found == goal), "the exit status lies", found, done)
    demand(done.status in (0, 1), "an unexpected end", done)
    if undo and done.status:
        again = rows.place.run("undo", "--yes")
        demand(again.status == 0, "the second undo", again)
    rows.restore()
    return found


def stopped_server(rows: Rows, chance: random.Random, *, undo: bool) -> str:
    """The server stopped at once in the middle, and started again a moment later."""
    rows.reset(rows.old)
    if undo:
        rows.place.run("rewrite", "--apply", "--yes")
    pace(rows.place, SLOWLY)
    process = rows.place.start(*(["undo"] if undo else ["rewrite", "--apply"]), "--yes")
    wait_for_session(rows, process)
    time.sleep(chance.uniform(0, 0.4))
    restart(rows.place.database.server, pause=chance.uniform(0, 1))
    return told_the_truth(rows, ended(process), undo=undo)


# Files


class Files(Struct, frozen=True, dict=True):
    """A place whose files are to be renamed; moves are slowed down so that they can be hit."""

    place: Place
    options: tuple[str, ...]
    old: dict[str, bytes]
    new: dict[str, bytes]

    def look(self) -> str:
        """Tell where the files stand: every content is there, once and whole."""
        found = self.place.files()
        if found == self.old:
            return "old"
        if found == self.new:
            return "new"
        kept = {name: text for name, text in found.items() if not name.endswith("-edit")}
        demand(len(kept) == len(self.old), "a file was lost or doubled", sorted(found))
        allowed = Counter([*self.old.values(), *self.new.values()])
        demand(not Counter(kept.values()) - allowed, "a content was changed")
        return "between"

    def reset(self) -> None:
        """Bring the files back as they were, and forget the journal."""
        git = ["git", "-C", str(self.place.repository)]
        subprocess.run([*git, "checkout", "-q", "-f", "HEAD", "--", "."], check=True)
        subprocess.run([*git, "clean", "-qfd"], check=True)
        shutil.rmtree(self.place.state, ignore_errors=True)
        demand(self.look() == "old", "the test's own reset")

    def restore(self) -> None:
        """A second run must finish what the first began, and undo must take it back."""
        again = self.place.run("rename-back", "--apply", "--yes", *self.options)
        demand(again.status == 0, "the second run", again)
        demand(self.look() == "new", "the second run did not finish", again)
        back = self.place.run("undo", "--yes")
        demand(back.status == 0, "undo", back)
        demand(self.look() == "old", "undo did not restore the files", back)


def files_of(name: str, database: Database, folder: Path) -> Files:
    """One of the scenarios that move files: chains, a swap, changed class names."""
    if name == "class names":
        repository, options = _with_class_names(folder / "app", database), ()
    else:
        scenario = load_scenario(name)
        repository = build_repository(scenario, folder / "app")
        build_database(scenario, database.url)
        deployed = commit_id(scenario, repository, scenario.deployed)
        options = ("--deployed", deployed) if name == "swap" else ()
    slow = folder / "bin"
    slow.mkdir()
    (slow / "mv").write_text(_SLOW_MV)
    (slow / "mv").chmod(0o755)
    path = {"PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"}
    place = Place(repository, database, folder / "state", path)
    old = place.files()
    done = place.run("rename-back", "--apply", "--yes", *options)
    demand(done.status == 0, "no apply at all", done)
    found = Files(place, options, old, place.files())
    demand(found.new != found.old, "nothing moved", done)
    found.reset()
    return found


def _with_class_names(folder: Path, database: Database) -> Path:
    repo = Repo.make(folder)
    tables = ("songs", "artists", "genres")
    for number, table in enumerate(tables, start=1):
        columns = [f"  t.string :{table}_{name}" for name in ("name", "note", "kind")]
        body = (f"create_table :{table} do |t|", *columns, "end")
        repo.add(f"2025010{number}000000_create_{table}.rb", f"Create{table.title()}", *body)
    repo.commit()
    for number, table in enumerate(tables, start=1):
        old = f"2025010{number}000000_create_{table}.rb"
        new = f"2025020{number}000000_make_{table}.rb"
        text = (repo.path / FOLDER / old).read_text()
        repo.remove(old)
        repo.write(new, text.replace("class Create", "class Make"))
    repo.commit()
    database.run("CREATE TABLE schema_migrations (version varchar PRIMARY KEY)")
    for number in range(1, 4):
        database.run(f"INSERT INTO schema_migrations VALUES ('2025010{number}000000')")
    return repo.path


def killed_files(files: Files, chance: random.Random, *, undo: bool) -> str:
    """SIGKILL of all processes, or of ours alone: then the script goes on to its end by itself."""
    files.reset()
    if undo:
        done = files.place.run("rename-back", "--apply", "--yes", *files.options)
        demand(done.status == 0, "apply", done)
    command = ["undo", "--yes"] if undo else ["rename-back", "--apply", "--yes", *files.options]
    process = files.place.start(*command)
    alone = chance.random() < 0.3
    script = _wait_for_script(process)
    time.sleep(chance.uniform(0, 0.25))
    _kill(process.pid)
    while left := _session(script):  # killed, one may leave a child that was just born
        for pid in () if alone else left:
            _kill(pid)
        time.sleep(0.002)
    process.communicate()
    found = files.look()
    demand(not alone or found != "between", "the script did not go on to its end")
    if undo:
        again = files.place.run("undo", "--yes")
        demand(again.status in (0, 2), "the second undo", again)
        demand(files.look() == "old", "the second undo did not finish", again)
        demand(files.place.states()[-1] == "undone", "the journal", files.place.states())
    files.restore()
    return found


def _wait_for_script(process: subprocess.Popen[str]) -> int | None:
    """Wait until our process has a child in a session of its own; its id is the session's."""
    while process.poll() is None:
        for pid, parent, session in _processes():
            if parent == process.pid and session == pid:
                return pid
        time.sleep(0.002)
    return None


def _session(leader: int | None) -> list[int]:
    return [pid for pid, _, session in _processes() if session == leader]


def _processes() -> Iterator[tuple[int, int, int]]:
    """Process, parent and session ids; those that are dead but not yet buried left out."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            yield int(folder.name), int(fields[1]), int(fields[3])


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


# Rows and files


class Whole(Struct, frozen=True, dict=True):
    """A place whose rows and schema file are changed by one repair."""

    place: Place
    rows: dict[str, list[str]]  # "old" and "new"
    files: dict[str, dict[str, bytes]]

    def look(self) -> str:
        """Tell where both stand: new rows beside old files is what must never be."""
        end = time.monotonic() + 30
        while self.place.database.run(_SESSION):
            demand(time.monotonic() < end, "a session of ours stays for ever")
            time.sleep(0.02)
        rows = [name for name, kept in self.rows.items() if self.place.rows() == kept]
        demand(rows, "rows half done", self.place.rows())
        found = self.place.files()
        files = [name for name, kept in self.files.items() if found == kept] or ["between"]
        demand((rows, files) not in ((["new"], ["old"]), (["new"], ["between"])), "files behind")
        return f"{rows[0]} rows, {files[0]} files"

    def reset(self) -> None:
        """Bring both back as they were, and forget the journal."""
        git = ["git", "-C", str(self.place.repository)]
        subprocess.run([*git, "checkout", "-q", "-f", "HEAD", "--", "."], check=True)
        subprocess.run([*git, "clean", "-qfd"], check=True)
        with self.place.database.connect() as connection:
            connection.execute("TRUNCATE schema_migrations")
            connection.cursor().executemany(
                "INSERT INTO schema_migrations VALUES (%s)", [(row,) for row in self.rows["old"]]
            )
        shutil.rmtree(self.place.state, ignore_errors=True)
        demand(self.look() == "old rows, old files", "the test's own reset")

    def restore(self) -> None:
        """The same command must finish what was cut off, and one undo must take all of it back.

        A script of moves outlives the command that is killed; until it has ended, it is waited for.
        """
        again, end = self.place.run("rewrite", "--apply", "--yes"), time.monotonic() + 10
        while _RUNNING in again.err and time.monotonic() < end:
            time.sleep(0.1)
            again = self.place.run("rewrite", "--apply", "--yes")
        demand(again.status == 0, "the second run", again)
        demand(self.look() == "new rows, new files", "the second run did not finish", again)
        back = self.place.run("undo", "--yes")
        demand(back.status == 0, "undo", back)
        demand(self.look() == "old rows, old files", "undo did not restore", back)


def whole_of(database: Database, folder: Path) -> Whole:
    """Three renamed migrations and a schema file; rows and moves are slow enough to be hit."""
    repository = _with_class_names(folder / "app", database)
    schema = "ActiveRecord::Schema.define(version: 2025_01_03_000000) do\nend\n"
    (repository / "db/schema.rb").write_text(schema)
    git = ["git", "-C", str(repository)]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "schema"], check=True)
    slow = folder / "bin"
    slow.mkdir()
    (slow / "mv").write_text(_SLOW_MV)
    (slow / "mv").chmod(0o755)
    path = {"PATH": f"{slow}{os.pathsep}{os.environ['PATH']}"}
    place = Place(repository, database, folder / "state", path)
    rows, files = {"old": place.rows()}, {"old": place.files()}
    done = place.run("rewrite", "--apply", "--yes")
    demand(done.status == 0, "no apply at all", done)
    rows["new"], files["new"] = place.rows(), place.files()
    demand(files["new"] != files["old"], "the schema file did not change", done)
    pace(place, AT_ONCE)
    database.run(_SLOW_ROWS)
    found = Whole(place, rows, files)
    found.reset()
    return found


def killed_whole(whole: Whole, chance: random.Random, *, undo: bool) -> str:
    """A signal to apply or undo, anywhere: while files move, while rows change, in between."""
    whole.reset()
    if undo:
        done = whole.place.run("rewrite", "--apply", "--yes")
        demand(done.status == 0, "apply", done)
    pace(whole.place, SLOWLY)
    process = whole.place.start(*(["undo"] if undo else ["rewrite", "--apply"]), "--yes")
    script = _wait_for_script(process) if chance.random() < 0.7 else None
    time.sleep(chance.uniform(0, 0.5 if script else 2.0))
    how = chance.choice(_SIGNALS)
    with suppress(ProcessLookupError):
        os.kill(process.pid, how)
    for pid in _session(script) if script is not None and how is signal.SIGKILL else ():
        _kill(pid)
    process.communicate()
    found = whole.look()
    pace(whole.place, AT_ONCE)
    if undo:
        again = whole.place.run("undo", "--yes")
        demand(again.status in (0, 2), "the second undo", again)
        demand(whole.look() == "old rows, old files", "the second undo did not finish", again)
        demand(whole.place.states()[-1] == "undone", "the journal", whole.place.states())
    whole.restore()
    return found


# Counting


class Wish(Struct, frozen=True, dict=True):
    """How often, and which faults: those whose title holds ``only``."""

    moments: int
    only: str


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="migdoctor-faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def count(title: str, wish: Wish, moments: int, fault: Callable[[], str]) -> bool:
    """Let a fault happen many times; print what was found. Whether all rules held."""
    if wish.only not in title:
        return True
    found, broken = Counter[str](), 0
    for _ in range(moments):
        try:
            found[fault()] += 1
        except (BrokenRuleError, psycopg.Error, subprocess.SubprocessError) as error:
            broken += 1
            print(f"  BROKEN: {title}: {error!r}", flush=True)
    told = ", ".join(f"{number} {name}" for name, number in sorted(found.items()))
    print(f"{title:<46} {moments:>3} moments: {told or 'none'}; {broken} broken", flush=True)
    return not broken


def _asked_for(wish: Wish, kind: str, what: str) -> bool:
    """Whether --only leaves any fault of this kind, so that its world is worth building."""
    others = {"of rows", "of files", "of both"} - {what}
    return wish.only not in others and not (kind and wish.only in ("connection cut", "stopped"))


def faults_of_rows(server: Server, name: str, wish: Wish, chance: random.Random) -> bool:
    """All faults that concern rows, on one server."""
    if not _asked_for(wish, "", "of rows"):
        return True
    kinds = [
        (killed_rows, "SIGKILL", wish.moments),
        (cut_rows, "connection cut", wish.moments),
        (stopped_server, "server stopped", max(1, wish.moments // 5)),
    ]
    held = True
    with fresh_database(server) as database, _folder() as folder:
        rows = rows_of(server, database, folder)
        for kind, title, times in kinds:
            for undo in (False, True):
                what = f"{title}, {'undo' if undo else 'apply'} of rows, PostgreSQL {name}"

                def fault(kind: Callable[..., str] = kind, *, undo: bool = undo) -> str:
                    return kind(rows, chance, undo=undo)

                held = count(what, wish, times, fault) and held
    return held


def faults_of_files(server: Server, wish: Wish, chance: random.Random) -> bool:
    """SIGKILL of the moves, spread over the kinds of moves."""
    held = True
    if not _asked_for(wish, "SIGKILL", "of files"):
        return held
    names = ("archive-incident", "swap", "class names")
    for place, name in enumerate(names):
        times = wish.moments // len(names) + (place < wish.moments % len(names))
        if not times:
            continue
        with fresh_database(server) as database, _folder() as folder:
            files = files_of(name, database, folder)
            for undo in (False, True):
                what = f"SIGKILL, {'undo' if undo else 'apply'} of files, {name}"

                def fault(files: Files = files, *, undo: bool = undo) -> str:
                    return killed_files(files, chance, undo=undo)

                held = count(what, wish, times, fault) and held
    return held


def faults_of_both(server: Server, wish: Wish, chance: random.Random) -> bool:
    """SIGKILL of a repair that changes rows and files."""
    held = True
    if not _asked_for(wish, "SIGKILL", "of both"):
        return held
    with fresh_database(server) as database, _folder() as folder:
        whole = whole_of(database, folder)
        for undo in (False, True):
            what = f"SIGKILL and others, {'undo' if undo else 'apply'} of both"

            def fault(*, undo: bool = undo) -> str:
                return killed_whole(whole, chance, undo=undo)

            held = count(what, wish, wish.moments, fault) and held
    return held


def main() -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--servers", default="15,18")
    parser.add_argument("--seed", type=int, default=20250823)
    parser.add_argument("--only", default="", help="faults whose title holds this")
    asked = parser.parse_args()
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what nohup ignores, its children would ignore
    wish, chance = Wish(asked.moments, asked.only), random.Random(asked.seed)
    programs = {"15": debian_programs, "18": embedded_programs}
    held = True
    for place, name in enumerate(asked.servers.split(",")):
        with running(programs[name]()) as server:
            if place == 0:
                held = faults_of_files(server, wish, chance) and held
                held = faults_of_both(server, wish, chance) and held
            held = faults_of_rows(server, name, wish, chance) and held
    print("Every rule held." if held else "Rules were broken: see above.")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
