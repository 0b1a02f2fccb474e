"""The words that are ours, or mean something narrower here; docs/pages/concepts.md has them too."""

from collections.abc import Mapping

GLOSSARY: Mapping[str, str] = {
    "applied migration without a file": "a row whose version no file carries today: the file was "
    "renamed or deleted, or was never in this repository",
    "attestation": "what the catalogue says of a row or of a file: its objects are there, in "
    "part, or not at all",
    "certain, probable, ambiguous": "how sure a pair is; an ambiguous one asserts nothing, and "
    "repairs refuse it until you settle it",
    "deployed commit": "the commit whose files best explain the applied rows; given, or inferred",
    "destroys": "a migration removes or overwrites data; `--fail-on destroys` then shuts the gate "
    "before a deploy, unless a comment in the migration allows it: `migdoctor:allow destroys "
    "REASON`",
    "effect": "what a migration does: it creates, alters, drops or references a table, column, "
    "index, type or extension, or reads or writes rows",
    "embedded temporary server": "a database server from `migdoctor[server]`, started for a "
    "rehearsal and gone with it",
    "environment": "one database, or a list of its rows, with a name",
    "fleet, tenant, group": "many schemas or databases of one pattern; one of them; those with "
    "equal rows and equal catalogues",
    "follow-up": "a new migration that makes the changes which edits of a renamed file would hide "
    "from a database that ran the old text",
    "lineage": "one migration followed through history under every name it has had",
    "may fail": "only a run shows whether a migration gets through; `--fail-on may-fail` then "
    "shuts the gate before a deploy",
    "never runs": "a file that the next migrate silently leaves out",
    "next-migrate": "what the next migrate does to data, or may fail at, as CI formats name it: "
    "see `destroys` and `may fail`",
    "notes": "what `migdoctor record` writes down after a deploy: which text ran under which "
    "version",
    "opaque": "code that nobody can read without running it; what it does is unknown, and "
    "reported as such",
    "orphan": "a row that no file in any history explains",
    "predicted": "what the next migrate would do, carried out in memory on the schema as it is",
    "recovery": "rows carried into a database that the migrations rebuilt",
    "rename map": "applied version to the version that the same migration carries today, with "
    "evidence",
    "repair": "`rename-back` (files get their old names) or `rewrite` (rows get the new versions)",
    "similarity": "how much two texts have in common, from 0 to 100; by itself it pairs nothing",
    "way back": "the script that undoes a repair; it is on the disk before the repair begins",
}
