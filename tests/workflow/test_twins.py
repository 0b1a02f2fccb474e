"""Environments that have the same are diagnosed once: each is told of as if it were alone."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from analyzer.model.core.environments import DatabasePlace, EnvironmentName
from analyzer.report.diagnosis.json_document import document
from analyzer.workflow.advice.advise import advise_alone
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, walk
from analyzer.workflow.walks import walk_all
from tests.support.databases.servers import Server, fresh_database
from tests.support.histories.repositories import Repo

OLD, NEW = "20250101000000", "20250601000000"
USERS, TAGS = "20250102000000", "20250103000000"
TABLES = "CREATE TABLE songs (id bigserial PRIMARY KEY, title varchar);"
USERS_TABLE = "CREATE TABLE users (id bigserial PRIMARY KEY);"
CASES = {  # what one database has: its rows, and its tables
    "renamed": ([OLD, USERS, TAGS], TABLES + USERS_TABLE + "CREATE TABLE tags (id bigserial)"),
    "both": ([OLD, NEW, USERS], TABLES + USERS_TABLE),
    "row without effect": ([NEW, USERS], TABLES),
    "effect without row": ([NEW], TABLES + USERS_TABLE),
    "orphan": ([NEW, USERS, "20200101000000"], TABLES + USERS_TABLE),
    "empty": ([], ""),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory, own_world) -> Repo:
    """An application with a renamed migration, and one that is pending."""
    repo = Repo.make(tmp_path_factory.mktemp("twins") / "app")
    repo.add(
        f"{OLD}_create_songs.rb", "CreateSongs", "create_table(:songs) { |t| t.string :title }"
    )
    repo.add(f"{USERS}_create_users.rb", "CreateUsers", "create_table :users")
    repo.add(f"{TAGS}_create_tags.rb", "CreateTags", "create_table :tags")
    repo.commit()
    repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    repo.commit()
    return repo


@pytest.fixture(scope="module")
def places(postgres18: Server) -> Iterator[dict[str, DatabasePlace]]:
    """Two databases of each kind, as environments."""
    with ExitStack() as stack:
        found = {}
        for case, (rows, tables) in CASES.items():
            for number in (1, 2):
                database = stack.enter_context(fresh_database(postgres18))
                values = ",".join(f"('{row}')" for row in rows)
                insert = f"INSERT INTO schema_migrations VALUES {values};" if values else ""
                made = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
                database.run(f"{made}{tables};{insert}")
                name = f"{case.replace(' ', '-')}-{number}"
                named = EnvironmentName(f"{name}={database.url}")
                found[name] = DatabasePlace(name, url=database.url, source="a test", named=named)
        yield found


def requests(app: Repo, *places: DatabasePlace, **options) -> list[Request]:
    now = datetime.now(UTC)
    asked = Request(now=now, repo=str(app.path), cache=False, **options)
    return [asked.at(place, several=True) for place in places]


def told(done: Walk) -> tuple[object, ...]:
    """All that is said of one environment, by diagnose and by advise."""
    advice = advise_alone(done, None)
    report = document(done.report)
    report["environments"][0].pop("read_at")
    return report, advice.advices[0].plan, advice.advices[0].situation.naming, advice.plan


def test_each_of_all_is_told_of_as_if_it_were_alone(app, places):
    asked = requests(app, *places.values())

    done = walk_all(asked)

    for request, one in zip(asked, done.walks, strict=True):
        assert told(one) == told(walk(request)), request.environment


@pytest.mark.parametrize("case", CASES)
def test_what_is_the_same_is_diagnosed_once(app, places, case):
    name = case.replace(" ", "-")
    one, other = walk_all(requests(app, places[f"{name}-1"], places[f"{name}-2"])).walks

    assert other.inference.pairing is one.inference.pairing
    assert other.inference.request.environment == f"{name}-2"


def test_what_differs_is_not(app, places):
    first = [place for name, place in places.items() if name.endswith("-1")]
    pairings = [it.inference.pairing for it in walk_all(requests(app, *first)).walks]

    assert len(set(map(id, pairings))) == len(CASES)
