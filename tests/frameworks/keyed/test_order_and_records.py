"""Order fixes and recorded renames where a version is the whole name of a file."""

import json

import pytest

from analyzer.analysis.renames.opposites import opposed
from analyzer.frameworks.registry import framework
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

_SONGS = "CREATE TABLE songs (id integer PRIMARY KEY)"
_ALBUMS = "CREATE TABLE albums (id integer PRIMARY KEY)"
_LABEL = "ALTER TABLE albums ADD COLUMN label text"
_KNEX = "exports.up = (knex) => knex.raw(`$`);\nexports.down = (knex) => knex.raw(``);\n"
_SEQUELIZE = (
    "module.exports = {\n  async up(queryInterface) {\n"
    "    await queryInterface.sequelize.query('$');\n  },\n};\n"
)
_LARAVEL = (
    "<?php\nuse Illuminate\\Database\\Migrations\\Migration;\n"
    "return new class extends Migration {\n  public function up() {\n"
    "    DB::unprepared('$');\n  }\n};\n"
)
# folder, text, names of the three, the one that goes before the second
_TOOLS = {
    "knex": ("migrations", _KNEX, "2025010{}000000_{}.js", "20250101235959_albums.js"),
    "sequelize": ("migrations", _SEQUELIZE, "2025010{}000000-{}.js", "20250101235959-albums.js"),
    "laravel": (
        "database/migrations",
        _LARAVEL,
        "2025_01_0{}_000000_{}.php",
        "2025_01_01_235959_albums.php",
    ),
    "prisma": (
        "prisma/migrations",
        "$;\n",
        "2025010{}000000_{}/migration.sql",
        "20250101235959_albums/migration.sql",
    ),
}


@pytest.fixture(params=_TOOLS)
def made(request, tmp_path) -> tuple[Repo, str, str, list[str]]:
    """The second of three needs what the third makes."""
    folder, text, form, moved = _TOOLS[request.param]
    repo = Repo.make(tmp_path / "app")
    repo.write("README", "not merged yet is what the branch has", ".")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "change")
    names = [form.format(n, it) for n, it in enumerate(("songs", "label", "albums"), start=1)]
    for name, sql in zip(names, (_SONGS, _LABEL, _ALBUMS), strict=True):
        repo.write(name, text.replace("$", sql), folder)
    repo.commit()
    return repo, folder, moved, names


def test_the_number_changes_and_the_name_stays(made):
    repo, folder, moved, names = made
    told = migdoctor(repo.path, "graph")
    command = next(it for it in told.out.splitlines() if "graph --fix" in it)
    version = command.partition("--fix ")[2].partition(" |")[0]

    done = migdoctor(repo.path, "graph", "--fix", version)

    assert done.status == 0, done.err
    assert f"rename from {folder}/{names[2]}" in done.out
    assert f"rename to {folder}/{moved}" in done.out
    patch = repo.path.parent / "fix.patch"
    patch.write_text(done.out)
    repo.git("apply", str(patch))
    report = json.loads(migdoctor(repo.path, "graph", "--format", "json").out)
    assert report["violations"] == []


def test_a_renames_record_holds_whole_keys_and_lies_beside_the_folder(made):
    repo, folder, _, names = made
    base = repo.git("rev-parse", "HEAD").strip()
    there = names[2].partition("/")[0]
    new = there.replace("03", "04", 1)
    repo.git("mv", f"{folder}/{there}", f"{folder}/{new}")
    repo.commit("renumber")

    refused = migdoctor(repo.path, "check", "--base", base)
    done = migdoctor(repo.path, "check", "--base", base, "--write-renames", "--reason", "agreed")
    after = migdoctor(repo.path, "check", "--base", base)
    script = migdoctor(repo.path, "rewrite", "--recorded")

    above = folder.rpartition("/")[0]
    record = repo.path / above / "renames.toml"
    assert (refused.status, done.status, after.status) == (1, 0, 0), done.err
    key, now = (it.removesuffix(".php") for it in (there, new))
    assert record.read_text() == (f'[[rename]]\nold = "{key}"\nnew = "{now}"\nreason = "agreed"\n')
    assert script.status == 0, script.err
    assert key in script.out
    assert now in script.out


def test_one_that_takes_columns_away_is_not_the_one_that_added_them():
    language = framework("knex").language

    def features(body: str) -> object:
        text = f"async function up(knex) {{\n  {body}\n}}\nmodule.exports = {{\n  up,\n}}\n"
        assert language.is_migration(text.encode())
        return language.read_substance(text.encode())

    table = "await knex.schema.alterTable('users', (t) => { $ });"
    added = features(table.replace("$", "t.datetime('cooldown').nullable();"))
    taken = features(table.replace("$", "t.dropColumn('cooldown');"))
    altered = features(table.replace("$", "t.datetime('cooldown').alter();"))

    assert added.creates == {"column:users.cooldown"}
    assert taken.destroys == {"column:users.cooldown"}
    assert altered.creates == set()
    assert opposed(added, taken)
    assert not opposed(added, added)
