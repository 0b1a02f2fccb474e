"""The graph of all apps' migrations, as the tool builds it of files and rows.

Source: django 5.2, db/migrations/loader.py and graph.py. Apps whose migrations are not in the
repository are left out of it: what they hold is not known here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from analyzer.model.core.migration import MigrationName

_FIRST, _LATEST = "__first__", "__latest__"


def app_of(key: str) -> str:
    """The label of a migration's app."""
    return key.partition(".")[0]


class Graph:
    """Who comes after whom. Keys are ``app.name``.

    Args: names: of all files.  applied: the keys of all rows.
    """

    def __init__(self, names: Iterable[MigrationName], applied: Collection[str] = ()) -> None:
        self.files: Mapping[str, MigrationName] = {it.version.text: it for it in names}
        self.parents: dict[str, set[str]] = {key: set() for key in self.files}
        self.children: dict[str, set[str]] = {key: set() for key in self.files}
        self.apps = frozenset(map(app_of, self.files))
        self.applied = set(applied)
        self.missing: dict[str, str] = {}  # by key, what the tool says of it
        self.squashes = {key: it.replaces for key, it in self.files.items() if it.replaces}
        for key, name in self.files.items():
            for parent in name.parents or ():
                if app_of(parent) == app_of(key):
                    self._join(key, key, parent)
        for key, name in self.files.items():
            self._join_others(key, name)

    def _join_others(self, key: str, name: MigrationName) -> None:
        for told in name.parents or ():
            parent = self._resolved(told, key)
            if parent is not None and app_of(parent) != app_of(key):
                self._join(key, key, parent)
        for told in name.followers:
            child = self._resolved(told, key)
            if child is not None:
                self._join(key, child, key)

    def _resolved(self, told: str, key: str) -> str | None:
        """The migration that is meant; None where it is of an app that is not here."""
        app, _, name = told.partition(".")
        if app not in self.apps:
            return None
        if name not in (_FIRST, _LATEST) or told in self.parents:
            return told
        ends = self.roots(app) if name == _FIRST else self.leaves(app)
        return ends[0] if ends and app != app_of(key) else None

    def _join(self, origin: str, child: str, parent: str) -> None:
        for key, role in ((child, "child"), (parent, "parent")):
            if key not in self.parents:
                app, _, name = key.partition(".")
                self.missing[key] = (
                    f"Migration {origin} dependencies reference nonexistent {role} node "
                    f"{(app, name)!r}"
                )
                self.parents[key], self.children[key] = set(), set()
        self.parents[child].add(parent)
        self.children[parent].add(child)

    # What the tool makes of squashes

    def replace(self) -> None:
        """Put squashes in the place of what they replace, or leave them out, by the rows."""
        for key, replaced in self.squashes.items():
            there = [it in self.applied for it in replaced]
            if all(there):
                self.applied.add(key)
            else:
                self.applied.discard(key)
            if all(there) or not any(there):
                self._take_the_place(key, replaced)
            else:
                self._give_way(key, replaced)

    def _take_the_place(self, key: str, replaced: Sequence[str]) -> None:
        for gone in dict.fromkeys(replaced):
            if gone not in self.parents:
                continue
            for child in self.children.pop(gone):
                self.parents[child].discard(gone)
                if child not in replaced:
                    self._link(child, key)
            for parent in self.parents.pop(gone):
                self.children[parent].discard(gone)
                if parent not in replaced:
                    self._link(key, parent)
            self.missing.pop(gone, None)

    def _give_way(self, key: str, replaced: Sequence[str]) -> None:
        if key not in self.parents:
            return
        there = [it for it in replaced if it in self.parents]
        above = {parent for it in there for parent in self.parents[it]}
        for child in self.children.pop(key):
            self.parents[child].discard(key)
            for last in there:
                if last not in above:
                    self._link(child, last)
        for parent in self.parents.pop(key):
            self.children[parent].discard(key)

    def _link(self, child: str, parent: str) -> None:
        if child != parent:
            self.parents[child].add(parent)
            self.children[parent].add(child)

    # What it asks of it

    def roots(self, app: str) -> list[str]:
        """Of an app, those that come after none of it."""
        return sorted(
            key
            for key, above in self.parents.items()
            if app_of(key) == app and app not in map(app_of, above)
        )

    def leaves(self, app: str | None = None) -> list[str]:
        """Those that none of their own app comes after, of one app or of all."""
        return sorted(
            key
            for key, below in self.children.items()
            if app in (None, app_of(key)) and app_of(key) not in map(app_of, below)
        )

    def conflicts(self) -> dict[str, list[str]]:
        """By app, the names of its ends, where it has several."""
        ends: dict[str, list[str]] = {}
        for key in self.leaves():
            app, _, name = key.partition(".")
            ends.setdefault(app, []).append(name)
        return {app: names for app, names in ends.items() if len(names) > 1}

    def cycle(self) -> list[str]:
        """Migrations that come after themselves, in their order; empty where all is well."""
        left = {key: set(above) for key, above in self.parents.items()}
        while ready := [key for key, above in left.items() if not above]:
            for key in ready:
                del left[key]
            for above in left.values():
                above.difference_update(ready)
        if not left:
            return []
        seen = [min(left)]
        while True:
            following = min(left[seen[-1]])
            if following in seen:
                return seen[seen.index(following) :][::-1]
            seen.append(following)

    def before(self, target: str) -> list[str]:
        """All that a migration comes after, in the order in which they run, and itself."""
        order: dict[str, None] = {}
        stack = [(target, False)]
        seen: set[str] = set()
        while stack:
            key, done = stack.pop()
            if done:
                order[key] = None
            elif key not in seen:
                seen.add(key)
                stack.append((key, True))
                stack += [(it, False) for it in sorted(self.parents[key]) if it not in seen]
        return list(order)

    def plan(self) -> Iterator[str]:
        """All in the order in which they run on an empty database."""
        told: dict[str, None] = {}
        for leaf in self.leaves():
            told.update(dict.fromkeys(self.before(leaf)))
        yield from told
