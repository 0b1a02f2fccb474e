"""What belongs together in help: commands by what they are for, options by what they say."""

from collections.abc import Iterable, Mapping

COMMAND_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Incident: the next migrate fails, or must not run": (
        "diagnose",
        "advise",
        "fix",
        "rename-back",
        "rewrite",
        "rehearse",
        "undo",
    ),
    "CI: keep it from happening again": ("check", "record"),
    "Inspect": ("graph", "schema", "explain"),
    "Recovery: backups, rebuilds, tables": (
        "preflight",
        "backup",
        "restore",
        "verify",
        "recover",
    ),
    "Try": ("demo",),
}
_OWN = "Options"
_OPTION_SECTIONS: Mapping[str, tuple[str, ...]] = {
    "Which files": ("repo", "ref", "directories", "framework", "no_cache"),
    "Which database": (
        "environments",
        "all_environments",
        "env_file",
        "database_url",
        "rows",
        "exec_prefix",
        "table",
        "version_table",
        "each_schema",
        "each_database",
        "scratch_url",
    ),
    "What ran": ("deployed", "accept", "reject", "notes"),
    "Carrying it out": (
        "apply_",
        "dry_run",
        "yes",
        "allow_dirty",
        "draft",
        "canary",
        "lock_timeout",
        "audit",
    ),
    "Output": ("format_", "output", "fail_on", "color", "quiet", "verbose", "help"),
}
_SECTION_OF = {option: title for title, options in _OPTION_SECTIONS.items() for option in options}
_ORDER = (_OWN, *_OPTION_SECTIONS)


def in_sections(
    options: Iterable[tuple[str, tuple[str, str]]],
) -> dict[str, list[tuple[str, str]]]:
    """Sort the lines of a command's options into sections; its own options come first."""
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in _ORDER}
    for name, line in options:
        found[_SECTION_OF.get(name, _OWN)].append(line)
    return {title: lines for title, lines in found.items() if lines}


def commands_in_sections(names: Iterable[str]) -> dict[str, list[str]]:
    """Sort commands into sections; one that has none comes last."""
    left = list(names)
    found: dict[str, list[str]] = {}
    for title, members in COMMAND_SECTIONS.items():
        found[title] = [name for name in members if name in left]
        left = [name for name in left if name not in members]
    return {title: lines for title, lines in {**found, "Other": left}.items() if lines}
