"""A repository to work on, and the walk over it."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import Walk, walk
from tests.support.histories.repositories import Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def repo(tmp_path):
    return Repo.make(tmp_path / "app")


@pytest.fixture
def diagnosed(tmp_path):
    """Diagnose a repository against versions; options as the command line's."""

    def run(repo: Repo | None, versions: Iterable[str], /, **options) -> Walk:
        rows = tmp_path / "rows.txt"
        rows.write_text("".join(f"{version}\n" for version in versions))
        place = {"repo": str(repo.path)} if repo else {}
        return walk(Request(now=NOW, rows=str(rows), **place, **options))

    return run
