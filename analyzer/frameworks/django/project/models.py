"""Models as migrations write them out: fields, options, and the table that goes with them."""

from collections.abc import Mapping, Sequence

from analyzer.frameworks.django.project.digests import table_name
from analyzer.frameworks.django.project.fields import COUNTED, Field
from analyzer.records import Struct, field

ModelKey = tuple[str, str]
"""An app's label, and a model's name in lower case."""


class ProjectModel(Struct, frozen=True):
    """A model. ``fields`` are its own, by name, in their order."""

    app: str
    name: str
    fields: Mapping[str, Field]
    options: Mapping[str, object] = field(default_factory=dict)
    bases: tuple[object, ...] = ()
    automatic: bool = False  # a table of pairs that no module writes out

    @property
    def key(self) -> ModelKey:
        """How it is found."""
        return self.app, self.name.lower()

    @property
    def table(self) -> str:
        """Its table."""
        told = self.options.get("db_table")
        if isinstance(told, str) and told:
            return table_name(told) if self.automatic else told
        return table_name(f"{self.app}_{self.name.lower()}")

    @property
    def primary(self) -> Field | None:
        """Its primary key, where a field of its own says so."""
        return next((it for it in self.fields.values() if it.primary), None)

    def field(self, name: str) -> Field | None:
        """A field by its name."""
        return self.fields.get(name)

    def columns(self, names: Sequence[str]) -> tuple[str, ...] | None:
        """The columns of some fields; None where one of them is not known."""
        found = [self.fields.get(it) or self._stored_as(it) for it in names]
        known = [it.column for it in found if it is not None and it.known and not it.many]
        return tuple(known) if len(known) == len(names) else None

    def _stored_as(self, name: str) -> Field | None:
        """The key that another name stands for: that of what it holds (``artist_id``)."""
        links = (it for it in self.fields.values() if it.link)
        return next((it for it in links if f"{it.name}_id" == name), None)

    def named(self, option: str) -> tuple[object, ...]:
        """An option that lists something."""
        value = self.options.get(option)
        return value if isinstance(value, tuple) else ()

    def together(self, option: str) -> tuple[tuple[str, ...], ...]:
        """Fields that an option lists together."""
        return together(self.options.get(option))


def together(told: object) -> tuple[tuple[str, ...], ...]:
    """The lists of fields in the value of such an option, which may be one list."""
    if not isinstance(told, tuple) or not told:
        return ()
    if all(isinstance(it, str) for it in told):
        return (tuple(str(it) for it in told),)
    lists = (it for it in told if isinstance(it, tuple))
    return tuple(dict.fromkeys(tuple(str(one) for one in it) for it in lists))


def is_counted(it: Field) -> bool:
    """Whether its column takes no negative number."""
    return it.kind in COUNTED
