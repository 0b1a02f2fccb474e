"""The incident, foretold: what stops the migrate at each of its two commits, and why."""

import subprocess
import sys

import pytest

from analyzer.model.findings.attestation import Attested
from analyzer.model.findings.prediction import Basis, MigrationOutcome
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from analyzer.records import replace
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.engines.postgresql.catalog.test_schema_psql import inside
from tests.support.commands.scenarios import commit_id
from tests.support.databases.live import NOW


@pytest.fixture
def incident(tmp_path, database):
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "archive")
    build_database(scenario, database.url)
    request = Request(now=NOW, repo=str(repository), database_url=database.url, cache=False)
    return scenario, repository, request


def test_where_two_files_share_a_version_nothing_runs_at_all(incident):
    scenario, repository, request = incident
    both = commit_id(scenario, repository, "sync-status")

    prediction = walk(replace(request, ref=both)).report.environments[0].prediction

    assert (prediction.would_run, prediction.migrations) == ((), ())
    assert prediction.fails_at is not None
    assert prediction.fails_at.error == "ActiveRecord::DuplicateMigrationVersionError"
    assert "share version 20250121000000" in prediction.fails_at.reason


def test_at_the_renamed_commit_the_first_failure_is_named_with_its_reason(incident):
    _, _, request = incident

    prediction = walk(request).report.environments[0].prediction

    outcomes = [(it.file.version.text, it.outcome) for it in prediction.migrations]
    assert outcomes == [
        ("20250823000001", MigrationOutcome.RUNS),
        ("20250823000002", MigrationOutcome.FAILS),
    ]
    assert prediction.basis is Basis.CATALOG
    assert prediction.fails_at is not None
    assert prediction.fails_at.reason == (
        'PG::DuplicateTable: relation "system_settings" already exists (line 6); it was '
        "created when this ran as 20250715180254"
    )


def test_without_a_database_the_files_foretell_the_same(incident, tmp_path):
    scenario, _, request = incident
    rows = tmp_path / "rows.txt"
    rows.write_text("\n".join(scenario.rows))

    prediction = walk(replace(request, database_url=None, rows=str(rows))).report
    prediction = prediction.environments[0].prediction

    assert prediction.basis is Basis.FILES
    assert [file.version.text for file in prediction.would_run] == ["20250823000001"]
    assert prediction.fails_at is not None
    assert prediction.fails_at.error == "PG::DuplicateTable"


def test_through_a_prefix_the_same_is_foretold_and_attested(incident, database):
    _, _, request = incident
    prefix = tuple(inside(database))

    direct = walk(request).report.environments[0]
    through = walk(replace(request, database_url=None, exec_prefix=prefix)).report.environments[0]

    assert through.prediction == direct.prediction
    assert through.attestation == direct.attestation


def test_the_catalogue_shows_what_of_todays_text_the_database_lacks(incident):
    _, _, request = incident

    told = {it.file.basename: it for it in walk(request).report.environments[0].attestation}

    settings = told["20250823000002_create_system_settings.rb"]
    assert settings.missing == ("index:index_system_settings_on_key",)
    tracking = told["20250823000001_create_sync_status_tracking.rb"]
    assert tracking.verdict is Attested.PENDING
    ran = [it for it in told.values() if it.row is not None]
    assert len(ran) == 32
    assert {it.verdict for it in ran} == {Attested.APPLIED, Attested.UNKNOWN}


def test_the_report_begins_with_what_the_migrate_would_do(incident):
    _, repository, request = incident

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "analyzer",
            "diagnose",
            "--repo",
            str(repository),
            "--database-url",
            str(request.database_url),
            "--no-cache",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].startswith("It would stop at 20250823000002_create_system_settings.rb")
    foretold = lines.index("The next db:migrate")
    assert lines[foretold + 1] == "  runs          20250823000001_create_sync_status_tracking.rb"
    typed = ("sh ", "psql ", "git ", "mv ", "cp ")  # what is typed is never broken
    told = [it for it in lines if "migdoctor " not in it and not it.strip().startswith(typed)]
    assert not [it for it in told if len(it) > 80 and " " in it.strip()]  # a path stays whole
