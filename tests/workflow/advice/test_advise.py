"""Advice on real repositories and databases."""

from datetime import UTC, datetime

import pytest

from analyzer.engines.postgresql.catalog.dump_rate import SAMPLE, measure
from analyzer.engines.registry import open_gateway
from analyzer.model.core.environments import DatabasePlace
from analyzer.model.findings.advice import RecoveryOption
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from analyzer.workflow.advice.advise import advise_on
from analyzer.workflow.reading.request import Request
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000_create_songs.rb", "20250201000000_create_songs.rb"


@pytest.fixture
def renamed(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.add(OLD, "CreateSongs")
    repo.commit()
    repo.move(OLD, NEW)
    repo.commit()
    (tmp_path / "production.txt").write_text(OLD[:14] + "\n")
    (tmp_path / "staging.txt").write_text(NEW[:14] + "\n")
    return repo


def ask(repo: str, **fields: object) -> Request:
    return Request(now=datetime.now(UTC), repo=repo, cache=False, **fields)


def test_the_incident_is_mended_by_renaming_back(any_database, tmp_path):
    scenario = load_scenario("archive-incident")
    repository = build_repository(scenario, tmp_path / "app")
    build_database(scenario, any_database.url)

    (advice,) = advise_on([ask(str(repository), database_url=any_database.url)], None).advices

    assert advice.choice is not None
    assert advice.choice.way is RecoveryOption.RENAME_BACK
    assert advice.situation.volume is not None
    assert advice.situation.volume.size > 0


def test_each_environment_gets_advice_of_its_own(renamed, tmp_path):
    asked = ask(str(renamed.path))
    names = ("production", "staging")
    places = [DatabasePlace(name, rows=str(tmp_path / f"{name}.txt")) for name in names]

    production, staging = advise_on([asked.at(place) for place in places], None).advices

    assert production.choice is not None
    assert production.choice.way is RecoveryOption.REWRITE  # staging ran the new name
    assert staging.assessments == ()


def test_the_trial_reads_the_largest_table(any_database):
    any_database.run(
        "CREATE TABLE songs AS SELECT n AS id, repeat('la', 200) AS text"
        " FROM generate_series(1, 60000) n; ANALYZE; CREATE TABLE none (id int)"
    )

    volume, rate = measure(open_gateway(any_database.url))

    assert volume.size > SAMPLE
    assert volume.rows == 60000
    assert volume.largest[0][0] == "songs"
    assert rate is not None
    assert 0 < rate.low <= rate.high


def test_what_may_not_be_read_is_not_tried(any_database):
    any_database.run(
        "CREATE TABLE secret AS SELECT n FROM generate_series(1, 100) n;"
        f"DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN; "
        f'GRANT CONNECT ON DATABASE "{any_database.name}" TO reader'
    )
    volume, rate = measure(open_gateway(any_database.url.replace("postgres@", "reader@")))

    assert volume.tables == 1
    assert rate is None


def test_a_database_without_a_table_has_no_volume(database):
    volume, rate = measure(open_gateway(database.url))

    assert (volume.size, volume.tables, rate) == (0, 0, None)
