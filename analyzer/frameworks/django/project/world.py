"""The texts of an application's migrations, tree by tree, and what each does among the others.

A text alone does not say what it does: the app whose it is stands in its path, and the tables that
it names are those of models that migrations before it made. The reading of files tells both here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from analyzer.engines.registry import engine, settled_sql
from analyzer.frameworks.django.graph import Graph, app_of
from analyzer.frameworks.django.project.class_body import read_values
from analyzer.frameworks.django.project.editor import Editor
from analyzer.frameworks.django.project.operations import run
from analyzer.frameworks.django.project.state import Project, ProjectSettings
from analyzer.frameworks.django.project.step import MigrationStep, Sql
from analyzer.frameworks.django.project.values import MigrationModule, ModuleCall
from analyzer.model.core.migration import MigrationName
from analyzer.model.effects.effect import Effect
from analyzer.records import Struct, replace

_REMEMBERED = 1 << 12  # texts
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

    def steps(self, settings: ProjectSettings) -> Iterator[tuple[str, bytes, Project]]:
        """Each key and text, once, with the state before it; whoever asks carries it out."""
        told: set[str] = set()
        for order in self.orders():
            project = Project(settings)
            for key in order:
                if key in told:
                    work_of(app_of(key), self.texts[key], project, _no_sql)
                else:
                    told.add(key)
                    yield key, self.texts[key], project


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
    editor = Editor(project, patterns=engine(settled_sql()).features.operator_classes)
    step = MigrationStep(app, project, editor, sql, module.functions, module.bases)
    if module.operations is None:
        editor.opaque("the whole file", "none of it can be read without running it")
    for it in module.operations or ():
        run(step, it)
    return editor.finish(), module.atomic


class ProjectFiles:
    """What was told of one application's files, in this process.

    The first tree that was told is the one among whose files a text does something. A text that
    is not in it is put in the place of the file of its key, or behind those that it comes after.

    Args: sql: reads SQL as that of the database in hand, which ``engine`` names.
    """

    def __init__(self, sql: Sql, engine: Callable[[], str]) -> None:
        self._sql, self._engine = sql, engine
        self._said = ProjectSettings()
        self._noted: dict[bytes, dict[str, None]] = {}
        self._latest: dict[str, bytes] = {}
        self._tree: Tree | None = None
        self._work: dict[tuple[ProjectSettings, str], dict[str, Work]] = {}
        self._states: dict[ProjectSettings, dict[str, Project]] = {}
        self._found: dict[tuple[bytes, str, ProjectSettings, str], Work] = {}

    def told(self, user: str | None, key: str | None, models: tuple[tuple[str, str], ...]) -> None:
        """The project's settings say so."""
        self._said = ProjectSettings(user, key, models)

    @property
    def age(self) -> int:
        """How much was told: what is worked out from it holds as long as this is the same."""
        return sum(map(len, self._noted.values())) + (self._tree is not None)

    def note(self, key: str, text: bytes) -> None:
        """A file of this key has this text."""
        self._noted.setdefault(text, {})[key] = None
        self._latest[key] = text

    def settle(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """All files of one moment have these names; they come back with whom they come after."""
        keys = {it.version.text for it in names}
        texts = {key: self._latest[key] for key in sorted(keys) if key in self._latest}
        tree = Tree(tuple(names), texts)
        user = self._said.user or tree.user()
        if user is not None:
            first = f"{app_of(user)}.__first__"
            names = [_after(it, first, texts.get(it.version.text, b"")) for it in names]
            tree = Tree(tuple(names), texts)
        if self._tree is None:
            self._tree = tree
        return names

    def work(self, text: bytes, key_type: str | None) -> Work | None:
        """What a text does among the others; None where nothing tells whose it is.

        A text that several apps had does what it says on tables of each, and so of none.
        """
        tree = self._tree
        if tree is None or text not in self._noted:
            return None
        said = self._said
        settings = replace(said, user=said.user or tree.user(), key=said.key or key_type)
        own = sorted(self._noted[text], key=lambda it: tree.texts.get(it) != text)
        by_app = {app_of(key): key for key in reversed(own)}
        found = [self._at(tree, key, text, settings) for key in by_app.values()]
        return found[0] if all(it == found[0] for it in found) else None

    def _at(self, tree: Tree, key: str, text: bytes, settings: ProjectSettings) -> Work:
        """What a text does as the file of a key."""
        engine = self._engine()
        if tree.texts.get(key) == text:
            done = self._work_of_tree(tree, settings, engine).get(key)
            if done is not None:
                return done
        asked = text, key, settings, engine
        if asked not in self._found:
            project = self._state_before(tree, key, text, settings).apart()
            self._found[asked] = work_of(app_of(key), text, project, self._sql)
        return self._found[asked]

    def _work_of_tree(self, tree: Tree, settings: ProjectSettings, engine: str) -> dict[str, Work]:
        """What all files of the tree do."""
        place = settings, engine
        if place not in self._work:
            self._work[place] = {
                key: work_of(app_of(key), text, project, self._sql)
                for key, text, project in tree.steps(settings)
            }
        return self._work[place]

    def _state_before(
        self, tree: Tree, key: str, text: bytes, settings: ProjectSettings
    ) -> Project:
        """The models that a text finds: what a tree has there, or has after its parents."""
        if settings not in self._states:
            self._states[settings] = dict(_states(tree, settings))
        states = self._states[settings]
        if key in states:
            return states[key]
        from analyzer.frameworks.django.module import read_module

        module = read_module(text)
        parents = module.keys("dependencies") if module is not None else ()
        known = [it for it in states if it in parents]
        if not known:
            return Project(settings)
        made = states[known[-1]].apart()
        work_of(app_of(known[-1]), tree.texts[known[-1]], made, _no_sql)
        return made


def _states(tree: Tree, settings: ProjectSettings) -> Iterator[tuple[str, Project]]:
    """The state before each file of a tree."""
    for key, text, project in tree.steps(settings):
        yield key, project.apart()
        work_of(app_of(key), text, project, _no_sql)


def _no_sql(text: str, line: int) -> tuple[Effect, ...]:
    """Reads nothing: SQL changes no model."""
    del text, line
    return ()


def _after(name: MigrationName, first: str, text: bytes) -> MigrationName:
    """The name, after the app of the user's model where its text says so."""
    if _WANTS_USER not in text or app_of(first) == app_of(name.version.text):
        return name
    return replace(name, parents=tuple(dict.fromkeys((*(name.parents or ()), first))))
