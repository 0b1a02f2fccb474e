"""Every command's JSON is of the form that docs/schema/ publishes.

What the commands print in all the other tests is held against it too (json_schemas.py).
"""

import json
import re
import shlex

import pytest
from jsonschema import Draft202012Validator

from tests.docs.incident import incident
from tests.docs.pages import ROOT, read
from tests.support.commands.json_schemas import (
    SCHEMAS,
    demand_promised,
    published,
    schema_of,
    validator,
)

NAMES = sorted(it.stem for it in SCHEMAS.glob("*.json"))
# typed in this order; the second word says whether it prints JSON
TYPED = (
    "migdoctor diagnose --format json",
    "migdoctor diagnose --format json --environment a=$DATABASE_URL --environment b=x",
    "migdoctor advise --format json",
    "migdoctor advise --format json --environment a=$DATABASE_URL --environment b=x",
    "migdoctor graph --format json",
    "migdoctor graph --ref HEAD~1 --format json",
    "migdoctor schema --format json",
    "migdoctor schema --diff database --format json",
    "migdoctor check --base HEAD~1 --ref HEAD --format json",
    "migdoctor check --base HEAD --ref HEAD --format json",
    "migdoctor explain MD101 --format json",
    "migdoctor explain --format json",
    "migdoctor explain orphan --format json",
    "migdoctor rename-back --format json",
    "migdoctor rewrite --format json",
    "migdoctor rewrite --combined --format json",
    "migdoctor rehearse --format json",
    "migdoctor rewrite --apply --dry-run --format json",
    "migdoctor rewrite --apply --yes --format json",
    "migdoctor undo --list --format json",
    "migdoctor diagnose --format json --fail-on note",
    "migdoctor undo --yes --format json",
    "migdoctor rename-back --apply --yes --format json",
    "migdoctor undo --list --format json",
    "migdoctor undo --yes --format json",
    "migdoctor record --format json",
    "migdoctor backup -o before.backup",
    "migdoctor verify --against before.backup --format json",
    "migdoctor preflight --no-restore --format json",
)


def test_what_each_command_prints_is_as_published(tmp_path, postgres18):
    shown = set()
    with incident(tmp_path, postgres18) as world:
        for typed in TYPED:
            done, words = world.run_apart(typed), shlex.split(typed)[1:]
            if "json" in words:
                assert done.stdout, f"{typed}: {done.stderr}"
                demand_promised(words, done.stdout)
                shown.add(schema_of(words))

    assert shown == {*NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_published_schema_is_one_and_refuses_what_it_must(name):
    schema = published(name)

    Draft202012Validator.check_schema(schema)
    assert not validator(name).is_valid("text")
    assert schema["required"]
    assert not validator(name).is_valid({})


@pytest.mark.parametrize("name", NAMES)
def test_a_published_schema_is_open(name):
    """A newer migdoctor may add keys: only maps say what their further keys hold."""
    assert 'additionalProperties": false' not in json.dumps(published(name))


def test_the_page_lists_every_schema():
    listed = re.findall(r"\(schema/([\w-]+)\.json\)", read(ROOT / "docs/pages/json.md"))

    assert sorted({*listed}) == NAMES
