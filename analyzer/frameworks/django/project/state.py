"""Models and tables at one moment, as the migrations before it leave them."""

from collections.abc import Iterator, Sequence

from analyzer.frameworks.django.project.contrib import OWN
from analyzer.frameworks.django.project.fields import AUTOMATIC, UNKNOWN, ColumnType, Field
from analyzer.frameworks.django.project.models import ModelKey, ProjectModel
from analyzer.frameworks.django.project.values import ModuleCall, Name
from analyzer.records import Struct, replace

_DEEPEST = 20  # keys that are keys of another model
_USER = "AUTH_USER_MODEL"
_SETTINGS = "django.conf.settings."
_SWAPPER = "swapper"


class ProjectSettings(Struct, frozen=True):
    """What an application's settings say; None where nothing tells it."""

    user: str | None = None  # AUTH_USER_MODEL, be it that the migrations tell it
    key: str | None = None  # the class in DEFAULT_AUTO_FIELD
    models: tuple[tuple[str, str], ...] = ()  # what settings put in the place of models

    def model_in(self, setting: str) -> str | None:
        """The model that a setting names; None where nothing tells it."""
        if setting == _USER and self.user is not None:
            return self.user
        return dict(self.models).get(setting)

    def setting(self, told: object) -> str | None:
        """The setting that an expression names; None where it names none."""
        if isinstance(told, ModuleCall) and told.path == f"{_SWAPPER}.swappable_setting":
            return _setting_of(*told.args)
        return told if isinstance(told, str) else None

    def named(self, told: object) -> object:
        """The model that an expression names by a setting; else the expression."""
        if isinstance(told, Name) and told.path.startswith(_SETTINGS):
            usual = "auth.User" if told.last == _USER else None
            return self.model_in(told.last) or usual
        if not isinstance(told, ModuleCall):
            return told
        if told.path == ".getattr" and told.args[:1] == (Name(_SETTINGS[:-1]),):
            setting = told.get("", 1)
            known = self.model_in(setting) if isinstance(setting, str) else None
            return known or told.get("", 2)
        if told.path == f"{_SWAPPER}.get_model_name":
            return self._swapped(told.args)
        return told

    def _swapped(self, args: tuple[object, ...]) -> str | None:
        """A model, or what is in its place; some other prefix may stand before its setting."""
        setting = _setting_of(*args)
        if setting is None:
            return None
        end = "_" + setting.removeprefix(f"{args[0]}_".upper())
        if setting not in dict(self.models) and any(it.endswith(end) for it, _ in self.models):
            return None
        return self.model_in(setting) or ".".join(map(str, args))


def _setting_of(*args: object) -> str | None:
    """The setting that a package for swapped models makes of an app and a model."""
    if len(args) != len(("app", "model")) or not all(isinstance(it, str) for it in args):
        return None
    return f"{args[0]}_{args[1]}_MODEL".upper()


class Key(Struct, frozen=True):
    """An index, a constraint or a foreign key that a table has: its kind, columns and name."""

    kind: str
    columns: tuple[str, ...]
    name: str


