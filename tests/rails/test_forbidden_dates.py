"""A migration dated after tomorrow: Rails 7.2 refuses to start where its settings forbid that."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.rails.test_predictions import foretold
from tests.support.frameworks import rails
from tests.support.frameworks.rails_in_use import NEWEST
from tests.support.histories.repositories import FOLDER, Repo, migration

pytestmark = pytest.mark.rails
WITHIN = f"{datetime.now(UTC) + timedelta(hours=12):%Y%m%d%H%M%S}_create_artists.rb"
BEYOND = "20990101000000_create_songs.rb"


@pytest.mark.parametrize("defaults", sorted({"6.1", NEWEST}))
@pytest.mark.parametrize("name", [WITHIN, BEYOND], ids=["within", "beyond"])
def test_what_is_dated_after_tomorrow_is_foretold_to_be_refused(name, defaults, database, tmp_path):
    slug = name.removesuffix(".rb").split("_", 1)[1]
    repo = Repo.make(tmp_path / "app")
    repo.write("application.rb", f"config.load_defaults {defaults}\n", "config")
    repo.write(name, migration("".join(map(str.title, slug.split("_"))), "create_table :songs"))
    repo.commit("dated")
    refused = foretold(repo, database, datetime.now(UTC)).refuses

    happened = rails.rake("db:migrate", repo.path / FOLDER, database.url, DEFAULTS=defaults)

    assert bool(refused) == bool(happened.status), happened.output
    assert ("InvalidMigrationTimestampError" in happened.output) == bool(refused)
    if refused:
        assert refused.error == "ActiveRecord::InvalidMigrationTimestampError"
