"""Small applications of other frameworks for the pages: ``python -m tests.docs.example FOLDER``.

Each has a migration that ran in production and then got another number; the rows lie beside it.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

_SONGS, _ALBUMS = "CREATE TABLE songs (id integer)", "CREATE TABLE albums (id integer)"
_KNEX = "exports.up = (knex) => knex.raw(`$`);\nexports.down = () => {};\n"
_ALEMBIC = 'revision = "{own}"\ndown_revision = {before}\n\n\ndef upgrade():\n    op.execute("$")\n'
_CHANGELOG = "--liquibase formatted sql\n\n--changeset dana:1\n$;\n"


class Example(NamedTuple):
    """Paths and texts before and after; ``rows`` as `--rows` takes them."""

    before: dict[str, str]
    after: dict[str, str]
    rows: str


def _alembic(own: str, before: str | None, sql: str) -> str:
    told = "None" if before is None else f'"{before}"'
    return "from alembic import op\n\n" + _ALEMBIC.format(own=own, before=told).replace("$", sql)


EXAMPLES = {
    "knex": Example(
        {
            "migrations/20250301090000_songs.js": _KNEX.replace("$", _SONGS),
            "migrations/20250302090000_albums.js": _KNEX.replace("$", _ALBUMS),
        },
        {
            "migrations/20250301090000_songs.js": _KNEX.replace("$", _SONGS),
            "migrations/20250305090000_albums.js": _KNEX.replace("$", _ALBUMS),
        },
        "20250301090000_songs.js\n20250302090000_albums.js\n",
    ),
    "prisma": Example(
        {
            "prisma/migrations/20250301090000_songs/migration.sql": f"{_SONGS};\n",
            "prisma/migrations/20250302090000_albums/migration.sql": f"{_ALBUMS};\n",
        },
        {
            "prisma/migrations/20250301090000_songs/migration.sql": f"{_SONGS};\n",
            "prisma/migrations/20250305090000_albums/migration.sql": f"{_ALBUMS};\n",
        },
        "20250301090000_songs\n20250302090000_albums\n",
    ),
    "alembic": Example(
        {
            "alembic/versions/1f0c_songs.py": _alembic("1f0c", None, _SONGS),
            "alembic/versions/27d4_albums.py": _alembic("27d4", "1f0c", _ALBUMS),
        },
        {
            "alembic/versions/1f0c_songs.py": _alembic("1f0c", None, _SONGS),
            "alembic/versions/9b3e_albums.py": _alembic("9b3e", "1f0c", _ALBUMS),
        },
        "27d4\n",
    ),
    "flyway": Example(
        {"db/migration/V1__songs.sql": f"{_SONGS};\n", "db/migration/V2__albums.sql": _ALBUMS},
        {
            "db/migration/V1__songs.sql": f"{_SONGS};\n",
            "db/migration/V2__labels.sql": "CREATE TABLE labels (id integer);\n",
            "db/migration/V3__albums.sql": _ALBUMS,
        },
        "installed_rank,version,description,type,script,checksum\n"
        "1,1,songs,SQL,V1__songs.sql,\n2,2,albums,SQL,V2__albums.sql,\n",
    ),
    "liquibase": Example(
        {"db/changelog/002-albums.sql": _CHANGELOG.replace("$", _ALBUMS)},
        {"db/changelog/003-albums.sql": _CHANGELOG.replace("$", _ALBUMS)},
        "filename,id,author,orderexecuted,md5sum\ndb/changelog/002-albums.sql,1,dana,1,\n",
    ),
}


def build(example: Example, folder: Path) -> None:
    """A repository of two commits, the same every time, and the rows beside it."""
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    for day, (files, said) in enumerate(
        ((example.before, "Songs and albums"), (example.after, "Albums later")), start=2
    ):
        _git(folder, "rm", "-r", "-q", "--ignore-unmatch", ".")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
        _git(folder, "add", "-A")
        _git(folder, "commit", "-q", "-m", said, day=day)
    folder.with_name(f"{folder.name}.rows").write_text(example.rows, "utf-8")


def _git(folder: Path, *words: str, day: int = 1) -> None:
    who = {
        f"GIT_{role}_{what}": told
        for role in ("AUTHOR", "COMMITTER")
        for what, told in (
            ("NAME", "Dana"),
            ("EMAIL", "dana@archive.example"),
            ("DATE", f"2025-03-0{day}T09:00:00Z"),
        )
    }
    subprocess.run(["git", "-C", str(folder), *words], check=True, env={**os.environ, **who})


def main() -> None:
    """Build all of them in a folder."""
    for name, example in EXAMPLES.items():
        build(example, Path(sys.argv[1]) / name)


if __name__ == "__main__":
    main()
