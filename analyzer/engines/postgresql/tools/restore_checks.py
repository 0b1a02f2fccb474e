"""What a database must be before a backup is restored into it."""

from analyzer.engines.postgresql.words import literal
from analyzer.engines.sessions import Session
from analyzer.errors import DatabaseError, RefusedError
from analyzer.model.recovery.manifest import Manifest
from analyzer.model.words.wording import listed

_SHOWN = 6
_USERS = """n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
  SELECT FROM pg_depend e WHERE e.objid = {oid} AND e.deptype = 'e')"""
_CONTENT = f"""
SELECT ARRAY(SELECT n.nspname || '.' || c.relname
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT c.relispartition
               AND {_USERS.format(oid="c.oid")}
             ORDER BY c.relkind IN ('r', 'p') DESC, 1) AS names,
       EXISTS (SELECT FROM pg_largeobject_metadata) AS "large objects",
       EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
               WHERE {_USERS.format(oid="p.oid")}) AS functions,
       EXISTS (SELECT FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
               WHERE t.typtype IN ('e', 'd') AND {_USERS.format(oid="t.oid")}) AS types"""  # noqa: S608  no text of a user's


def demand_empty(session: Session) -> None:
    """Make sure that nothing of a user's is in a database.

    Raises:
        RefusedError: something is; the reason tells what a restore over it would do.
    """
    (found,) = session.rows(_CONTENT)
    names = found["names"]
    others = [kind for kind in ("functions", "types", "large objects") if found[kind]]
    if not names and not others:
        return
    raise RefusedError(
        f"{session.place} is not empty: it has {listed(names, _SHOWN) or ' and '.join(others)}",
        why="a dump restored over tables that are there stops at each of them; its rows are then "
        "lost while psql exits with 0, and what is there stays as it is",
        fix="restore alongside it: --into-new NAME; to carry rows into a migrated database, run "
        "migdoctor recover",
    )


def demand_fitting(session: Session, manifest: Manifest, *, owners: bool) -> None:
    """Make sure that the server has the extensions and roles that the backup needs.

    Raises:
        DatabaseError: it lacks one; each is named.
    """
    lacking = missing_extensions(session, manifest)
    if lacking:
        raise DatabaseError(
            f"{session.place}: the server lacks {', '.join(lacking)}",
            why="the backup uses these extensions, and a restore would stop at the first",
            fix="install the extension's package on the server, then restore again",
        )
    there = {row["name"] for row in session.rows("SELECT rolname::text AS name FROM pg_roles")}
    roles = [name for name in manifest.state.roles if name not in there]
    if roles and owners:
        raise DatabaseError(
            f"{session.place}: the server lacks the role {', '.join(roles)}",
            why="the backup's tables belong to it, or it may use them",
            fix=f'CREATE ROLE "{roles[0]}"; or restore without owners and privileges: --no-owner',
        )


def missing_extensions(session: Session, manifest: Manifest) -> list[str]:
    """Name the extensions of a backup that a server does not have."""
    names = ", ".join(literal(name) for name, _ in manifest.state.extensions) or "NULL"
    there = session.rows(
        f"SELECT name::text AS name FROM pg_available_extensions WHERE name IN ({names})"  # noqa: S608  quoted
    )
    known = {row["name"] for row in there}
    return [f"extension {name}" for name, _ in manifest.state.extensions if name not in known]
