"""What a database holds, compared: rows, their content, large objects, applied versions."""

from analyzer.analysis.recovery.state_pair import SHOWN, StatePair
from analyzer.model.recovery.checklist import Item, failed, passed, unknown
from analyzer.model.words.wording import count, listed

_RESTORE = "restore into a new database: migdoctor restore BACKUP --into-new NAME"


def compare_rows(pair: StatePair) -> Item:
    """Check every table's number of rows."""
    known = [(a, b) for a, b in pair.both if a.rows is not None and b.rows is not None]
    if pair.both and not known:
        return unknown(
            "rows",
            "rows were not counted",
            why="the other side has no counts: it was taken without checksums",
            fix="take a backup without --no-checksums",
        )
    wrong = [f"{a.label} has {b.rows:,} of {a.rows:,}" for a, b in known if a.rows != b.rows]
    if wrong:
        return failed(
            "rows",
            f"{count(len(wrong), 'table')} with a different number of rows: "
            f"{listed(wrong, SHOWN, '; ')}",
            why="rows were lost, or were added since",
            fix=_RESTORE,
        )
    total = sum(a.rows or 0 for a, _ in known)
    return passed("rows", f"{total:,} rows in {count(len(known), 'table')}, as expected")


def compare_checksums(pair: StatePair) -> Item | None:
    """Check the content of every table; None where no checksums were taken."""
    known = [(a, b) for a, b in pair.both if a.checksum and b.checksum]
    if not known:
        return None
    if pair.expected.probe != pair.actual.probe:
        return unknown(
            "checksums",
            "checksums cannot be compared",
            why="the two servers hash the same text differently",
            fix="compare on the server that the backup was taken from",
        )
    wrong = [a.label for a, b in known if a.checksum != b.checksum]
    if wrong:
        return failed(
            "checksums",
            f"{count(len(wrong), 'table')} with other content: {listed(wrong, SHOWN)}",
            why="a row was changed, or a column has another type or text",
            fix="restore into a new database and compare the tables",
        )
    return passed("checksums", f"the content of {count(len(known), 'table')} is the same")


def compare_large_objects(pair: StatePair) -> Item | None:
    """Check number and content of large objects; None where neither side has any."""
    wanted, there = pair.expected.large_objects, pair.actual.large_objects
    if not pair.how.whole or (not wanted.count and not there.count):
        return None
    if wanted == there:
        return passed("large-objects", f"{wanted.count:,} large objects, as expected")
    return failed(
        "large-objects",
        f"{there.count:,} large objects, expected {wanted.count:,}"
        + ("" if wanted.count != there.count else "; their content differs"),
        why="what columns refer to by number is missing or changed",
        fix=_RESTORE,
    )


def compare_versions(pair: StatePair) -> Item | None:
    """Check the applied versions; None where there are none to expect."""
    given = pair.how.versions
    wanted = pair.expected.versions if given is None else given
    if not pair.how.whole or wanted is None:
        return None
    if pair.actual.versions is None:
        return failed(
            "versions",
            "there is no version table",
            why="the next migrate would run every migration",
            fix="run the migrate command, or restore the backup into a new database",
        )
    there = set(pair.actual.versions)
    missing, extra = sorted(set(wanted) - there), sorted(there - set(wanted))
    if missing or (extra and given is None):
        said = [f"{one} is missing" for one in missing] + [f"{one} is new" for one in extra]
        return failed(
            "versions",
            f"{count(len(said), 'applied version')} differ: {listed(said, SHOWN)}",
            why="the next migrate would run what is missing",
            fix="migdoctor diagnose says what each of them is",
        )
    return passed("versions", f"all {len(wanted)} applied versions are there")
