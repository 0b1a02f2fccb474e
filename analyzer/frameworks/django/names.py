"""Names in Django: the folder tells the app, the file the migration, the text what it follows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from analyzer.frameworks.django.graph import Graph
from analyzer.frameworks.django.module import mentions_of, read_module
from analyzer.frameworks.django.versions import DjangoVersions
from analyzer.frameworks.no_journal import NoJournal
from analyzer.frameworks.ports.files import Home
from analyzer.frameworks.revision_graph import Ranked
from analyzer.model.core.defining_line import DefiningLine
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.records import replace

if TYPE_CHECKING:
    from analyzer.frameworks.django.project.world import ProjectFiles

_HOME = re.compile(
    r"(?P<folder>(?:(?P<root>.+)/)?(?P<app>[^/]+)/migrations)/[^/_~.][^/.]*\.py", re.DOTALL
)
_FOLDER = re.compile(r"(?:(?P<root>.+)/)?(?P<app>[^/]+)/migrations", re.DOTALL)
_NUMBERED = re.compile(r"[0-9]+_?(?P<slug>.*)", re.DOTALL)
_CLASS = re.compile(rb"^class Migration\b", re.MULTILINE)
_REMEMBERED = 1 << 14  # names: a history repeats most of them


class DjangoFiles:
    """The port ``Files`` of Django.

    Args: labels: by migration folder, the app's label, where that is not its package's name.
    """

    usual = "app/migrations"
    example = "0001_create_songs.py"
    markers = ("manage.py",)
    gathers = "manage.py"
    sure = False

    def __init__(self, versions: DjangoVersions, labels: Mapping[str, str] | None = None) -> None:
        self._versions, self._labels = versions, labels or {}
        self._parse = lru_cache(maxsize=_REMEMBERED)(self._read)

    def home(self, path: str) -> Home | None:
        """The folder of an app, and what is above the app."""
        found = _HOME.fullmatch(path) if path.endswith(".py") else None
        return Home(found["root"] or "", found["folder"]) if found else None

    def folders(self, root: str) -> tuple[str, ...]:
        """One of them: what apps there are, only the tree tells."""
        return (f"{root}/{self.usual}" if root else self.usual,)

    def root(self, folder: str) -> str:
        """What is above the app."""
        found = _FOLDER.fullmatch(folder)
        return (found["root"] or "") if found else ""

    def folder_beside(self, path: str) -> str | None:
        """The folder beside a record of renames in an app."""
        above, _, name = path.rpartition("/")
        return f"{above}/migrations" if name == "renames.toml" and above else None

    def label(self, folder: str) -> str:
        """The label of the app that a migration folder belongs to."""
        above, _, own = folder.rpartition("/")
        return self._labels.get(folder, above.rpartition("/")[2] or own or "app")

    def parse_name(self, path_in_folder: str, folder: str = "") -> MigrationName | WhyIgnored:
        """Read a module's name; the tool passes over those that begin with ``_`` or ``~``."""
        return self._parse(path_in_folder, self.label(folder))

    def _read(self, name: str, label: str) -> MigrationName | WhyIgnored:
        stem = name.removesuffix(".py")
        if stem == name or not stem or stem[0] in "_~." or set("/. \n\0") & set(stem):
            return WhyIgnored.NOT_A_MIGRATION
        numbered = _NUMBERED.fullmatch(stem)
        slug = (numbered["slug"] if numbered else "") or stem
        return MigrationName(self._versions.read(f"{label}.{stem}"), slug, "", "")

    def basename(self, version: str, slug: str) -> str:
        """The name of the module's file; a bare number is given the slug."""
        name = version.rpartition(".")[2]
        return f"{name}_{slug}.py" if name.isdecimal() and slug else f"{name}.py"

    def way_back(self, path: str) -> str | None:
        """None: both ways stand in one file."""
        del path
        return None

    def legal_slug(self, told: str) -> str:
        """A name as a module may be called."""
        return re.sub(r"[^a-z0-9_]+", "_", told.lower()).strip("_")

    def class_name(self, slug: str) -> str:
        """All of them are called Migration."""
        del slug
        return ""

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """None: the text says nothing of the file's name."""
        del content
        return iter(())


class DjangoKeys(NoJournal):
    """The port ``KeysInText`` of Django: a text tells what a migration comes after.

    Args: world: gets to know the files of one application; None where they are of any.
    """

    told_by_path = True

    def __init__(self, world: "ProjectFiles | None" = None) -> None:
        self._world = world

    def name(self, told: MigrationName, content: bytes) -> MigrationName | WhyIgnored:
        """The same name, with those that it comes after, comes before, and stands for.

        The tool refuses a module without the class; a folder of that name that is none of an app's
        may have some, whose names have no number.
        """
        module = read_module(content)
        if module is None and _CLASS.search(content) is None:
            numbered = told.version.written[:1].isdecimal()
            return WhyIgnored.ILLEGAL_NAME if numbered else WhyIgnored.NOT_A_MIGRATION
        if self._world is not None:
            self._world.note(told.version.text, content)
        if module is None:
            return replace(told, parents=())  # Python that cannot be read is one all the same
        return replace(
            told,
            parents=module.keys("dependencies"),
            followers=module.keys("run_before"),
            replaces=module.keys("replaces"),
        )

    def settled(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """The same names, in whose order their versions sort."""
        if self._world is not None:
            names = self._world.settle(names)
        graph = Graph(names)
        graph.replace()
        order: list[str] = []
        for key in graph.plan():  # what a squash stands for comes where that does
            order += [*graph.squashes.get(key, ()), key]
        order += sorted(graph.files)
        rank: dict[str, int] = {}
        for at, key in enumerate(order):
            rank.setdefault(key, at)
        return [
            replace(name, version=replace(name.version, key=Ranked.at(text, rank[text])))
            for name in names
            for text in (name.version.text,)
        ]

    def mentions(self, content: bytes, key: str) -> Iterator[DefiningLine]:
        """The places where another module names a migration."""
        return mentions_of(content, key)
