"""Texts as words of the shell, and lines as commands of sed: nothing in them is ever run."""

import re
import shlex
from collections.abc import Iterable, Mapping

from analyzer.model.plans.plan import ReplaceLine
from analyzer.model.words.shell_word import printf_format
from analyzer.model.words.text import is_visible
from analyzer.records import Struct


class Words(Struct, frozen=True):
    """Texts as words of the shell; variables hold those that would not print or look like code."""

    words: Mapping[str, str]
    definitions: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Words":
        """Quote each text that prints; define a variable for each that does not."""
        words: dict[str, str] = {}
        definitions: list[str] = []
        for text in dict.fromkeys(texts):
            if is_visible(text) and not set(text) & {"$", "`"}:
                words[text] = shlex.quote(text)
                continue
            variable = f"text{len(definitions) + 1}"
            words[text] = f'"${variable}"'
            definitions.append(  # the _ keeps a line feed at the end, which $(...) would strip
                f"{variable}=$(printf '{printf_format(text)}_'); {variable}=${{{variable}%_}}"
            )
        return cls(words, tuple(definitions))

    def __call__(self, *texts: str) -> str:
        """Write texts (each given to ``of``) as words, with blanks between."""
        return " ".join(self.words[text] for text in texts)


def sed_command(line: ReplaceLine) -> str:
    """Write the replacement for sed: the line up to the changed word, and that word.

    For the C locale, on a line that is known to read ``before``.
    """
    before, after = _split(line.before), _split(line.after)
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    if before[same + 1 :] == after[same + 1 :]:
        before, after = before[: same + 1], after[: same + 1]
    old = re.sub(r"[][\\.*^$/]", r"\\\g<0>", "".join(before))
    new = re.sub(r"[\\&/]", r"\\\g<0>", "".join(after))
    return f"{line.line}s/^{old}/{new}/"


def _split(text: str) -> list[str]:
    return re.findall(r"\w+|\W", text, re.ASCII)
