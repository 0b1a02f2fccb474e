"""A recovery as a runbook: the same steps for people who must run them by hand.

One list of steps becomes a shell script and a markdown page. SQL goes through here-documents whose
ends no line of it equals, so that neither the shell nor the page reads anything in it.
"""

import re
from collections.abc import Sequence

from analyzer.engines.postgresql.access.pinned_settings import PIN
from analyzer.engines.postgresql.scripts import runbook_sql as q
from analyzer.engines.postgresql.scripts.runbook_shell import (
    address,
    captured,
    cut,
    heredoc,
    one_line,
    sql,
)
from analyzer.engines.postgresql.scripts.sql_words import literal, quoted, seen
from analyzer.model.recovery.recovery import FullPlan, Reach, TablePart, TablesPlan, kept_name
from analyzer.model.secrets.redaction import blanked, holds_secret
from analyzer.model.words.prefix_words import prefix_words
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import unseen_line, visible
from analyzer.records import Struct

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_]")  # in the name of a folder
_EXEC_WORD = "EXEC_SECRET"
_PAYLOAD = "checksums.sql"


class Chapter(Struct, frozen=True):
    """One step: its name as a word of the script, its title, and its lines of shell."""

    name: str
    title: str
    lines: tuple[str, ...]


def render_shell(plan: FullPlan | TablesPlan, reach: Reach) -> str:
    """Write the script: ``sh runbook.sh`` runs all steps, or those from a named one on."""
    chapters, back = _chapters(plan, reach), _back(plan)
    names = " ".join(chapter.name for chapter in chapters)
    lines = ["#!/bin/sh", *_head(plan), "set -eu", *_setup(plan, reach), ""]
    for chapter in (*chapters, back):
        lines += [
            f"# {one_line(chapter.title)}",
            f"do_{chapter.name}() {{",
            *(chapter.lines or (":",)),
            "}",
            "",
        ]
    lines += [
        "from=${1:-all}",
        'if [ "$from" = back ]; then do_back; exit; fi',
        "begun=no",
        f"for step in {names}; do",
        '  if [ "$from" = all ] || [ "$from" = "$step" ]; then begun=yes; fi',
        '  if [ "$begun" = yes ]; then',
        '    echo "== $step" >&2',
        '    "do_$step"',
        "  fi",
        "done",
        f'if [ "$begun" = no ]; then echo "steps: {names}; or back" >&2; exit 2; fi',
        'echo "Done. The way back is: sh $0 back" >&2',
    ]
    return "\n".join(lines) + "\n"


def render_markdown(plan: FullPlan | TablesPlan, reach: Reach) -> str:
    """Write the page: every step with its commands, and the way back."""
    lines = [f"# Recovery of `{one_line(plan.database)}`", ""]
    lines += [line.removeprefix("# ").removeprefix("#") for line in _head(plan)]
    lines += ["", "Run this first, in a POSIX shell that stays open:", ""]
    lines += ["```sh", "set -u", *_setup(plan, reach), "```", ""]
    for number, chapter in enumerate(_chapters(plan, reach), 1):
        lines += [f"## {number}. {chapter.name}: {one_line(chapter.title)}", ""]
        lines += ["```sh", *(chapter.lines or (":",)), "```", ""]
    back = _back(plan)
    lines += ["## The way back, at every step", "", back.title, "", "```sh", *back.lines, "```"]
    return "\n".join(lines) + "\n"


def _head(plan: FullPlan | TablesPlan) -> list[str]:
    what = (
        "a new database from the migrations"
        if isinstance(plan, FullPlan)
        else "the rows of some tables"
    )
    return [
        f"# Recovery of {one_line(plan.database)}: {what}. Written by migdoctor.",
        "# The password comes from PGPASSWORD or ~/.pgpass; it is not written here.",
        "# Nothing is dropped: the old rows stay until you drop them yourself.",
        "# Each step may be run again after an interruption: sh runbook.sh STEP goes on from it.",
        "# The way back, at every step: sh runbook.sh back",
    ]


