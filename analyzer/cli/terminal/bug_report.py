"""What we need to know of a bug of ours, ready to paste."""

import platform
import traceback

from analyzer import __version__
from analyzer.model.secrets.secret import BLANK

_MAY_HOLD_ANYTHING = ("--database-url", "--scratch-url", "--exec")


def bug_report(arguments: list[str]) -> str:
    """Report the exception that is being handled; passwords are blanked where it is printed."""
    frames = traceback.format_exc().replace("```", "'''")
    return (
        "migdoctor: this is a bug in migdoctor; nothing was changed unless a line above says so.\n"
        "Please report it with this text:\n\n"
        f"### migdoctor {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"`migdoctor {' '.join(_unfilled(arguments))}`\n```\n{frames}```"
    )


def _unfilled(arguments: list[str]) -> list[str]:
    """Leave out what may be a password, though it does not look like one."""
    shown = list(arguments)
    for place, word in enumerate(shown):
        name, equals, value = word.partition("=")
        if name in _MAY_HOLD_ANYTHING and equals:
            shown[place] = f"{name}={value if value.isidentifier() else BLANK}"
        elif word in _MAY_HOLD_ANYTHING and place + 1 < len(shown):
            shown[place + 1] = (
                following if (following := shown[place + 1]).isidentifier() else BLANK
            )
    return shown
