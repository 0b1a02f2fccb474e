"""Every command's JSON is of the form that docs/schema/ publishes."""

import json

import pytest
from jsonschema import Draft202012Validator

from tests.docs.incident import incident
from tests.support.commands.json_schemas import SCHEMAS, validator

# what is typed, in this order -> the schema of what it prints
TYPED = {
    "migdoctor diagnose --format json": "diagnose",
    "migdoctor diagnose --format json --environment a=$DATABASE_URL --environment b=x": "diagnose",
    "migdoctor advise --format json": "advise",
    "migdoctor graph --format json": "graph",
    "migdoctor graph --ref HEAD~1 --format json": "graph",
    "migdoctor schema --format json": "schema",
    "migdoctor schema --diff database --format json": "schema-diff",
    "migdoctor check --base HEAD~1 --ref HEAD --format json": "check",
    "migdoctor check --base HEAD --ref HEAD --format json": "check",
    "migdoctor explain MD101 --format json": "explain",
    "migdoctor rename-back --format json": "rename-back",
    "migdoctor rewrite --format json": "rewrite",
    "migdoctor rehearse --format json": "rehearse",
    "migdoctor rewrite --apply --yes --format json": "repair",
    "migdoctor undo --list --format json": "undo-list",
    "migdoctor diagnose --format json --fail-on note": "diagnose",
    "migdoctor undo --yes": "",
    "migdoctor record --format json": "record",
    "migdoctor backup -o before.backup": "",
    "migdoctor verify --against before.backup --format json": "checklist",
    "migdoctor preflight --no-restore --format json": "checklist",
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory, postgres18):
    """What each of them prints, in one world."""
    with incident(tmp_path_factory.mktemp("json"), postgres18) as world:
        yield {typed: world.run(f"{typed} 2>/dev/null") for typed in TYPED}


@pytest.mark.parametrize("typed", [it for it, name in TYPED.items() if name])
def test_what_a_command_prints_is_as_published(printed, typed):
    document = json.loads(printed[typed])

    assert [*validator(TYPED[typed]).iter_errors(document)] == []


@pytest.mark.parametrize("name", sorted({it for it in TYPED.values() if it}))
def test_a_published_schema_is_one_and_refuses_what_it_must(name):
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))

    Draft202012Validator.check_schema(schema)
    assert not validator(name).is_valid("text")
    if schema["type"] == "object":
        assert schema["required"]
        assert not validator(name).is_valid({})
