"""Names in TypeORM: the class tells the version; a file's name mostly tells the same."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.no_journal import NoJournal
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version
from analyzer.records import replace

_STAMP = 13  # digits that a class's name ends with: milliseconds since 1970
_GENERATED = re.compile(r"([0-9]{13})-(.+)")
_CLASS = re.compile(r"^[^/*]*\bclass\s+(?P<name>[A-Za-z_$][\w$]*)(?P<rest>[^{]*)", re.ASCII)
_NAME = re.compile(
    r"^\s*(?:(?:public|readonly|override)\s+|this\.)*name\s*(?::\s*string\s*)?=\s*"
    r"(?P<quote>['\"`])(?P<name>[^'\"`]+)(?P=quote)",
    re.ASCII,
)


class TypeOrmFiles(KeyedFiles):
    """The port ``Files`` of TypeORM."""

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        """What a file's name tells: that of the class that the tool generates in it."""
        found = super()._read(name)
        if isinstance(found, WhyIgnored):
            return found
        generated = _GENERATED.fullmatch(name.rpartition(".")[0])
        key = _camelize(generated[2]) + generated[1] if generated else found.version.text
        version = self._versions.read(key)
        return replace(found, version=version, class_name=key)

    def version(self, key: str) -> Version:
        """The version of a class's name."""
        return self._versions.read(key)

    def basename(self, version: str, slug: str) -> str:
        """The name of a file that the tool would generate for a class."""
        stamp, told = version[-_STAMP:], version[:-_STAMP]
        return f"{stamp}-{told or slug}{self._facts.suffixes[0]}"

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """The lines that tell the version: of the class, and of a property ``name``."""
        for number, line in enumerate(lines_of(content), start=1):
            found = _CLASS.match(line) or _NAME.match(line)
            if found is not None:
                text = line.removesuffix("\r")
                own = "rest" not in found.groupdict() or "MigrationInterface" in text
                yield DefiningLine(number, text, found["name"], found.start("name"), own)


class TypeOrmKeys(NoJournal):
    """The port ``KeysInText`` of TypeORM."""

    told_by_path = False

    def __init__(self, files: TypeOrmFiles) -> None:
        self._files = files
        self._key = lru_cache(maxsize=1 << 12)(self._read)

    def name(self, told: MigrationName, content: bytes) -> MigrationName | WhyIgnored:
        """The name of the migration's class, or what its property ``name`` says instead."""
        key = self._key(content)
        if not key:
            return WhyIgnored.NOT_A_MIGRATION
        return replace(told, version=self._files.version(key), class_name=key)

    def settled(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """Each tells its own moment."""
        return names

    def mentions(self, content: bytes, key: str) -> Iterator[DefiningLine]:
        """No migration names another."""
        del content, key
        return iter(())

    def _read(self, content: bytes) -> str:
        named = ""
        for line in self._files.defining_lines(content):
            if _NAME.match(line.text):
                return line.name if named else ""
            if not named and (line.own or re.search(r"[0-9]{13}$", line.name)):
                named = line.name
        return named


def _camelize(told: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", told))
