"""The folders that a system keeps for what a program of a user's writes by itself."""

import os
import sys
from pathlib import Path

_NAME = "migdoctor"
_USUAL = {"cache": "~/.cache", "state": "~/.local/state"}


def user_folder(kind: str) -> Path:
    """Our folder among those of a kind, ``cache`` or ``state``; relative where there is no home.

    The plain case of the XDG Base Directory Specification is ours, as the library that knows all
    others takes longer to load than what a small run reads of the folder.
    """
    home = Path(os.environ.get(f"XDG_{kind.upper()}_HOME") or os.path.expanduser(_USUAL[kind]))  # noqa: PTH111  without a home it stays as it is
    if sys.platform == "linux" and home.is_absolute() and "ANDROID_DATA" not in os.environ:
        return home / _NAME
    import platformdirs

    folders = {"cache": platformdirs.user_cache_path, "state": platformdirs.user_state_path}
    return folders[kind](_NAME, appauthor=False)
