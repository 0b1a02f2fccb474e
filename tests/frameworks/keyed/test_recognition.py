"""Whose a list of file names is, that many tools could have written: the files themselves say."""

import json

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

# tool, names, texts as each tool's manual and generator write them; $ is the slug, # the number
_FILES = {
    "Knex, by its template": (
        "knex",
        "2025030#090000_$.js",
        (
            "exports.up = function(knex) {\n  return knex.schema.createTable('$', (t) => {\n"
            "    t.increments();\n  });\n};\nexports.down = (knex) => knex.schema.dropTable('$');\n"
        ),
    ),
    "Knex, in TypeScript": (
        "knex",
        "2025030#090000_$.ts",
        (
            "import { Knex } from 'knex';\nexport async function up(knex: Knex): Promise<void> {\n"
            "  await knex.raw(`CREATE TABLE $ (id int)`);\n}\n"
        ),
    ),
    "Knex, with a name of one's own": (
        "knex",
        "2025030#090000_$.js",
        "exports.up = (db) => db.schema.createTable('$', (t) => t.increments());\n",
    ),
    "Sequelize, by its template": (
        "sequelize",
        "2025030#090000-$.js",
        (
            "'use strict';\n/** @type {import('sequelize-cli').Migration} */\nmodule.exports = {\n"
            "  async up(queryInterface, Sequelize) {\n"
            "    await queryInterface.createTable('$', { id: Sequelize.INTEGER });\n  },\n};\n"
        ),
    ),
    "Sequelize, each way exported": (
        "sequelize",
        "2025030#090000-$.js",
        (
            "exports.up = async (queryInterface, Sequelize) => {\n"
            "  const options = {};\n"
            "  options.schema = 'shop';\n"
            "  await queryInterface.createTable('$', {}, options);\n};\n"
        ),
    ),
    "Sequelize, with a name of one's own": (
        "sequelize",
        "2025030#090000-$.js",
        "module.exports = {\n  up: (q, Sequelize) => q.createTable('$', {}),\n};\n",
    ),
    "Sequelize, its SQL alone": (
        "sequelize",
        "2025030#090000-$.js",
        (
            "// it was Knex's: knex.schema\nexports.up = ({ context: queryInterface }) =>\n"
            "  queryInterface.sequelize.query('CREATE TABLE $ (id int)');\n"
        ),
    ),
    "Kysely, by its manual": (
        "kysely",
        "2025030#090000_$.ts",
        (
            "import { Kysely, sql } from 'kysely'\n"
            "export async function up(db: Kysely<any>): Promise<void> {\n"
            "  await db.schema.createTable('$').addColumn('id', 'serial').execute()\n}\n"
        ),
    ),
    "Kysely, in plain JavaScript": (
        "kysely",
        "2025030#090000_$.js",
        (
            "export async function up(db) {\n"
            "  await db.schema.createTable('$').addColumn('id', 'serial').execute()\n}\n"
        ),
    ),
    "node-pg-migrate": (
        "node-pg-migrate",
        "174000#000000_$.js",
        (
            "exports.shorthands = undefined;\nexports.up = pgm => {\n"
            "  pgm.createTable({ schema: 'shop', name: '$' }, { id: 'id' });\n};\n"
        ),
    ),
    "db-migrate": (
        "db-migrate",
        "2025030#090000-$.js",
        (
            "var dbm;\nexports.setup = function(options, seedLink) {\n"
            "  dbm = options.dbmigrate;\n};\n"
            "exports.up = function(db) {\n  return db.createTable('$', { id: 'int' });\n};\n"
        ),
    ),
    "MikroORM, compiled": (
        "mikro-orm",
        "Migration2025030#090000_$.js",
        (
            "const { Migration } = require('@mikro-orm/migrations');\n"
            "class Migration2025030#090000 extends Migration {\n"
            "  async up() { this.addSql('create table $ (id int)'); }\n}\n"
            "exports.Migration2025030#090000 = Migration2025030#090000;\n"
        ),
    ),
}
_KEYS = {"knex": "{}", "sequelize": "{}", "db-migrate": "/{}"}  # the others: without the ending


def _row(tool: str, name: str) -> str:
    told = name if _KEYS.get(tool) == "{}" else name.rpartition(".")[0]
    return _KEYS.get(tool, "{}").format(told)


def _filled(form: str, number: int, slug: str) -> str:
    return form.replace("#", str(number)).replace("$", slug)


