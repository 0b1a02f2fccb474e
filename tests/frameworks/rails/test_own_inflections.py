"""The inflections that an application adds, wherever its migrations are read."""

import time

import pytest

from analyzer.frameworks.rails.language.own_inflections import read_inflections
from analyzer.parsing.ruby.inflection import USUAL
from tests.support.commands.migdoctor import migdoctor
from tests.support.histories.repositories import Repo

FACULTY = """\
ActiveSupport::Inflector.inflections(:en) do |inflect|
  inflect.uncountable %w[faculty]
end
"""
MADE = "create_table :faculties", "drop_table :faculties", "create_table :faculty"
REFERS = "add_reference :songs, :faculty, foreign_key: true"


@pytest.fixture
def repo(tmp_path):
    made = Repo.make(tmp_path / "app")
    made.write("inflections.rb", FACULTY, "config/initializers")
    made.add("20250101000000_create_faculty.rb", "CreateFaculty", *MADE, "create_table :songs")
    made.commit()
    made.git("branch", "base")
    made.add("20250102000000_add_faculty_to_songs.rb", "AddFacultyToSongs", REFERS)
    made.commit()
    return made


def test_a_reference_points_to_the_table_that_they_make(repo):
    assert "foreign key faculty_id -> faculty\n" in migdoctor(repo.path, "schema").out


def test_they_are_read_at_the_commit_that_is_asked_for(repo):
    repo.remove("inflections.rb", "config/initializers")
    repo.commit()

    assert "foreign key faculty_id -> faculties\n" in migdoctor(repo.path, "schema").out
    assert (
        "foreign key faculty_id -> faculty\n"
        in migdoctor(repo.path, "schema", "--ref", "HEAD~1").out
    )


@pytest.mark.parametrize("of", [(), ("--staged",), ("--ref", "HEAD")])
def test_the_gate_knows_them(repo, of):
    done = migdoctor(repo.path, "check", "--base", "base", *of)

    assert done.status == 0, done.out


def test_the_next_run_is_predicted_by_them(repo, tmp_path):
    (tmp_path / "rows.txt").write_text("20250101000000\n")

    done = migdoctor(repo.path, "diagnose", "--rows", str(tmp_path / "rows.txt"))

    assert "fails" not in done.out


@pytest.mark.parametrize(
    "text",
    [
        "inflect.plural(/(a+)+$/, 'b')",
        "inflect.plural(/" + ".*" * 9 + "$/, 'b')",
        "inflect.plural(/(/, 'b')",
        r"inflect.plural(/(a)$/, '\2')",
        "inflect.plural(/(?<!a)b$/, 'c')",
        "inflect.irregular 'one'",
        "inflect.irregular name, name + 's'",
        'inflect.uncountable "#{name}"',
        "inflect.irregular ''",
        "inflect.uncountable",
        "# inflect.uncountable 'fish'",
    ],
)
def test_what_is_not_literal_or_may_take_long_is_left_out(text):
    begun = time.monotonic()

    found = read_inflections([f"inflections do |inflect|\n  {text}\nend\n".encode()])

    assert found == USUAL
    assert time.monotonic() - begun < 5
