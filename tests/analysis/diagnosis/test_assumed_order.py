"""Courses of migrations that lead to the same are followed once, and no others are mixed up."""

import random
from collections.abc import Sequence

import pytest

from analyzer.analysis.diagnosis.assumed_order import AssumedOrder, KnownEnds
from analyzer.analysis.forecast.object_owners import Owners
from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.engines.registry import engine
from analyzer.frameworks.registry import framework
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.effects.effect import Parsed

RAILS = framework("rails")
BODIES = {
    "songs": "create_table :songs do |t|\n t.string :title\n end",
    "artists": "create_table :artists do |t|\n t.string :name\n end",
    "index": "add_index :artists, :name",
    "key": "add_reference :songs, :artist, foreign_key: true",
    "column": "add_column :songs, :plays, :integer",
    "rename": "rename_column :songs, :title, :name",
    "drop": "drop_table :songs",
    "forced": "create_table :artists, force: true do |t|\n t.string :alias\n end",
    "same index": "add_index :songs, :title, name: 'index_artists_on_name'",
    "opaque": "execute(statement_of(:songs))",
    "guarded": "add_column :songs, :year, :integer unless table_exists?(:artists)",
    "type": "create_enum :mood, %w[sad happy]",
}


def parsed_of(file: MigrationFile) -> Parsed:
    name = f"Do{file.blob.title().replace(' ', '')}"
    text = f"class {name} < ActiveRecord::Migration[6.1]\ndef change\n{BODIES[file.blob]}\nend\nend"
    return RAILS.language.parse(text.encode())


def files_of(bodies: Sequence[str], start: int = 1) -> list[MigrationFile]:
    found = []
    for number, body in enumerate(bodies, start=start):
        basename = f"{number}_do_{body.replace(' ', '_')}.rb"
        name = RAILS.files.parse_name(basename)
        assert isinstance(name, MigrationName)
        found.append(MigrationFile(f"db/migrate/{basename}", name, body))
    return found


def course(files: list[MigrationFile], known: KnownEnds) -> AssumedOrder:
    start = Owners(SimulatedDatabase.of_files(engine("postgresql")))
    return AssumedOrder(start, parsed_of, files, known)


def told(owners: Owners) -> object:
    database = owners.world.database
    made = (owners.made_by, owners.names, owners.removed, owners.uncertain)
    world = (dict(database.tables), database.enums, database.unsure, database.others)
    return made, world, owners.world.gone, owners.world.open


@pytest.mark.parametrize("seed", range(40))
def test_what_is_known_of_another_order_is_what_following_this_one_gives(seed):
    chance, known = random.Random(seed), KnownEnds()
    bodies = chance.sample(sorted(BODIES), chance.randint(2, 6))
    for start in (1, 100, 200, 300, 400, 500):
        chance.shuffle(bodies)
        files = files_of(bodies[: chance.randint(1, len(bodies))], start)

        assert told(course(files, known).end()) == told(course(files, KnownEnds()).end())


@pytest.mark.parametrize(
    ("one", "other", "followed"),
    [
        pytest.param(["songs", "artists", "index"], ["artists", "index", "songs"], 1, id="apart"),
        pytest.param(["songs", "artists", "key"], ["artists", "songs", "key"], 1, id="before both"),
        pytest.param(["songs", "column", "drop"], ["songs", "drop", "column"], 2, id="one table"),
        pytest.param(
            ["songs", "artists", "opaque"], ["songs", "opaque", "artists"], 2, id="opaque"
        ),
        pytest.param(
            ["songs", "artists", "guarded"], ["songs", "guarded", "artists"], 2, id="asks"
        ),
    ],
)
def test_only_what_touches_nothing_in_common_may_change_places(one, other, followed):
    known = KnownEnds()
    for bodies in (one, other):
        course(files_of(bodies), known).reached()

    assert sum(map(len, known.values())) == followed


def test_a_longer_course_begins_where_the_same_in_another_order_ended(monkeypatch):
    known = KnownEnds()
    course(files_of(["songs", "artists", "index"]), known).reached()
    followed = []
    follow = Owners.follow
    monkeypatch.setattr(
        Owners, "follow", lambda self, path, it: (followed.append(path), follow(self, path, it))[1]
    )

    longer = files_of(["artists", "songs", "index", "column"], 100)
    assert told(course(longer, known).end()) == told(course(longer, KnownEnds()).end())

    assert followed[0] == longer[-1].path  # the others were followed already
    assert followed[1:] == [file.path for file in longer]  # where nothing is known
