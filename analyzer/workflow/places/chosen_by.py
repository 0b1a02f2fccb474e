"""What chose a database that nobody typed, for the commands that are to mean it again."""

from collections.abc import Mapping

from analyzer.engines.registry import usual_engine
from analyzer.model.words.shell_word import shell_word

_CHOOSING = ("RAILS_ENV", "RACK_ENV")  # among those of an application's own file; the first counts


def chosen_by(variables: Mapping[str, str]) -> str:
    """The variable that chooses among the databases of an application's own file, as typed.

    Empty where another one names a database itself, or none is set.
    """
    name = next((it for it in _CHOOSING if variables.get(it)), None)
    if name is None or variables.get("DATABASE_URL"):
        return ""
    if usual_engine().access.naming_variable(variables):
        return ""
    return f"{name}={shell_word(variables[name])}"
