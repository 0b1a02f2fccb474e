"""What a language's words say, whatever tool runs it: enough to tell one migration from another."""

import re
from abc import ABC, abstractmethod
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.model.effects.content_features import ContentFeatures
    from analyzer.model.effects.effect import Parsed

PARSED, BOILED = 500, 4096  # texts: pairing, prediction and repair ask for the same ones
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+")


class TextLanguage(ABC):
    """The part of the port ``Language`` that needs words only, where no configuration counts."""

    config_folder: str | None = None
    boilerplate: frozenset[str] = frozenset()  # lower case: words that are the language's own

    def __init__(self) -> None:
        self.parse: Callable[..., Parsed] = lru_cache(maxsize=PARSED)(self._parse)
        self.read_substance: Callable[..., ContentFeatures] = lru_cache(maxsize=BOILED)(
            self._read_substance
        )

    @abstractmethod
    def _parse(self, content: bytes, key_type: str | None = None) -> "Parsed":
        """What a migration does."""

    @abstractmethod
    def _read_substance(self, content: bytes) -> "ContentFeatures":
        """Boil a text down to what tells it from others."""

    @abstractmethod
    def code(self, content: bytes) -> list[str]:
        """What counts of a text, piece by piece."""

    def is_configuration(self, path: str) -> bool:
        """There is no configuration that a migration depends on."""
        del path
        return False

    def key_type(self, configuration: bytes) -> str | None:
        """There is no such setting."""
        del configuration
        return None

    def asks_key_type(self, content: bytes) -> bool:
        """No text leaves the type of a key to a setting that is known here."""
        del content
        return False

    def same_code(self, one: bytes, other: bytes) -> bool:
        """Whether two texts differ in nothing that counts: neither comments nor blank space."""
        return self.code(one) == self.code(other)

    def read_words(self, content: bytes) -> frozenset[str]:
        """All words of a text."""
        return frozenset(WORD.findall(content.decode("utf-8", "replace")))

    def read_subject(self, content: bytes) -> tuple[str | None, Counter[str]]:
        """No name, and the words that are not the language's own."""
        return None, self.own_words(content)

    def own_words(self, content: bytes) -> Counter[str]:
        """The words that are not the language's own."""
        told = " ".join(self.code(content))
        return Counter(word for word in WORD.findall(told) if word.lower() not in self.boilerplate)

    def may_create(self, content: bytes) -> frozenset[str] | None:
        """Names of what a text may create; None where something in it cannot be read."""
        from analyzer.model.effects.effect import Opaque
        from analyzer.model.effects.objects import Role, bare, objects

        effects = self.parse(content).effects
        if any(isinstance(bare(effect), Opaque) for effect in effects):
            return None
        refs = (ref for effect in effects for role, ref in objects(effect) if role is Role.CREATES)
        return frozenset(ref.name.rpartition(".")[2] for ref in refs)

    def speaks_of(self, content: bytes) -> frozenset[str]:
        """Every word of a text."""
        return self.read_words(content)
