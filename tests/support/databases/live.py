"""A small application and its real database, set apart from one another as a test needs it."""

from datetime import UTC, datetime

from analyzer.model.findings.attestation import Attestation
from analyzer.model.findings.prediction import Prediction
from analyzer.model.findings.report import Report
from analyzer.records import Struct
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.databases.servers import Database
from tests.support.histories.repositories import Repo

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_ROWS = "CREATE TABLE IF NOT EXISTS schema_migrations (version varchar PRIMARY KEY)"


class Live(Struct, frozen=True, dict=True):
    """What ran is committed before what is deployed next; the database is made by SQL."""

    repo: Repo
    database: Database

    @classmethod
    def make(cls, folder, database: Database, sql: str = "") -> "Live":
        database.run(f"{_ROWS}; {sql}")
        return cls(Repo.make(folder / "app"), database)

    def ran(self, version: int, slug: str, *body: str) -> None:
        """A migration that has a file and a row."""
        self.file(version, slug, *body)
        self.row(version)

    def file(self, version: int, slug: str, *body: str) -> None:
        """A file; without a body it creates a table named after its class."""
        self.repo.add(f"{version}_{slug}.rb", _camelize(slug), *body)

    def row(self, version: int) -> None:
        self.database.run(f"INSERT INTO schema_migrations VALUES ('{version}')")

    def report(self) -> Report:
        self.repo.commit()
        return walk(
            Request(now=NOW, repo=str(self.repo.path), database_url=self.database.url, cache=False)
        ).report

    def prediction(self) -> Prediction:
        return self.report().environments[0].prediction

    def attestation(self) -> dict[str, Attestation]:
        """By the file's base name."""
        told = self.report().environments[0].attestation
        return {it.file.basename: it for it in told}


def _camelize(slug: str) -> str:
    return "".join(part.capitalize() for part in slug.split("_"))
