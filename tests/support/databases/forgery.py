"""Backups altered by somebody who knows what the manifest holds: only the content gives it away."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analyzer.operations.backup.backup_folder import seal_of


def forge_file(folder: Path, name: str, content: bytes) -> None:
    """Replace a file of a backup, and what the manifest says of it."""
    (folder / name).write_bytes(content)

    def change(manifest: dict[str, Any]) -> None:
        for file in manifest["files"]:
            if file["path"] == name:
                file.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())

    forge_manifest(folder, change)


def forge_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what a manifest says, and seal it anew."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    change(manifest)
    manifest["sha256"] = seal_of(manifest)
    path.write_text(json.dumps(manifest), "utf-8")