def _setup(plan: FullPlan | TablesPlan, reach: Reach) -> list[str]:
    prefix = "".join(f"{word} " for word in prefix_words(reach.prefix, _EXEC_WORD))
    flags = "".join(f"{shell_word(word)} " for word in reach.flags)
    variables = [f"database={shell_word(address(plan.database))}"]
    if isinstance(plan, FullPlan):
        variables += [f"source={shell_word(address(plan.aside))}"]
    else:
        variables += [f"source={shell_word(address(plan.source_database or plan.side))}"]
    if _EXEC_WORD in prefix:
        variables += [f': "${{{_EXEC_WORD}:?set it to the password that --exec holds}}"']
    return [
        *variables,
        f"folder=${{RUNBOOK_FOLDER:-{_NOT_PLAIN.sub('_', plan.database)}.runbook}}",
        'mkdir -p -- "$folder"',
        "sql() {",
        "  on=$1; shift",
        "  # only pg_catalog is searched: nobody's operator is taken for PostgreSQL's own",
        f"  {{ echo {shell_word(f'{PIN};')}; cat; }} |",
        f'  {prefix}psql -X -q -A -t -w -v ON_ERROR_STOP=1 {flags}-d "$on" "$@"',
        "}",
        "dump() {",
        f'  {prefix}pg_dump -w -Fc {flags}-d "$1"',
        "}",
        "unpack() {",
        f"  {prefix}pg_restore -w --exit-on-error --single-transaction \\",
        f'    --no-owner --no-privileges {flags}-d "$1"',
        "}",
    ]


def _chapters(plan: FullPlan | TablesPlan, reach: Reach) -> list[Chapter]:
    return _full(plan, reach) if isinstance(plan, FullPlan) else _some(plan, reach)


def _full(plan: FullPlan, reach: Reach) -> list[Chapter]:
    old, new = quoted(plan.database), quoted(plan.aside)
    rename = f"ALTER DATABASE {old} RENAME TO {new};"
    create, finish = (
        [line for one in statements for line in sql("postgres", f"{seen(one)};")]
        for statements in (reach.create, reach.finish)
    )
    tables = plan.tables
    return [
        Chapter("stop", "stop the application", _command("stop", plan.stop_command)),
        Chapter("backup", "back up, and prove that the backup restores", _backup(plan)),
        Chapter("rename", "rename the old database aside", tuple(sql("postgres", rename))),
        Chapter("create", "create the new database like it", tuple(create)),
        Chapter(
            "migrate", "run every migration from scratch", _command("migrate", plan.migrate_command)
        ),
        Chapter("load", "copy the rows, all or nothing", _load(tables, q.truncate(tables))),
        Chapter("views", "fill the materialized views", tuple(heredoc('sql "$database"', q.VIEWS))),
        Chapter("objects", "copy the large objects", _objects()),
        Chapter("sequences", "set the sequences to where they were", _sequences()),
        Chapter(
            "verify",
            "compare rows and content of every table",
            (*_verify(tables), *_command("check", plan.check_command, "")),
        ),
        Chapter(
            "start",
            "put back the limits of the database, start the application",
            (*finish, *_command("start", plan.start_command)),
        ),
    ]


def _some(plan: TablesPlan, reach: Reach) -> list[Chapter]:
    tables = tuple(part for group in plan.components for part in group)
    keep = [
        "CREATE SCHEMA IF NOT EXISTS migdoctor_recovery;",
        *(
            f"CREATE TABLE IF NOT EXISTS {_kept(plan, part)} AS TABLE {q.place(part)};"
            for part in tables
        ),
    ]
    beside = (" ".join(map(shell_word, reach.restore)),) if reach.restore else ()
    return [
        Chapter("stop", "stop the application", _command("stop", plan.stop_command)),
        Chapter("backup", "back up, and prove that the backup restores", _backup(plan)),
        Chapter("source", "restore the backup beside", beside),
        Chapter(
            "load",
            "keep the former rows beside and copy the others, all or nothing",
            _load(tables, "\n".join([*keep, q.truncate(tables)])),
        ),
        Chapter("sequences", "set the sequences ahead of their columns", _sequences()),
        Chapter(
            "verify",
            "compare rows and content of these tables",
            (*_verify(tables), *_command("check", plan.check_command, "")),
        ),
        Chapter("start", "start the application", _command("start", plan.start_command)),
    ]


