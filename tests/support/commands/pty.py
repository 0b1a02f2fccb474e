"""A command run as somebody runs it at a terminal, so many columns wide."""

import re
import subprocess

from tests.support.commands.migdoctor import environment


def on_a_terminal(cwd, line, columns):
    """What a command shows on a terminal so wide."""
    done = subprocess.run(
        ["script", "-qec", f"stty cols {columns}; {line}", "/dev/null"],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={k: v for k, v in environment(TERM="xterm").items() if k != "COLUMNS"},
    )
    kept = re.sub(r"[^\n]*\n\x1b\[K", "", done.stdout)  # what was drawn and emptied again
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", kept).lstrip("\n")
