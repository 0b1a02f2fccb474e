"""db/structure.sql to effects, and the versions that its tail lists."""

import re

from analyzer.engines.registry import USUAL, engine_of_script, parse_sql
from analyzer.frameworks.rails.schema_file.schema_rb import RailsSchemaFile
from analyzer.model.effects.effect import Effect, Parsed

_VERSIONS = re.compile(r"INSERT INTO [\"`]?(?:\w+\.)?[\"`]?schema_migrations[\"`]? .*", re.DOTALL)
_VERSION = re.compile(r"\('(\d{1,20})'\)")


def parse_structure_sql(source: bytes) -> RailsSchemaFile:
    """Read db/structure.sql. Total, as parse_sql is; ``version`` is the highest in its tail."""
    text = source.decode("utf-8", "replace")
    tail = _VERSIONS.search(text)
    versions = [int(version) for version in _VERSION.findall(tail[0])] if tail else []
    effects = _read(text[: tail.start()] if tail else text)
    return RailsSchemaFile(effects, max(versions, default=None), Parsed(effects))


def _read(text: str) -> tuple[Effect, ...]:
    """Read it as the engine's whose program wrote it, if it says so; else that of the database."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    writer = engine_of_script(first)
    if writer is None or writer.name == USUAL:
        return parse_sql(text)
    return writer.parser.parse_sql(text)
