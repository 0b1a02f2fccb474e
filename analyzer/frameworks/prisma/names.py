"""Names in Prisma: ``migrations/NAME/migration.sql``, the folder's name in the order of letters."""

import re

from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.ports.files import Home
from analyzer.model.core.migration import MigrationName, WhyIgnored

FILE = "migration.sql"
_HOME = re.compile(
    r"(?P<folder>(?:(?P<root>.+?)/)??(?:prisma/)?migrations)/[^/]+/migration\.sql", re.DOTALL
)


class PrismaFiles(KeyedFiles):
    """The port ``Files`` of Prisma, where a migration's name is that of its folder."""

    sure = True  # no other tool has such paths
    gathers: str | None = None
    markers = ("prisma/schema.prisma",)

    def home(self, path: str) -> Home | None:
        """The folder of the folders."""
        found = _HOME.fullmatch(path) if path.endswith(f"/{FILE}") else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read the name of the folder that the file lies in."""
        name, _, basename = path_in_folder.rpartition("/")
        if basename != FILE:
            return WhyIgnored.NOT_A_MIGRATION
        return self._parse(f"{name or folder.rpartition('/')[2]}.sql")

    def basename(self, version: str, slug: str) -> str:
        """The path of a migration below the folder of all."""
        return f"{super().basename(version, slug).removesuffix('.sql')}/{FILE}"
