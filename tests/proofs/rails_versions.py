"""The Rails proofs against this computer's Rails, and against another Debian's in a folder.

    python -m tests.proofs.rails_versions make FOLDER
    python -m tests.proofs.rails_versions [--histories 150] [--migrations 300] [FOLDER ...]

`make` brings Debian 13 with Rails 7.2 into a folder, in about a minute; it needs root and
debootstrap. Without a folder the proofs run against what CI runs as well: Debian 12's Rails 6.1.
They are: what is foretold and what Rails then does (its errors too) on PostgreSQL, MariaDB and
SQLite; locks, repairs and undo; Rails' own dump and what is read and written of a schema file;
dates that Rails forbids; the defaults of each version of a migration, by random migrations whose
schema must be the one that the files add up to. What Rails 8.0 and 8.1 do was read in their
sources, and not run: no Debian has them.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_PACKAGES = "ruby,ruby-activerecord,ruby-railties,ruby-pg,ruby-sqlite3,ruby-mysql2,rake"
_MAKE = ("debootstrap", "--variant=minbase", f"--include={_PACKAGES}", "trixie")
_TESTS = ("tests/rails", "tests/workflow/schema/test_schema.py")


def main(words: list[str]) -> int:
    """Make a folder, or run the proofs; 0 where all of them held."""
    if words[:1] == ["make"]:
        return subprocess.run([*_MAKE, *words[1:]], check=False).returncode
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=150)
    parser.add_argument("--migrations", type=int, default=300)
    parser.add_argument("folders", nargs="*")
    given = parser.parse_args(words)
    return max(
        _proven(folder, given.histories, given.migrations) for folder in ("", *given.folders)
    )


def _proven(folder: str, histories: int, migrations: int) -> int:
    print(f"== Rails of {folder or 'this computer'}", flush=True)
    world = {
        **os.environ,
        "MIGDOCTOR_RAILS_ROOT": folder,
        "MIGDOCTOR_PREDICTIONS": str(histories),
        "MIGDOCTOR_REQUIRE": "rails,mariadb",
    }
    fuzz = ("tests.proofs.differential_fuzz", "--migrations", str(migrations), "--rounds", "2")
    return max(_run(["pytest", "-q", "-m", "rails", *_TESTS], world), _run([*fuzz], world))


def _run(module: list[str], world: dict[str, str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, env=world, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
