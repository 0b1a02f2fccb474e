"""Names in another case, where that means something and where it does not."""

import pytest

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase, There
from analyzer.analysis.schema.name_case import spelled, spelled_ref
from analyzer.engines.registry import engine
from analyzer.model.effects import effect as e
from analyzer.model.effects.objects import ObjectRef
from analyzer.model.schema.catalog import Catalog
from analyzer.model.schema.schema import Column, Index, Table, schema_of

SONGS = Table("songs", (Column("title", "string"),), indexes=(Index("by_title", ("title",)),))


def live(name: str, *, table_case: bool | None = None) -> SimulatedDatabase:
    catalog = Catalog(schema_of([SONGS]), table_case=table_case)
    return SimulatedDatabase.live(catalog, engine(name))


@pytest.mark.parametrize(
    ("name", "table_case", "there"),
    [
        ("mysql", None, There.NO),
        ("mysql", True, There.NO),
        ("mysql", False, There.YES),
        ("postgresql", None, There.NO),
    ],
)
def test_whether_a_table_in_another_case_is_there_is_the_servers_to_say(name, table_case, there):
    assert live(name, table_case=table_case).table("SONGS") is there


@pytest.mark.parametrize(
    ("name", "found"), [("mysql", "songs.title"), ("postgresql", "songs.TITLE")]
)
def test_a_column_is_found_by_its_letters(name, found):
    database = live(name).database
    assert spelled_ref(database, ObjectRef("column", "songs.TITLE")).name == found
    assert database.is_exact is (name == "postgresql")


@pytest.mark.parametrize(
    "effect",
    [
        e.CreateTable(Table("SONGS"), 1),
        e.DropTable("SONGS", 1),
        e.RenameTable("Songs", "tracks", 1),
        e.AddColumn("SONGS", Column("plays", "integer"), 1),
        e.RemoveIndex("Songs", 1, "BY_TITLE"),
    ],
    ids=lambda it: type(it).__name__,
)
def test_an_effect_on_a_table_in_another_case_is_on_the_one_that_is_there(effect):
    database = live("mysql", table_case=False).database
    meant = spelled(database, effect, by_framework=True)
    assert "ongs" in repr(meant)
    assert "SONGS" not in repr(meant)
    assert "Songs" not in repr(meant)
    assert "BY_TITLE" not in repr(meant)
