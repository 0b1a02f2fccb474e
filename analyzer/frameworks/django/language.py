"""What a migration does: its operations among those of others, and SQL where that is literal."""

import re
from typing import TYPE_CHECKING

from analyzer.engines.registry import remembered
from analyzer.frameworks.keyed.facts import Facts
from analyzer.frameworks.keyed.language import KeyedLanguage
from analyzer.frameworks.text_language import PARSED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

    from analyzer.frameworks.django.project.world import ProjectFiles
    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed

_SETTINGS = re.compile(r"(?:.*/)?settings(?:/[^/]+)?\.py", re.DOTALL)
_KEY_TYPE = re.compile(
    rb"^DEFAULT_AUTO_FIELD\s*(?::[^=\n]*)?=\s*['\"]django\.db\.models\.(\w+)['\"]", re.MULTILINE
)
_VERBS = {"CreateModel": "creates", "DeleteModel": "destroys"}


class DjangoLanguage(KeyedLanguage):
    """The port ``Language`` of Django.

    Args: world: the files of one application; None where a text stands for itself, so that nobody
        can tell what its operations are about.
    """

    config_folder = ""

    def __init__(self, facts: Facts, world: "ProjectFiles | None" = None) -> None:
        super().__init__(facts)
        self._world = world
        if world is not None:
            kept = remembered(self._parse_among, PARSED)
            self.parse = lambda content, key_type=None: kept(content, key_type, world.age)

    def is_configuration(self, path: str) -> bool:
        """Whether a file is a module of settings by the usual names."""
        return _SETTINGS.fullmatch(path) is not None

    def key_type(self, configuration: bytes) -> str | None:
        """The class of keys that no model writes out."""
        found = _KEY_TYPE.search(configuration)
        return found[1].decode() if found is not None else None

    def asks_key_type(self, content: bytes) -> bool:
        """Whether a text makes a table of pairs, whose key no migration writes out."""
        return b"ManyToManyField" in content or b"CreateModel" in content

    def _parse_among(self, content: bytes, key_type: str | None, age: int) -> "Parsed":
        """What a migration does among the others; where nobody knows whose it is, its own SQL."""
        from analyzer.frameworks.django.project.operations import UNREAD
        from analyzer.model.effects.effect import Opaque, Parsed

        del age  # the same question has another answer when more is known
        work = self._world.work(content, key_type) if self._world is not None else None
        if work is None:
            return self._parse(content, key_type)
        effects, atomic = work
        partial = any(isinstance(it, Opaque) and it.why == UNREAD for it in effects)
        return Parsed(effects, ddl_transaction=atomic, partial=partial)

    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """What tells a text from others, whatever these are: its past is compared as well."""
        from analyzer.model.effects.content_features import ContentFeatures
        from analyzer.model.effects.deeds import deeds, work_of

        effects = self._parse(content).effects
        creates, changes, destroys = map(set, deeds(effects))
        for verb, model in self._models(content):
            {"creates": creates, "changes": changes, "destroys": destroys}[verb].add(model)
        words = tuple(self._statement_words(content))
        return ContentFeatures(
            None,
            self.own_words(content),
            frozenset(creates),
            frozenset(changes),
            frozenset(destroys),
            content,
            work_of(effects, words),
        )

    def _models(self, content: bytes) -> "Iterator[tuple[str, str]]":
        """The models that operations name, by what becomes of them."""
        from analyzer.frameworks.django.project.class_body import read_values
        from analyzer.frameworks.django.project.values import ModuleCall

        module = read_values(content)
        for it in module.operations or () if module is not None else ():
            told = (
                it.get("model_name", usual=it.get("name", 0))
                if isinstance(it, ModuleCall)
                else None
            )
            if isinstance(it, ModuleCall) and isinstance(told, str):
                yield _VERBS.get(it.last, "changes"), f"table:{told.lower()}"

    def _read_ways(self, content: bytes) -> "dict[str, list[Node]]":
        """The operations of the class."""
        from analyzer.frameworks.keyed.trees import read_tree, text_of, walk

        for node in walk(read_tree(self._script, content)):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if node.type != "assignment" or left is None or text_of(left) != "operations":
                continue
            if right is not None and right.type in ("list", "tuple"):
                return {"up": [it for it in right.named_children if it.type != "comment"]}
        return {}

    def _sql_of(self, statement: "Node") -> tuple[str, int] | None:
        """The SQL of ``RunSQL("...")``, where it does nothing to the state besides."""
        from analyzer.frameworks.keyed.step_statements import call_of, first_text

        call = call_of(statement)
        if call is None or call.name != "RunSQL":
            return None
        named = [it for it in call.arguments if it.type == "keyword_argument"]
        return first_text(call) if len(named) < len(call.arguments) else None
