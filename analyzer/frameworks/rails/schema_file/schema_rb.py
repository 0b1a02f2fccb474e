"""db/schema.rb to effects: it is written in the migrations' own language."""

import re

from analyzer.frameworks.rails.language.migrations import parse_ruby_as
from analyzer.model.effects.effect import Effect, Parsed
from analyzer.records import Struct

_HEAD = re.compile(
    rb"ActiveRecord::Schema(?:\[(\d+)\.(\d+)\])?\.define(?:\(\s*version:\s*([\d_]+))?"
)
_OLD_STYLE = re.compile(rb"^[ \t]*+add_index\b|\busing: :btree\b", re.MULTILINE)  # Rails before 5.1


class RailsSchemaFile(Struct, frozen=True):
    """What a schema file says: effects that build the schema from nothing, and its version."""

    effects: tuple[Effect, ...]
    version: int | None
    parsed: Parsed


def parse_schema_rb(source: bytes) -> RailsSchemaFile:
    """Read db/schema.rb. Total, as parse_ruby is.

    Without ``Schema[7.0]`` the file does not say which Rails wrote it; its style tells whether an
    unmentioned primary key is an integer (before 5.1) or a bigint.
    """
    head = _HEAD.search(source)
    rails = (5, 0) if _OLD_STYLE.search(source) else (6, 1)
    if head is not None and head[1]:
        rails = (int(head[1][:4]), int(head[2][:4]))
    parsed = parse_ruby_as(source, rails)
    version = int(head[3].replace(b"_", b"")[:40]) if head is not None and head[3] else None
    return RailsSchemaFile(parsed.effects, version, parsed)
