"""Whatever a command prints as JSON is as docs/schema/ promises."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schema"
_ALWAYS = {"diagnose", "check"}  # whoever runs them in whatever test; the others in tests/docs


@cache
def validator(name: str) -> Draft202012Validator:
    """What holds a document against the published schema of this name."""
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


def demand_promised(arguments: Sequence[str], out: str) -> None:
    """Make sure that a JSON document on standard output is of the promised form."""
    if "json" not in arguments or arguments[0] not in _ALWAYS or not out.startswith("{"):
        return
    wrong = [*validator(arguments[0]).iter_errors(json.loads(out))]
    assert not wrong, f"docs/schema/{arguments[0]}.json: {wrong[0].json_path}: {wrong[0].message}"
