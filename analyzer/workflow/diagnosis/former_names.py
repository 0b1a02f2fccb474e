"""The name that a file had before its version changed: a database may have run it under that."""

from analyzer.analysis.diagnosis.findings.deleted import SHORT
from analyzer.model.core.migration import MigrationFile, named_part
from analyzer.workflow.diagnosis.inference import Inference


def former_name(inference: Inference, file: MigrationFile) -> str:
    """A file's last other name and the commit that changed it, as ``NAME until COMMIT``.

    Returns: nothing where it never had another version.
    """
    names = inference.past_files.names
    for commit in reversed(inference.past_files.history.commits):
        came = [it for it in commit.events if it.path == file.path and it.kind in {"A", "R"}]
        gone = [(it.path, it.blob) for it in commit.events if it.kind == "D"]
        gone += [(str(it.old_path), str(it.old_blob)) for it in came if it.kind == "R"]
        for path, blob in gone if came else ():
            name = names.of(path, blob)
            if name is None or name.slug != file.name.slug or name.version == file.version:
                continue
            return f"{named_part(path, name.version)} until {commit.sha[:SHORT]}"
    return ""
