"""How migration files of many tools look: enough to say that a file is one, and whose.

It is for what no convention finds: a file of this kind in a folder that nobody named must not pass
unseen. A path alone decides where a tool's path is its own; else the content must agree.
"""

import re
from collections.abc import Callable

from analyzer.records import Struct


class Signature(Struct, frozen=True):
    """A tool's migration file: ``path`` matches its whole path, ``content`` is somewhere in it."""

    tool: str
    path: re.Pattern[str]
    content: re.Pattern[bytes] | None = None


def _signature(tool: str, path: str, content: bytes | None = None) -> Signature:
    told = re.compile(content, re.MULTILINE) if content is not None else None
    return Signature(tool, re.compile(rf"(?:.*/)?{path}", re.ASCII | re.DOTALL), told)


SIGNATURES = (
    _signature("rails", r"[0-9]+_[^/]*\.rb", rb"<\s*(?:::)?ActiveRecord::Migration\b"),
    _signature("sequel", r"[0-9]+_[^/]*\.rb", rb"^\s*Sequel\.migration\b"),
    _signature("django", r"migrations/[^/_~][^/]*\.py", rb"^class Migration\(.*Migration\)"),
    _signature("alembic", r"[^/]+\.py", rb"^down_revision\b"),
    _signature("yoyo", r"[^/]+\.py", rb"^from yoyo import .*\bstep\b"),
    _signature("yoyo", r"[^/]+\.sql", rb"\A(?:\s*--.*\n)*?\s*--\s*(?:depends|transactional)\s*:"),
    _signature("prisma", r"migrations/[^/]+/migration\.sql"),
    _signature("supabase", r"supabase/migrations/[0-9]+_[^/]*\.sql"),
    _signature("drizzle", r"drizzle/(?:meta/_journal\.json|[0-9]+_[^/]*\.sql)"),
    _signature("dbmate", r"[0-9]+[^/]*\.sql", rb"^--\s*migrate:up\b"),
    _signature("goose", r"[0-9]+_[^/]*\.sql", rb"^--\s*\+goose\s+Up\b"),
    _signature("sql-migrate", r"[^/]+\.sql", rb"^--\s*\+migrate\s+Up\b"),
    _signature("golang-migrate", r"[0-9]+_[^/]*\.(?:up|down)\.sql"),
    _signature("flyway", r"(?:[VUB][0-9][0-9._]*|R)__[^/]+\.sql"),
    _signature("sqlx", r"migrations/[0-9]{14}_[^/]*\.sql"),
    _signature("liquibase", r"[^/]+\.(?:sql|xml|ya?ml)", rb"liquibase formatted|databaseChangeLog"),
    _signature("laravel", r"\d{4}_\d\d_\d\d_\d{6}_[^/]*\.php", rb"\bextends\s+Migration\b"),
    _signature("typeorm", r"[^/]+\.[jt]s", rb"\bimplements\s+MigrationInterface\b"),
    _signature("mikro-orm", r"[^/]+\.[jt]s", rb"\bextends\s+Migration\b"),
    _signature("knex", r"[0-9]{14}_[^/]*\.[cm]?[jt]s", rb"\b(?:exports\.up|function\s+up)\b"),
    _signature("sequelize", r"[0-9]{14}-[^/]*\.[cm]?[jt]s", rb"\bqueryInterface\b"),
    _signature("node-pg-migrate", r"[0-9]{13,17}_[^/]*\.[cm]?[jt]s", rb"\bpgm\b"),
    _signature("ecto", r"[0-9]+_[^/]*\.exs", rb"^\s*use Ecto\.Migration\b"),
)


def recognise(path: str, read: Callable[[], bytes | None]) -> str | None:
    """Name the tool whose migration a file is; None where it is none."""
    content: bytes | None = None
    for signature in SIGNATURES:
        if signature.path.fullmatch(path) is None:
            continue
        if signature.content is None:
            return signature.tool
        content = read() or b"" if content is None else content
        if signature.content.search(content) is not None:
            return signature.tool
    return None
