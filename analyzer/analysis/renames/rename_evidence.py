"""What two files agree in, and that evidence in words."""

from analyzer.analysis.renames.lineage import Hop
from analyzer.analysis.renames.rename_hints import RenameHints
from analyzer.analysis.renames.similarity import MOST_OF_IT, Agreement, Side, agreement
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.rename import Evidence, EvidenceKind
from analyzer.model.words.wording import listed
from analyzer.records import replace

_SHOWN = 3  # changed objects in a line


def evidence_for(found: Agreement) -> tuple[Evidence, ...]:
    """Put what agrees into words, the strongest first."""
    old, new = found.old, found.new
    said = [_hop_in_words(hop) for hop in (found.trail.hops if found.trail else ())]
    if found.same_name:
        said.append(Evidence(EvidenceKind.SAME_NAME, f"both are named {old.file.name.slug}"))
    if found.same_class:
        said.append(Evidence(EvidenceKind.SAME_CLASS, f"both define {old.features.class_name}"))
    if old.file.blob == new.file.blob:
        said.append(Evidence(EvidenceKind.SAME_CONTENT, "the contents are identical"))
    elif found.words >= MOST_OF_IT:
        share = f"{found.words:.0%} of the names and values in them are the same"
        said.append(Evidence(EvidenceKind.SAME_CONTENT, share))
    shared = sorted(old.features.objects & new.features.objects)
    if shared:
        said.append(Evidence(EvidenceKind.SAME_EFFECTS, f"both: {listed(shared, _SHOWN)}"))
    if found.more_tables:
        more = listed(sorted(it.partition(":")[2] for it in found.more_tables), _SHOWN)
        doubt = f"the current file also creates {more}, which the one that ran did not"
        said.append(Evidence(EvidenceKind.NOTE, doubt))
    return tuple(said)


def similarity_of(found: Agreement) -> int:
    """Git's own number where one rename says all, else counted as git counts; in percent."""
    if found.trail is not None and len(found.trail.hops) == 1:
        return found.trail.hops[0].similarity or found.similarity
    return found.similarity


def _hop_in_words(hop: Hop) -> Evidence:
    commit = hop.commit
    alike = f", {hop.similarity} % similar" if hop.similarity is not None else ""
    how = "renamed" if hop.similarity is not None else "deleted and added under the same name"
    names = f"{hop.old_path.rpartition('/')[2]} -> {hop.new_path.rpartition('/')[2]}"
    when = f"{commit.date:%Y-%m-%d %H:%M %z} by {commit.author}"
    return Evidence(EvidenceKind.GIT_RENAME, f"{how} {when}: {names}{alike}", commit.sha)


def compare(old: MigrationFile, new: MigrationFile, hints: RenameHints) -> Agreement:
    """Weigh one pair by that text of the old file, of those it had under its name, that is nearer.

    The rows do not tell which of them ran.
    """
    other = Side(new, hints.features_of(new.blob))
    sides = [Side(replace(old, blob=blob), hints.features_of(blob)) for blob in hints.texts(old)]
    found = (agreement(side, other, hints.trail(old, new)) for side in sides)
    return max(found, key=lambda agreed: agreed.weight)
