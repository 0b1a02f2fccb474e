"""What ``graph --fix`` writes passes the gate: no command of ours refuses what another wrote."""

import subprocess

import pytest

from tests.support.commands import gates
from tests.support.histories.repositories import Repo

ORDERS, RAN, INDEX, STATUS = (f"2025{it}000000" for it in ("0101", "0102", "0103", "0601"))

SCHEMA = """ActiveRecord::Schema.define(version: 2025_06_01_000000) do
  create_table "orders", force: :cascade do |t|
    t.string "status"
    t.index ["status"], name: "index_orders_on_status"
  end
end
"""


@pytest.fixture
def repo(tmp_path, own_world):
    """An index needs a column that only a later migration makes; both may have run."""
    made = Repo.make(tmp_path / "app")
    made.add(f"{ORDERS}_create_orders.rb", "CreateOrders", "create_table :orders")
    made.add(f"{RAN}_add_status.rb", "AddStatus", "add_column :orders, :status, :string")
    made.add(f"{INDEX}_add_index.rb", "AddIndex", "add_index :orders, :status")
    made.commit("what ran")
    made.move(f"{RAN}_add_status.rb", f"{STATUS}_add_status.rb")
    made.commit("renamed")
    made.git("branch", "--force", "base")
    return made


def test_a_statement_that_is_split_off(repo):
    """Both files ran, as the schema file says, so that neither gets another version."""
    repo.write("schema.rb", SCHEMA, folder="db")
    repo.commit("dumped")
    repo.git("branch", "--force", "base")
    seen = gates.run(repo, "graph", "--fix", INDEX)
    assert seen.status == 0, (seen.out, seen.err)
    patch = seen.out
    subprocess.run(["git", "apply"], cwd=repo.path, input=patch.encode(), check=True)
    repo.commit("in order")

    seen = gates.check(repo, "--base", "base")

    assert (
        "if column_exists?(:orders, :status)"
        in (repo.path / f"db/migrate/{INDEX}_add_index.rb").read_text()
    )
    assert (seen.status, seen.codes[:1]) == (0, ["MD305"])
    assert "only under a condition now" in seen.out


@pytest.mark.parametrize(
    ("now", "severity"),
    [
        ('add_index :orders, :status if column_exists?("orders", "status")', "note"),
        ("add_index :orders, :status unless Rails.env.test?", "note"),
        ('add_index :orders, :id if column_exists?("orders", "status")', "error"),
        ("add_index :orders, :status\n    add_index :orders, :id if true", "error"),
    ],
)
def test_only_conditions_around_what_it_did(repo, now, severity):
    repo.add(f"{INDEX}_add_index.rb", "AddIndex", now)
    repo.commit("edited")

    (finding,) = [
        it
        for it in gates.check(repo, "--base", "base").document["findings"]
        if it["code"] == "MD305"
    ]

    assert finding["severity"] == severity
    assert (finding.get("command") is None) is (severity == "note")


def test_a_condition_that_is_taken_away_is_no_such_edit(repo):
    repo.add(f"{INDEX}_add_index.rb", "AddIndex", "add_index :orders, :status if foo?")
    repo.commit("guarded")
    repo.git("branch", "--force", "base")
    repo.add(f"{INDEX}_add_index.rb", "AddIndex", "add_index :orders, :status if bar?")
    repo.commit("under another")

    (finding,) = [
        it
        for it in gates.check(repo, "--base", "base").document["findings"]
        if it["code"] == "MD305"
    ]

    assert finding["severity"] != "note"
