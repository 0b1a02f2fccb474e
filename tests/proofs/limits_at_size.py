"""Exceed the real limits, and measure honest sizes: how long, and how much memory at most.

Usage: python tests/proofs/limits_at_size.py [--folder FOLDER] [--only WORD]

Each line is one run of the command as a user types it: seconds that a processor was busy with it
(and that passed: a busy machine takes longer), the most memory that it held or one of its children,
its exit status, and the first thing that it said. Exit status 1 where an honest size
took more than 30 seconds or 300 MB, where an abuse did not end with status 2 and a sentence within
60 seconds and 300 MB, or where anything ended with a traceback. What is made for it takes about
700 MB in FOLDER (a temporary one if it is not given), and is made once.
"""

import argparse
import gzip
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from analyzer.records import Struct

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES = 30, 300
PATIENCE = 60  # seconds for what has no end
OLD, NEW = 20200101000000, 20210101000000
COPY = (
    "CREATE TABLE public.schema_migrations (version character varying NOT NULL);\n"
    "COPY public.schema_migrations (version) FROM stdin;\n"
)


# A child's peak begins with that of whoever starts it, so somebody small does.
_MEASURED = """
import resource, subprocess, sys, time
begun = time.monotonic()
status = subprocess.run([sys.executable, *sys.argv[1:]], check=False).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
busy = used.ru_utime + used.ru_stime
print(status, time.monotonic() - begun, busy, used.ru_maxrss / 1024, file=sys.stderr)
"""


class Case(Struct, frozen=True, dict=True):
    """One run: its words, what is piped into it, and what must come of it."""

    name: str
    words: tuple[str, ...]
    statuses: tuple[int, ...] = (0, 1)
    pipe: str | None = None  # a shell command
    seconds: float = SECONDS

    @property
    def honest(self) -> bool:
        return 2 not in self.statuses


def migration(number: int) -> str:
    return (
        f"class CreateThing{number} < ActiveRecord::Migration[6.1]\n  def change\n"
        f"    create_table :things{number} do |t|\n      t.string :name{number}\n    end\n"
        "  end\nend\n"
    )


