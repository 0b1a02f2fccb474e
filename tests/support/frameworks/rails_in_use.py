"""Which Rails the tests run: Debian's on this computer, or another Debian's in a folder.

MIGDOCTOR_RAILS_ROOT names such a folder (`tests.proofs.rails_versions` makes one). It is entered by
chroot, which needs root, in a view of the files of its own: the temporary folder and this
repository lie there where they do outside.
"""

import os
import shlex
import tempfile
from pathlib import Path

_RUBY = "/usr/bin/ruby"
_REPOSITORY = Path(__file__).resolve().parents[3]
ROOT = os.environ.get("MIGDOCTOR_RAILS_ROOT", "")
NEWEST = "7.2" if ROOT else "6.1"
"""The newest version that a migration can name: of Debian 13's Rails, or Debian 12's."""


def ruby() -> list[str]:
    """Write what begins a command of Ruby's; it runs in the folder that it is started in."""
    if not ROOT:
        return [_RUBY, "-W0"]
    shared = dict.fromkeys(map(os.path.realpath, (tempfile.gettempdir(), _REPOSITORY)))
    views = " && ".join(
        f"mkdir -p {there} && mount --rbind {shlex.quote(path)} {there}"
        for path in shared
        for there in [shlex.quote(f"{ROOT}{path}")]
    )
    enter = f'exec chroot {shlex.quote(ROOT)} /usr/bin/env -C "$PWD" {_RUBY} -W0 "$@"'
    script = f"PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH; {views} && {enter}"
    return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, "ruby"]


def is_there(file: str) -> bool:
    """Whether a program is installed beside that Ruby."""
    return os.access(f"{ROOT}{file}", os.X_OK)
