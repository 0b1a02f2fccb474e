"""Whatever a command prints as JSON is as docs/schema/ promises, in whichever test it runs.

The published schemas are open: a reader ignores keys that it does not know. Here they are closed,
so that no key is printed which none of them describes.
"""

import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema_rs

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schema"
_BY_COMMAND = {"preflight": "checklist", "verify": "checklist"}  # the others bear their own names
_CARRIED_OUT = {"--apply", "--combined", "--dry-run"}


def schema_of(arguments: Sequence[str]) -> str:
    """The name of the schema of what these words print."""
    command, given = arguments[0], {it.partition("=")[0] for it in arguments}
    if command == "undo":
        return "undo-list" if "--list" in given else "repair"
    if command in {"rewrite", "rename-back"} and _CARRIED_OUT & given:
        return "repair" if {"--apply", "--dry-run"} & given else command
    if command == "schema" and "--diff" in given:
        return "schema-diff"
    return _BY_COMMAND.get(command, command)


def published(name: str) -> dict[str, Any]:
    """The schema as it is published."""
    return json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))


@cache
def validator(name: str) -> jsonschema_rs.Validator:
    """What holds a document against the closed schema of this name."""
    return jsonschema_rs.validator_for(_closed(published(name)))


def demand_promised(arguments: Sequence[str], out: str | bytes) -> None:
    """Make sure that a JSON document on standard output is of the promised form."""
    if not out or not _asks_for_json(arguments):
        return
    name = schema_of(arguments)
    wrong = next(validator(name).iter_errors(json.loads(out)), None)
    assert wrong is None, f"docs/schema/{name}.json: {wrong}"


def _asks_for_json(arguments: Sequence[str]) -> bool:
    return ("--format", "json") in pairwise(arguments) or "--format=json" in arguments


def _closed(schema: Any) -> Any:
    """The same schema, in which an object has no key besides those that it names."""
    if isinstance(schema, list):
        return [_closed(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        closed.setdefault("additionalProperties", False)
    return closed