@pytest.mark.parametrize(("tool", "form", "text"), _FILES.values(), ids=_FILES)
def test_a_csv_of_one_column_is_read_as_the_files_tool_keeps_it(tool, form, text, tmp_path):
    repo = Repo.make(tmp_path / "app")
    names = [_filled(form, number, slug) for number, slug in ((1, "songs"), (2, "albums"))]
    repo.write(names[0], _filled(text, 1, "songs"), "migrations")
    repo.write(names[1], _filled(text, 2, "albums"), "migrations")
    repo.commit()
    repo.move(names[1], _filled(form, 5, "albums"), "migrations")
    repo.commit("rename")
    rows = tmp_path / "rows.csv"
    rows.write_text("\n".join(["name", *(_row(tool, it) for it in names)]) + "\n")

    for more in ((), ("--dir", "migrations")):
        done = migdoctor(repo.path, "diagnose", "--rows", str(rows), "--format", "json", *more)

        report = json.loads(done.out)
        assert report["repository"]["framework"] == tool
        assert [it["old"]["version"] for it in report["renames"]] == [_row(tool, names[1])]


_UNTOLD = "module.exports = {\n  up: (it) => it.createTable('songs', {}),\n};\n"


def test_files_that_anybody_may_have_written_are_whose_the_user_says(tmp_path):
    repo = Repo.make(tmp_path / "app")
    repo.write("20250301090000-songs.js", _UNTOLD, "migrations")
    repo.commit()
    rows = tmp_path / "rows.csv"
    rows.write_text("name\n20250301090000-songs.js\n")

    def asked(*more: str):
        return migdoctor(repo.path, "diagnose", "--rows", str(rows), *more)

    unknown, untold = asked(), asked("--dir", "migrations")
    named = asked("--framework", "sequelize")

    assert (unknown.status, untold.status, named.status) == (2, 2, 0)
    assert "--framework NAME" in unknown.err
    assert "knex, sequelize, node-pg-migrate" in untold.err
    assert "--framework knex" in untold.err


_PARTS = {  # folder, names, text, rows
    "rails": (
        "db/migrate",
        "{}_a.rb",
        "class A < ActiveRecord::Migration[7.0]\n  def change\n    create_table :$\n  end\nend\n",
        "version\n{}\n{}\n",
    ),
    "knex": (
        "api/migrations",
        "{}_a.js",
        "exports.up = (knex) => knex.raw(`CREATE TABLE $ (id int)`);\n",
        "name\n{}_a.js\n{}_a.js\n",
    ),
    "sequelize": (
        "web/migrations",
        "{}-a.js",
        "exports.up = (queryInterface) => queryInterface.sequelize.query('SELECT $');\n",
        "name\n{}-a.js\n{}-a.js\n",
    ),
    "kysely": (
        "jobs/migrations",
        "{}_k.ts",
        (
            "import { Kysely } from 'kysely'\nexport async function up(db: Kysely<any>) {\n"
            "  await db.schema.createTable('$').execute()\n}\n"
        ),
        "name,timestamp\n{}_k,2025\n{}_k,2026\n",
    ),
}
_DAYS = ("20250301090000", "20250302090000")


@pytest.mark.parametrize("now", [_DAYS, ("20250304090000", "20250305090000")], ids=["as", "moved"])
def test_of_several_tools_the_one_that_has_the_rows_files_is_meant(now, tmp_path):
    """Each list has one column at most besides; all of its files moved, or none."""
    repo = Repo.make(tmp_path / "app")
    for folder, form, text, _ in _PARTS.values():
        for day, slug in zip(_DAYS, ("songs", "albums"), strict=True):
            repo.write(form.format(day), text.replace("$", slug), folder)
    repo.commit()
    for folder, form, _, _ in _PARTS.values():
        for day, later in zip(_DAYS, now, strict=True):
            if day != later:
                repo.move(form.format(day), form.format(later), folder)
    repo.write("README", "more\n", "")
    repo.commit("later")
    rows = tmp_path / "rows.csv"

    for tool, (_, _, _, listed) in _PARTS.items():
        rows.write_text(listed.format(*_DAYS))
        done = migdoctor(repo.path, "diagnose", "--rows", str(rows), "--format", "json")

        report = json.loads(done.out)
        assert report["repository"]["framework"] == tool
        assert len(report["renames"]) == (0 if now == _DAYS else 2)
