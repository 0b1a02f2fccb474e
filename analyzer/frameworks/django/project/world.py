"""The texts of an application's migrations, tree by tree, and what each does among the others.

A text alone does not say what it does: the app whose it is stands in its path, and the tables that
it names are those of models that migrations before it made. The reading of files tells both here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from analyzer.frameworks.django.graph import Graph, app_of
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.operations import run
from analyzer.frameworks.django.project.state import Project, ProjectSettings
from analyzer.frameworks.django.project.step import MigrationStep, Sql
from analyzer.frameworks.django.project.values import MigrationModule, ModuleCall, read_values
from analyzer.model.core.migration import MigrationName
from analyzer.model.effects.effect import Effect
from analyzer.records import Struct, replace

_REMEMBERED = 1 << 12  # texts
_MOST_TREES = 200  # of the past: each holds texts that no other has
_USER_FIELDS = frozenset({"password", "last_login"})
_WANTS_USER = b"swappable_dependency(settings.AUTH_USER_MODEL"
read = lru_cache(maxsize=_REMEMBERED)(read_values)
Work = tuple[tuple[Effect, ...], bool]
"""What a migration does, and whether it does that in a transaction."""


class Tree(Struct, frozen=True, eq=False):
    """The migrations of one moment: their names, and by key their texts."""

    names: tuple[MigrationName, ...]
    texts: Mapping[str, bytes]

    def user(self) -> str | None:
        """The model in the place of the tool's own user, as far as the migrations tell it."""
        found = {it for key, text in self.texts.items() for it in _users(app_of(key), text)}
        return found.pop() if len(found) == 1 else None

    def orders(self) -> Iterator[tuple[str, ...]]:
        """The keys in orders in which they can run: each in one, squashes apart from the rest."""
        graph = Graph(self.names)
        graph.replace()
        first = tuple(dict.fromkeys(it for it in graph.plan() if it in self.texts))
        yield first
        left = [it for it in self.texts if it not in set(first)]
        if left:
            single = Graph([it for it in self.names if not it.replaces])
            there = [it for it in left if it in single.parents]
            ran = dict.fromkeys(one for it in there for one in single.before(it))
            yield tuple(it for it in ran if it in self.texts)

    def work(self, settings: ProjectSettings, sql: Sql) -> dict[str, Work]:
        """What each of them does."""
        done: dict[str, Work] = {}
        for order in self.orders():
            project = Project(settings)
            for key in order:
                made = work_of(app_of(key), self.texts[key], project, sql)
                done.setdefault(key, made)
        return done


def _users(app: str, text: bytes) -> Iterator[str]:
    """Models that can log in."""
    if b"last_login" not in text or b"password" not in text:
        return
    module = read(text)
    for it in module.operations or () if module is not None else ():
        if isinstance(it, ModuleCall) and it.last == "CreateModel":
            listed, name = it.get("fields", 1), it.get("name", 0)
            pairs = listed if isinstance(listed, tuple) else ()
            names = {one[0] for one in pairs if isinstance(one, tuple) and one}
            if names >= _USER_FIELDS and isinstance(name, str):
                yield f"{app}.{name}"


def work_of(app: str, text: bytes, project: Project, sql: Sql) -> Work:
    """Carry out one migration in a project."""
    module = read(text) or MigrationModule(None)
    editor = Editor(project)
    step = MigrationStep(app, project, editor, sql)
    if module.operations is None:
        editor.opaque("the whole file", "none of it can be read without running it")
    for it in module.operations or ():
        run(step, it)
    return editor.finish(), module.atomic


class ProjectFiles:
    """What was told of one application's files, in this process.

    Args: sql: reads SQL as that of the database in hand, which ``engine`` names.
    """

    def __init__(self, sql: Sql, engine: Callable[[], str]) -> None:
        self._sql, self._engine = sql, engine
        self._noted: dict[bytes, dict[str, None]] = {}
        self._latest: dict[str, bytes] = {}
        self._trees: list[Tree] = []
        self._work: dict[tuple[int, ProjectSettings, str], dict[str, Work]] = {}
        self._found: dict[tuple[bytes, str | None, str], Work] = {}

    @property
    def age(self) -> int:
        """How much was told: what is worked out from it holds as long as this is the same."""
        return len(self._noted) + len(self._trees)

    def note(self, key: str, text: bytes) -> None:
        """A file of this key has this text."""
        self._noted.setdefault(text, {})[key] = None
        self._latest[key] = text

    def settle(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """All files of one moment have these names; they come back with whom they come after."""
        keys = {it.version.text for it in names}
        texts = {key: self._latest[key] for key in sorted(keys) if key in self._latest}
        tree = Tree(tuple(names), texts)
        user = tree.user()
        if user is not None:
            first = f"{app_of(user)}.__first__"
            names = [_after(it, first, texts.get(it.version.text, b"")) for it in names]
            tree = Tree(tuple(names), texts)
        known = [it.texts for it in self._trees]
        if len(known) < _MOST_TREES and not any(_holds(it, texts) for it in known):
            self._trees.append(tree)
        return names

    def work(self, text: bytes, key_type: str | None) -> Work | None:
        """What a text does among the others; None where nothing tells whose it is."""
        asked = text, key_type, self._engine()
        for at, tree in enumerate(self._trees):
            keys = [it for it in self._noted.get(text, ()) if tree.texts.get(it) == text]
            if keys:
                return self._agreed(at, keys, key_type)
        if asked not in self._found:
            found = self._beside(text, key_type)
            if found is None:
                return None
            self._found[asked] = found
        return self._found[asked]

    def _agreed(self, at: int, keys: Sequence[str], key_type: str | None) -> Work | None:
        """What a text does in a tree, where it does the same under all of its keys."""
        tree = self._trees[at]
        settings = ProjectSettings(tree.user(), key_type)
        place = at, settings, self._engine()
        if place not in self._work:
            self._work[place] = tree.work(settings, self._sql)
        found = [self._work[place][it] for it in keys if it in self._work[place]]
        return found[0] if found and all(it == found[0] for it in found) else None

    def _beside(self, text: bytes, key_type: str | None) -> Work | None:
        """What a text does that is in no tree: in the place of the file of its key, or beside."""
        keys = list(self._noted.get(text, ()))
        if len(keys) != 1 or not self._trees:
            return None
        tree = self._trees[0]
        settings = ProjectSettings(tree.user(), key_type)
        from analyzer.frameworks.django.module import read_module

        module = read_module(text)
        parents = module.keys("dependencies") if module is not None else ()
        own = [it for it in tree.names if it.version.text != keys[0]]
        graph = Graph(own)
        project = Project(settings)
        above = dict.fromkeys(
            one for it in parents if it in graph.parents for one in graph.before(it)
        )
        for key in above:
            if key in tree.texts:
                work_of(app_of(key), tree.texts[key], project, self._sql)
        return work_of(app_of(keys[0]), text, project, self._sql)


def _holds(tree: Mapping[str, bytes], texts: Mapping[str, bytes]) -> bool:
    return all(tree.get(key) == text for key, text in texts.items())


def _after(name: MigrationName, first: str, text: bytes) -> MigrationName:
    """The name, after the app of the user's model where its text says so."""
    if _WANTS_USER not in text or app_of(first) == app_of(name.version.text):
        return name
    return replace(name, parents=tuple(dict.fromkeys((*(name.parents or ()), first))))
