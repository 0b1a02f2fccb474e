"""The proof of faults, small: of some kinds one moment each."""

import pytest

from tests.proofs import faults_sqlite


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    return faults_sqlite.make(tmp_path_factory.mktemp("faults") / "app")


@pytest.mark.parametrize("kind", ["kill", "stale", "read-only-file"])
def test_a_repair_that_is_disturbed_leaves_all_or_nothing(kind, repo, tmp_path):
    with faults_sqlite.world(tmp_path, repo, "driver", "wal", small=False) as trial:
        assert faults_sqlite.applied(trial, faults_sqlite.FAULTS[kind], 0.3) in {"old", "new"}
