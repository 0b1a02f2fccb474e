"""Of several environments the table says what the next migrate does, and what may stop it."""

from tests.support.commands.gates import run, started


def test_what_may_fail_is_told_of_each_environment(tmp_path):
    repo = started(tmp_path / "repo")
    repo.add("20240301000000_call.rb", "Call", "call_somebody")
    repo.commit("only a run shows")
    (tmp_path / "all").write_text("20240101000000\n20240201000000\n")
    (tmp_path / "none").write_text("20240101000000\n")

    seen = run(repo, "diagnose", "--environment", "a=../all", "--environment", "b=../none")

    told = " ".join(seen.out.split())
    assert "runs 1 migration, 20240301000000_call.rb may fail" in told
    assert "runs 2 migrations, 20240301000000_call.rb may fail" in told
