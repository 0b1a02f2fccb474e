"""A follow-up that waits: what it brings is not missing, though it may stop at rows."""

from analyzer.model.findings.finding import Severity
from tests.support.commands.repair_runs import Place
from tests.support.histories.repositories import Repo

RAN = "20250101000000_create_insurers.rb"
TEXT = """create_table(:insurers) do |t|
      t.string :code, null: false
      t.string :country, default: "DE"
    end
    add_reference :patients, :insurer"""
FOLLOW_UP = """class CatchUpWithEditedMigrations < ActiveRecord::Migration[6.1]
  def up
    demand_none "insurers.code holds NULL: fill it first",
      'SELECT 1 FROM "insurers" WHERE "code" IS NULL'
    change_column_null "insurers", "code", false

    unless column_exists?("insurers", "country")
      add_column "insurers", "country", :string, default: "DE"
    end

    add_column "patients", "insurer_id", :bigint unless column_exists?("patients", "insurer_id")

    unless index_name_exists?("patients", "index_patients_on_insurer_id")
      add_index "patients", ["insurer_id"], name: "index_patients_on_insurer_id"
    end
  end

  private

  def demand_none(problem, rows)
    raise problem if select_value("#{rows} LIMIT 1")
  end
end
"""


def test_what_a_drafted_follow_up_brings_is_a_note(tmp_path, database):
    repo = Repo.make(tmp_path / "app")
    repo.add("20240101000000_create_patients.rb", "CreatePatients", "create_table :patients")
    repo.add(RAN, "CreateInsurers", TEXT)
    repo.commit()
    waiting = "20250601000000_catch_up_with_edited_migrations.rb"
    repo.write(waiting, FOLLOW_UP)
    repo.commit()
    database.run(
        "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        "INSERT INTO schema_migrations VALUES ('20240101000000'), ('20250101000000');"
        "CREATE TABLE patients (id bigserial PRIMARY KEY);"
        "CREATE TABLE insurers (id bigserial PRIMARY KEY, code varchar);"
        "INSERT INTO insurers DEFAULT VALUES"
    )

    done = Place(repo.path, database, tmp_path / "state").run("diagnose", "--format", "json")

    (told,) = [it for it in done.json["findings"] if it["code"] == "MD124"]
    assert told["severity"] == Severity.NOTE
    assert f"{waiting}, which is pending, adds what is missing if it runs to its end" in told["why"]
    assert told["fix"] == "run db:migrate, then diagnose again"
