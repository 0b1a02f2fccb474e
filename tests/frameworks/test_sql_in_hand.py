"""SQL inside of migrations is read as that of the database in hand."""

import pytest

from analyzer.engines import registry
from analyzer.frameworks.registry import framework
from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Opaque, Parsed

RUBY = "class It < ActiveRecord::Migration[6.1]\n  def up\n    execute %q({})\n  end\nend\n"
ONLY = {
    "mysql": "ALTER TABLE `songs` ADD COLUMN `plays` int(11) UNSIGNED DEFAULT 0 AFTER `title`",
    "sqlite": "CREATE TABLE [songs] (id INTEGER PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID",
    "postgresql": "ALTER TABLE songs ALTER COLUMN title TYPE text USING title::text",
}


@pytest.fixture(autouse=True)
def _as_it_was():
    before = registry.settled_sql()
    yield
    registry.settle_sql(before)


def parse(member: str, name: str, text: str) -> Parsed:
    registry.settle_sql(name)
    whole = RUBY.format(text) if member == "rails" else f"-- migrate:up\n{text};\n-- migrate:down\n"
    return framework(member).language.parse(whole.encode())


def is_read(parsed: Parsed) -> bool:
    return bool(parsed.effects) and not any(isinstance(it, Opaque) for it in parsed.effects)


@pytest.mark.parametrize("member", ["rails", "dbmate"])
@pytest.mark.parametrize("own", ONLY)
def test_each_engine_reads_its_own(member, own):
    assert is_read(parse(member, own, ONLY[own])), parse(member, own, ONLY[own])


@pytest.mark.parametrize("member", ["rails", "dbmate"])
def test_what_another_wrote_is_not_taken_for_it_and_nothing_is_remembered_across(member):
    text = ONLY["mysql"]

    assert not is_read(parse(member, "postgresql", text))
    (added,) = parse(member, "mysql", text).effects
    assert isinstance(added, e.AddColumn)
    assert (added.table, added.column.name, added.column.type) == (
        "songs",
        "plays",
        "unsigned_integer",
    )
    assert not is_read(parse(member, "postgresql", text))


@pytest.mark.parametrize("name", ONLY)
def test_what_a_parser_does_not_know_is_opaque(name):
    assert not is_read(parse("rails", name, "PLAY IT AGAIN"))


@pytest.mark.parametrize(
    ("ruby", "sql"),
    [
        (":integer, limit: 1", "tinyint"),
        (":integer, limit: 2", "smallint"),
        (":integer, limit: 3", "mediumint"),
        (":integer, limit: 4", "int"),
        (":integer, limit: 8", "bigint"),
        (":tinyint", "tinyint"),
        (":tinyint, limit: 1", "tinyint(1)"),
        (":mediumint, unsigned: true", "mediumint unsigned"),
        (":boolean", "tinyint(1)"),
        (":longtext", "longtext"),
        (":text, size: :long", "longtext"),
        (":mediumblob", "mediumblob"),
        (":smallint", "smallint"),
        ("'tinyint(1)'", "tinyint(1)"),
    ],
)
def test_a_type_of_a_call_is_what_the_adapter_of_mysql_makes_of_it(ruby, sql):
    registry.settle_sql("mysql")
    head = RUBY.partition("    execute")[0]
    text = f"{head}    add_column :songs, :it, {ruby}\n  end\nend\n"
    (called,) = framework("rails").language.parse(text.encode()).effects
    (written,) = parse("dbmate", "mysql", f"ALTER TABLE songs ADD COLUMN it {sql}").effects

    types = registry.engine("mysql").types
    assert (called.column.type, called.column.limit) == (written.column.type, written.column.limit)
    assert types.compared(called.column) == types.compared(written.column)


@pytest.mark.parametrize(
    ("one", "other"), [("NOW()", "CURRENT_TIMESTAMP"), ("now(6)", "LOCALTIME(6)")]
)
def test_names_of_the_current_time_are_one_on_mysql(one, other):
    canonical = registry.engine("mysql").parser.canonical

    assert canonical(one) == canonical(other) != canonical("CURRENT_TIMESTAMP(3)")


STRUCTURE = """\

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `songs`;
CREATE TABLE `songs` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `title` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `index_songs_on_title` (`title`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

INSERT INTO `schema_migrations` (version) VALUES
('20250101000000'),
('20250102000000');

"""


def test_a_structure_file_is_read_as_who_wrote_it(tmp_path):
    from analyzer.frameworks.rails.schema_file.structure_sql import parse_structure_sql

    found = parse_structure_sql(STRUCTURE.encode())

    assert found.version == 20250102000000
    made = [it.table for it in found.effects if isinstance(it, e.CreateTable)]
    assert [it.name for it in made] == ["songs"]
    assert [it.name for it in made[0].columns] == ["id", "title"]
    assert not [it for it in found.effects if isinstance(it, Opaque)]


@pytest.mark.parametrize(
    ("engine", "made"),
    [("sqlite", {"here"}), ("postgresql", {"there", "elsewhere"}), ("mysql", {"there"})],
)
def test_what_a_migration_asks_its_connection_is_answered_for_the_database_in_hand(engine, made):
    text = (
        b"class A < ActiveRecord::Migration[7.0]\n  def up\n"
        b"    create_table(:here) if connection.adapter_name == 'SQLite'\n"
        b"    create_table(:elsewhere) if connection.supports_extensions?\n"
        b"    return if ActiveRecord::Base.connection.adapter_name == 'SQLite'\n"
        b"    create_table(:there)\n  end\nend\n"
    )
    registry.settle_sql(engine)
    effects = framework("rails").language.parse(text).effects
    assert {it.table.name for it in effects} == made