def _back(plan: FullPlan | TablesPlan) -> Chapter:
    stop, start = _command("stop", plan.stop_command, ""), _command("start", plan.start_command, "")
    if isinstance(plan, FullPlan):
        database, aside = quoted(plan.database), quoted(plan.aside)
        failed = quoted(f"{cut(plan.database)}_taken_back_{plan.id}")
        there = "SELECT count(*) FROM pg_database WHERE datname = "
        lines = [
            *stop,
            *captured("aside", f"{there}{literal(plan.aside)};"),
            'if [ "$aside" = 0 ]; then echo "The old database has its name." >&2; return 0; fi',
            *captured("new", f"{there}{literal(plan.database)};"),
            'if [ "$new" = 1 ]; then',
            *sql("postgres", f"ALTER DATABASE {database} RENAME TO {failed};"),
            "fi",
            *sql("postgres", f"ALTER DATABASE {aside} RENAME TO {database};"),
            *start,
        ]
        return Chapter("back", "give the old database its name back", tuple(lines))
    tables = tuple(part for group in plan.components for part in group)
    since = [
        f"CREATE TABLE {_kept(plan, part, 'since')} AS TABLE {q.place(part)};" for part in tables
    ]
    put = [q.put_back(part, _kept(plan, part)) for part in tables]
    end = [f"DROP TABLE {_kept(plan, part)};" for part in tables]
    body = "\n".join([q.UNDRESS, *since, q.truncate(tables), *put, *end, q.DRESS])
    lines = [*stop, *heredoc('sql "$database"', body), *start]
    return Chapter("back", "give the tables their former rows back", tuple(lines))


def _backup(plan: FullPlan | TablesPlan) -> tuple[str, ...]:
    """Dump, restore into a scratch database of the same server, compare, drop it."""
    scratch = f"{cut(plan.database)}_scratch_{plan.id}"
    return (
        'dump "$database" > "$folder/before.unfinished"',
        'mv -- "$folder/before.unfinished" "$folder/before.pgdump"',
        *sql("postgres", f"DROP DATABASE IF EXISTS {quoted(scratch)};"),
        *sql("postgres", f"CREATE DATABASE {quoted(scratch)} TEMPLATE template0;"),
        f'unpack {shell_word(address(scratch))} < "$folder/before.pgdump"',
        *sql("postgres", f"DROP DATABASE {quoted(scratch)};"),
    )


def _load(tables: Sequence[TablePart], first: str) -> tuple[str, ...]:
    """Feed one psql: keys and triggers off, rows, triggers and keys on, COMMIT as the last line.

    Where a part of it fails, the COMMIT never comes, and the server keeps nothing.
    """
    lines = ["{", *heredoc("cat", f"{q.UNDRESS}\n{first}")]
    for part in tables:
        lines += heredoc("cat", q.copy_in(part))
        lines += heredoc('sql "$source"', q.copy_out(part))
        lines += ["printf '%s\\n' '\\.'", *heredoc("cat", q.copied())]
    return (*lines, *heredoc("cat", q.DRESS), '} | sql "$database"')


def _objects() -> tuple[str, ...]:
    wipe = "BEGIN;\nSELECT lo_unlink(oid) FROM pg_largeobject_metadata;"
    return (
        "{",
        *heredoc("cat", wipe),
        *heredoc('sql "$source"', q.LARGE_OBJECTS),
        *heredoc("cat", "COMMIT;"),
        '} | sql "$database" > /dev/null',
    )


def _sequences() -> tuple[str, ...]:
    command = 'sql "$source"'
    first, *rest = heredoc(command, q.SEQUENCES)
    return (f"{{ {first}", *rest, '} | sql "$database" > /dev/null')


def _verify(tables: Sequence[TablePart]) -> tuple[str, ...]:
    body = "\n".join([q.PINNED, *map(q.checksum, tables)])
    return (
        *heredoc(f'cat > "$folder/{_PAYLOAD}"', body),
        f'sql "$source" < "$folder/{_PAYLOAD}" > "$folder/expected"',
        f'sql "$database" < "$folder/{_PAYLOAD}" > "$folder/found"',
        'if ! diff -- "$folder/expected" "$folder/found"; then',
        '  echo "Tables differ: go back." >&2',
        "  exit 1",
        "fi",
    )


def _command(name: str, command: str | None, otherwise: str = "by hand") -> tuple[str, ...]:
    """A command of the user's, as it is; a comment where none was given.

    One with a password is asked of the shell's environment, as no file keeps it; one whose
    characters would not all print is written with escapes.
    """
    if not command:
        return (f": {otherwise}",) if otherwise else ()
    if holds_secret(command):
        told = visible(f"{blanked(command)}  (its password is kept in no file)")
        asked = f"{name.upper()}_COMMAND"
        return (f"# {told}", f'eval "${{{asked}:?set it to the command of this step}}"')
    return (command,) if unseen_line(command) is None else (f"eval {shell_word(command)}",)


def _kept(plan: TablesPlan, part: TablePart, kind: str = "before") -> str:
    return f"migdoctor_recovery.{quoted(kept_name(plan.id, part, kind))}"
