"""Random migrations, run by the real Rails and read by migdoctor, end in one schema."""

import pytest

from tests.proofs.differential_fuzz import compare

pytestmark = pytest.mark.rails


@pytest.mark.parametrize("seed", [11, 12])
def test_what_rails_makes_of_random_migrations_is_what_the_files_say(seed, database, tmp_path):
    outcome = compare(database, tmp_path / "app", 60, seed)

    assert outcome.migrations > 50
    assert outcome.differences == []
    assert outcome.conflicts == []
