"""A script of a repair that somebody asked for, to read it and to run it."""

from enum import StrEnum

from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct


class ScriptForm(StrEnum):
    """What a script is written in."""

    SQL = "sql"
    SH = "sh"
    PATCH = "patch"


class HandScript(Struct, frozen=True):
    """The file that holds it, and its form.

    ``staged``: it tells git of the files that it moves. ``told``: its form is not the usual one.
    """

    file: str
    form: ScriptForm
    staged: bool = False
    told: bool = False

    @property
    def options(self) -> str:
        """The options that write it once more."""
        form = (f"--format {self.form}",) if self.told else ()
        git = ("--git",) if self.staged else ()
        return " ".join((*git, *form, f"-o {shell_word(self.file)}"))