class Project:
    """The models of all apps, and the keys of their tables."""

    def __init__(self, settings: ProjectSettings) -> None:
        self.settings = settings
        self.models: dict[ModelKey, ProjectModel] = {}
        self.keys: dict[str, tuple[Key, ...]] = {}

    def copy(self) -> "Project":
        """The same, to go on from, with the same tables."""
        made = Project(self.settings)
        made.models, made.keys = dict(self.models), self.keys
        return made

    def apart(self) -> "Project":
        """The same, with tables of its own."""
        made = self.copy()
        made.keys = dict(self.keys)
        return made

    # Models

    def put(self, model: ProjectModel) -> None:
        """Add a model, or change it."""
        self.models[model.key] = model

    def target(self, model: ProjectModel, told: object) -> ModelKey | None:
        """The model that a field leads to; None where that cannot be told."""
        told = self.settings.named(told)
        if not isinstance(told, str):
            return None
        if told == "self":
            return model.key
        app, dot, name = told.rpartition(".")
        return (app, name.lower()) if dot else (model.app, name.lower())

    def is_swapped(self, model: ProjectModel) -> bool:
        """Whether a setting has another model in its place, so that it gets no table."""
        told = self.settings.setting(model.options.get("swappable"))
        there = self.settings.model_in(told) if told is not None else None
        return there is not None and there.lower() != f"{model.app}.{model.name}".lower()

    def has_table(self, model: ProjectModel) -> bool:
        """Whether migrations make a table for a model."""
        out = model.options.get("proxy") is True or model.options.get("managed") is False
        return not out and not self.is_swapped(model)

    def table_of(self, key: ModelKey | None) -> str | None:
        """The table of a model, be it one of the tool's own."""
        if key is None:
            return None
        if key in self.models:
            model = self.models[key]
            if model.options.get("proxy") is True:
                return self._parents_table(model)
            return model.table
        return OWN[key][0] if key in OWN else None

    def _parents_table(self, model: ProjectModel) -> str | None:
        for base in model.bases:
            key = self.target(model, base)
            if isinstance(base, str) and key is not None and key != model.key:
                return self.table_of(key)
        return None

    def concrete(self, key: ModelKey | None) -> ModelKey | None:
        """The model whose table a proxy stands for."""
        for _ in range(_DEEPEST):
            model = self.models.get(key) if key is not None else None
            if model is None or model.options.get("proxy") is not True:
                return key
            bases = [self.target(model, it) for it in model.bases if isinstance(it, str)]
            key = bases[0] if bases else None
        return None

    def linked(self, model: ProjectModel, link: Field) -> tuple[str, str, ColumnType] | None:
        """Where a key leads: the table, the column, and the type; None where it is not known."""
        key = self.concrete(self.target(model, link.options.get("to")))
        if key is None:
            return None
        if key not in self.models:
            return self._own(key)
        return self._linked_to(self.models[key], link.options.get("to_field"), 0)

    def _own(self, key: ModelKey) -> tuple[str, str, ColumnType] | None:
        if key not in OWN:
            return None
        table, column, kind = OWN[key]
        size: dict[str, object] = {"max_length": 40} if kind == "CharField" else {}
        return table, column, Field(column, kind, size).type

    def _linked_to(
        self, there: ProjectModel, name: object, depth: int
    ) -> tuple[str, str, ColumnType] | None:
        wanted = there.field(name) if isinstance(name, str) else there.primary
        if wanted is None and not isinstance(name, str):
            return there.table, "id", self.usual_key()
        if wanted is None or depth > _DEEPEST:
            return None
        return there.table, wanted.column, self._pointing_type(there, wanted, depth)

    def _pointing_type(self, model: ProjectModel, there: Field, depth: int) -> ColumnType:
        """The type of a column that holds a field's values."""
        if there.link:
            key = self.concrete(self.target(model, there.options.get("to")))
            found = self._own(key) if key is not None and key not in self.models else None
            if key in self.models:
                told = there.options.get("to_field")
                found = self._linked_to(self.models[key], told, depth + 1)
            return found[2] if found is not None else ColumnType(UNKNOWN)
        return there.type

    def type_of(self, model: ProjectModel, it: Field) -> ColumnType:
        """The type of a field's column."""
        if not it.link:
            return it.type
        there = self.linked(model, it)
        return there[2] if there is not None else ColumnType(UNKNOWN)

    def usual_key(self) -> ColumnType:
        """The type of a key that no module writes out."""
        return self.usual_key_field().type

    def usual_key_field(self) -> Field:
        """A key that no module writes out; its kind is not known without the settings."""
        kind = self.settings.key or ""
        return Field("id", kind if kind in AUTOMATIC else "", {"primary_key": True})

    def pairs(self, model: ProjectModel, many: Field) -> ProjectModel | None:
        """The table of pairs that stands for a field; None where a model of its own does."""
        if many.options.get("through") is not None:
            return None
        target = self.target(model, many.options.get("to"))
        if target is None:
            return None
        one, other = model.name.lower(), target[1]
        if one == other:
            one, other = f"from_{one}", f"to_{other}"
        told = many.options.get("db_table")
        table = told if isinstance(told, str) else f"{_bare(model.table)}_{many.name}"
        checked = {"db_constraint": many.constrained}
        ends = {
            one: Field(one, "ForeignKey", {"to": ".".join(model.key), **checked}),
            other: Field(other, "ForeignKey", {"to": ".".join(target), **checked}),
        }
        options: dict[str, object] = {"db_table": table, "unique_together": ((one, other),)}
        fields = {"id": self.usual_key_field(), **ends}
        return ProjectModel(model.app, f"{model.name}_{many.name}", fields, options, automatic=True)

    def pointing_at(self, key: ModelKey) -> Iterator[tuple[ProjectModel, Field]]:
        """The fields of all models that lead to one, tables of pairs aside."""
        for model in list(self.models.values()):
            for it in model.fields.values():
                if it.link and self.target(model, it.options.get("to")) == key:
                    yield model, it

    def pairs_with(self, key: ModelKey) -> Iterator[tuple[ProjectModel, Field]]:
        """The ends of tables of pairs that lead to a model."""
        for model in list(self.models.values()):
            for many in model.fields.values():
                pairs = self.pairs(model, many) if many.many else None
                if pairs is None:
                    continue
                for it in pairs.fields.values():
                    if it.link and self.target(pairs, it.options.get("to")) == key:
                        yield pairs, it

    # Tables

    def note(self, table: str, key: Key) -> None:
        """Keep in mind that a table has a key."""
        self.keys[table] = (*self.keys.get(table, ()), key)

    def forget(self, table: str, name: str) -> None:
        """Keep in mind that a table has lost one."""
        self.keys[table] = tuple(it for it in self.keys.get(table, ()) if it.name != name)

    def find(self, table: str, kind: str, columns: Sequence[str]) -> list[Key]:
        """The keys of one kind over just these columns."""
        wanted = kind, tuple(columns)
        return [it for it in self.keys.get(table, ()) if (it.kind, it.columns) == wanted]

    def rename_column(self, table: str, old: str, new: str) -> None:
        """Keep in mind that a column has another name."""

        def renamed(it: Key) -> Key:
            return replace(it, columns=tuple(new if one == old else one for one in it.columns))

        self.keys[table] = tuple(map(renamed, self.keys.get(table, ())))

    def rename_table(self, old: str, new: str) -> None:
        """Keep in mind that a table has another name."""
        if old in self.keys:
            self.keys[new] = self.keys.pop(old)


def _bare(table: str) -> str:
    return table.strip('"')
