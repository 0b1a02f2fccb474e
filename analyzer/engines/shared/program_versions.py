"""Which version a client program has, asked once in a process."""

import re
import subprocess
from collections.abc import Sequence

from analyzer.engines.ports.dumps import Tool
from analyzer.engines.sessions import Gateway

_PATIENCE = 60  # seconds
_versions: "dict[tuple[tuple[str, ...], str], Tool | None]" = {}  # of this process


def version_of(gateway: Gateway, program: str, forms: Sequence[re.Pattern[str]]) -> Tool | None:
    """Ask a program for its version, once: installed programs stay what they are.

    Args: forms: how it says it, the first that fits: the group ``version`` begins with ``major``.
    """
    known = (gateway.prefix, program)
    if known not in _versions:
        _versions[known] = _asked(gateway, program, forms)
    return _versions[known]


def _asked(gateway: Gateway, program: str, forms: Sequence[re.Pattern[str]]) -> Tool | None:
    try:
        done = subprocess.run(
            [*gateway.prefix, program, "--version"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=gateway.call.environment(),
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.decode("utf-8", "replace")
    found = next((it for form in forms if (it := form.search(said))), None)
    return Tool(program, found["version"], int(found["major"])) if found else None