def repository(folder: Path, files: int, renamed: int) -> Path:
    """Two commits: so many migrations, and then some of them under other versions."""
    if folder.exists():
        return folder
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True)
    command = ["git", "-C", str(folder), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.writelines(_commits(files, renamed))
        process.stdin.close()
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard"], check=True)
    return folder


def _commits(files: int, renamed: int) -> Iterator[str]:
    who = "committer A <a@example.org> 1600000000 +0000\ndata 3\none\n"
    yield f"commit refs/heads/main\nmark :1\n{who}"
    for number in range(files):
        yield _file(OLD, number)
    yield f"\ncommit refs/heads/main\nmark :2\n{who}from :1\n"
    for number in range(renamed):
        yield f"D db/migrate/{OLD + number}_create_thing{number}.rb\n"
        yield _file(NEW, number)
    yield "\n"


def _file(base: int, number: int) -> str:
    text = migration(number)
    path = f"db/migrate/{base + number}_create_thing{number}.rb"
    return f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def rows(path: Path, count: int, head: str = "", tail: str = "", base: int = OLD) -> Path:
    """A file of so many applied versions."""
    if not path.exists():
        with path.open("w") as file:
            file.write(head)
            file.writelines(f"{base + number}\n" for number in range(count))
            file.write(tail)
    return path


def packed(path: Path, make: Callable[[], Iterator[bytes]]) -> Path:
    """A gzip file of what is made."""
    if not path.exists():
        with gzip.open(path, "wb", compresslevel=1) as file:
            for part in make():
                file.write(part)
    return path


def record(folder: Path, count: int) -> Path:
    """A repository with so many recorded renames."""
    made = repository(folder, 20, 2)
    text = "".join(
        f'[[rename]]\nold = "{OLD + n}_create_thing{n}"\nnew = "{NEW + n}_create_thing{n}"\n'
        'reason = "in order"\n'
        for n in range(count)
    )
    (made / "db/renames.toml").write_text(text)
    return made


def toml(folder: Path, name: str, text: str) -> Path:
    """A repository with hostile settings."""
    made = repository(folder, 20, 2)
    (made / name).parent.mkdir(exist_ok=True)
    (made / name).write_text(text)
    return made


def honest(folder: Path) -> Iterator[Case]:
    """Sizes that somebody may have."""
    small = str(repository(folder / "small", 20, 2))
    for name, path in (
        ("a list", rows(folder / "two.rows", 2_000_000)),
        ("a dump", rows(folder / "two.sql", 2_000_000, COPY, "\\.\n")),
        ("gzip", packed(folder / "two.gz", lambda: _numbers(2_000_000))),
    ):
        said = ("--repo", small, "--rows", str(path))
        yield Case(f"2,000,000 rows, {name}", ("diagnose", *said))
        yield Case(f"2,000,000 rows, {name}, json", ("diagnose", *said, "--format", "json"))
    yield Case(
        "2,000,000 rows, a pipe",
        ("diagnose", "--repo", small, "--rows", "-"),
        pipe=f"cat {folder / 'two.rows'}",
    )
    said = ("--repo", small, "--rows", str(folder / "two.rows"))
    yield Case("2,000,000 rows, check", ("check", "--base", "main~1", *said))
    yield Case("2,000,000 rows, rename-back", ("rename-back", *said, "--format", "json"))
    for files in (5_500, 50_000):
        large = str(repository(folder / f"r{files}", files, 5_000))
        ran = str(rows(folder / f"r{files}.rows", files))
        name = f"{files:,} files, 5,000 renamed"
        yield Case(
            f"{name}, check", ("check", "--repo", large, "--base", "main~1", "--ref", "main")
        )
        yield Case(f"{name}, diagnose", ("diagnose", "--repo", large, "--rows", ran))
        yield Case(
            f"{name}, diagnose, json",
            ("diagnose", "--repo", large, "--rows", ran, "--format", "json"),
        )
        yield Case(f"{name}, rewrite", ("rewrite", "--repo", large, "--rows", ran))
    recorded = str(record(folder / "recorded", 30_000))
    yield Case("30,000 recorded renames, rewrite", ("rewrite", "--recorded", "--repo", recorded))
    yield Case("30,000 recorded renames, check", ("check", "--base", "main~1", "--repo", recorded))
    ran = str(rows(folder / "some.rows", 20))
    yield Case("30,000 recorded renames, diagnose", ("diagnose", "--repo", recorded, "--rows", ran))


def abuses(folder: Path) -> Iterator[Case]:
    """What somebody may build."""
    small = str(repository(folder / "small", 20, 2))
    read = ("diagnose", "--repo", small, "--rows")
    refused = (2,)
    sixty = packed(folder / "sixty.gz", lambda: _numbers(60_000_000))
    yield Case("gzip of 60,000,000 rows", (*read, str(sixty)), refused)
    bomb = packed(
        folder / "bomb.gz",
        lambda: (b"SELECT '" if n == 0 else b"a" * (1 << 20) for n in range(4096)),
    )
    yield Case("gzip of one text of 4 GB", (*read, str(bomb)), refused)
    for text in ("y", "20200101000000", "", "#", "SELECT 1;", "--", "/*", "SELECT '"):
        yield Case(f"yes {text!r} |", (*read, "-"), refused, f"yes -- {text!r}", PATIENCE)
    yield Case("a line without an end", (*read, "-"), refused, "tr '\\0' 1 < /dev/zero", PATIENCE)
    yield Case("zeros without an end", (*read, "-"), refused, "cat /dev/zero", PATIENCE)
    digits = folder / "digits"
    digits.write_text("1" * 4301 + "\n")
    yield Case("a row of 4,301 digits", (*read, str(digits)), refused)
    yield Case(
        "psql that says yes",
        ("diagnose", "--repo", small, "--exec", "yes"),
        refused,
        seconds=PATIENCE,
    )
    for number, (what, text) in enumerate(
        {
            "500 brackets": "a = " + "[" * 500 + "]" * 500,
            "a key of 100 KB": ".".join("a" * 51_200) + " = 1",
            "a header of 100 KB": "[" + ".".join("a" * 51_200) + "]",
            "100 MB": "#\n" * 50_000_000,
        }.items()
    ):
        for name in (".migdoctor.toml", "pyproject.toml", "db/renames.toml"):
            made = toml(
                folder / f"toml{number}{name.replace('/', '')}", name, f"#migdoctor\n{text}"
            )
            yield Case(
                f"{name}: {what}", ("check", "--base", "main~1", "--repo", str(made)), refused
            )
    many = record(folder / "recorded-many", 60_000)
    yield Case("60,000 recorded renames", ("rewrite", "--recorded", "--repo", str(many)), refused)
    files = str(repository(folder / "r100001", 100_001, 0))
    yield Case("100,001 migration files", ("check", "--repo", files, "--base", "main~1"), refused)


def _numbers(count: int) -> Iterator[bytes]:
    step = 100_000
    for start in range(0, count, step):
        yield b"".join(b"%d\n" % (OLD + number) for number in range(start, start + step))


def run(case: Case) -> bool:
    """Run one case and print its line; whether it is as it should be."""
    command = [sys.executable, "-c", _MEASURED, "-m", "analyzer", *case.words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    source = (
        subprocess.Popen(
            ["/bin/sh", "-c", case.pipe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if case.pipe
        else None
    )
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command,
            env=environment,
            stdout=out,
            stderr=err,
            stdin=source.stdout if source else subprocess.DEVNULL,
        )
        process.wait()
        err.seek(0)
        *lines, measured = err.read().decode("utf-8", "replace").splitlines()
    status, took, busy, peak = (float(number) for number in measured.split())
    said = "\n".join(lines)
    if source is not None:
        source.kill()
        source.wait()
    good = status in case.statuses and busy <= case.seconds and peak <= MEGABYTES
    good &= "Traceback" not in said and (case.honest or "\n  fix: " in said)
    first = lines[0][:90] if lines and not case.honest else ""
    print(
        f"{'ok  ' if good else 'FAIL'} {case.name:44} {busy:6.1f} s ({took:5.1f}) {peak:6.0f} MB "
        f"status {status:.0f}  {first}",
        flush=True,
    )
    return good


def main() -> int:
    """Run all; 1 where one is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", default="", help="a word in the names of the cases to run")
    wish = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = wish.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
        cases = [one for make in (honest, abuses) for one in make(folder) if wish.only in one.name]
        good = [run(case) for case in cases]
        return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
