"""Large objects, carried over under their numbers, piece by piece."""

from analyzer.engines.postgresql.words import identifier, literal
from analyzer.engines.sessions import Gateway, Session

_PIECE = 1 << 20  # bytes
_LIST = """
SELECT m.oid::bigint AS oid, pg_get_userbyid(m.lomowner)::text AS owner
FROM pg_largeobject_metadata m ORDER BY m.oid"""
_VIEWS = """
SELECT n.nspname::text AS schema, c.relname::text AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated ORDER BY c.oid"""


def copy_large_objects(source: Gateway, target: Gateway) -> None:
    """Copy all of them, each in a transaction of its own; what is there already is made anew.

    Raises:
        DatabaseError: one cannot be read or written.
    """
    with source.session() as old, target.session() as new:
        for found in old.rows(_LIST):
            new.run("BEGIN")
            _copy(old, new, found["oid"])
            new.run(f"ALTER LARGE OBJECT {found['oid']} OWNER TO {identifier(found['owner'])}")
            new.run("COMMIT")


def _copy(old: Session, new: Session, oid: int) -> None:
    new.run(
        f"SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = {oid}; "  # noqa: S608  a number
        f"SELECT lo_create({oid})"
    )
    place = 0
    while True:
        piece = old.ask(f"SELECT to_json(encode(lo_get({oid}, {place}, {_PIECE}), 'hex'))")
        if not piece:
            return
        new.run(f"SELECT lo_put({oid}, {place}, decode({literal(piece)}, 'hex'))")
        place += len(piece) // 2


def refresh_views(gateway: Gateway) -> None:
    """Fill the materialized views, each after those that it may read."""
    with gateway.session() as session:
        for row in session.rows(_VIEWS):
            place = identifier(row["schema"], row["name"])
            with session.transaction(), session.user_path():
                session.run(f"REFRESH MATERIALIZED VIEW {place}")
