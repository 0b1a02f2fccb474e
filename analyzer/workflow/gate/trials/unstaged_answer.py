"""What ``check --staged`` blocks, and a file of the working tree settles that is not staged yet."""

from collections.abc import Iterator, Mapping, Sequence

from analyzer.errors import AnalyzerError
from analyzer.model.core.blob import blob_id
from analyzer.model.findings.finding import Finding, Severity
from analyzer.model.gate.gate import GateReport
from analyzer.model.gate.recorded_renames import record_path
from analyzer.model.words.shell_word import shell_word as word
from analyzer.model.words.wording import enumerated
from analyzer.records import replace
from analyzer.sources.git.work_tree import list_work_tree, read_beginning
from analyzer.sources.history.two_points import list_index
from analyzer.workflow.gate.check_comparison import GateComparison
from analyzer.workflow.gate.check_run import GateRun
from analyzer.workflow.gate.check_sides import LARGEST_SCHEMA
from analyzer.workflow.gate.trials.trial_reader import TrialReader

_MOST = 8  # files that are tried each by itself: every trial judges the whole change again

_Key = tuple[str, str]
_Texts = Mapping[str, bytes]


def with_unstaged(gate: GateRun, report: GateReport) -> GateReport:
    """The report with the command that stages what is missing, where that is all there is to do.

    Each file is tried by itself, in memory, then all of them together.
    """
    if not gate.compared.head.staged or not any(map(_shuts, report.findings)):
        return report
    texts = dict(_unstaged(gate))
    answers: dict[_Key, Sequence[str]] = {}
    for paths in _choices([*texts]):
        for key in _settled(gate, report, {path: texts[path] for path in paths}):
            answers.setdefault(key, paths)
    if not answers:
        return report
    return replace(report, findings=tuple(_told(it, answers) for it in report.findings))


def _choices(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from ([path] for path in paths[:_MOST])
    if paths[1:]:
        yield paths


def _unstaged(gate: GateRun) -> Iterator[tuple[str, bytes]]:
    """Records, schema files and migrations of the working tree whose text is not staged.

    One is left alone where that would lose a text that only the index has.
    """
    compared, repository = gate.compared, gate.compared.repository
    staged = {it.path: it.blob for it in list_index(repository)}
    for path in dict.fromkeys(_watched(compared)):
        text = read_beginning(repository, path, LARGEST_SCHEMA)
        if text is None or blob_id(text, length=repository.id_length) == staged.get(path):
            continue
        only = compared.work.unsaved(path).staged
        if only is None or repository.read_beginning(only, LARGEST_SCHEMA) in text:
            yield path, text


def _watched(compared: GateComparison) -> Iterator[str]:
    port, folders = compared.framework.schema_file, compared.folders
    for group in compared.groups:
        yield record_path(group[0])
        yield from () if port is None else port.beside(group[0])
    if folders:
        yield from (it.path for it in list_work_tree(compared.repository, folders)[0])


def _settled(gate: GateRun, report: GateReport, texts: _Texts) -> set[_Key]:
    """What no longer shuts the gate once files are staged; nothing, if something else would."""
    trial = TrialReader(gate.reader)
    for path, text in texts.items():
        trial.put(path, text)
    try:
        after = gate.after(trial)
    except AnalyzerError:
        return set()  # a file that is half written
    shut = {_key(it) for it in report.findings if _shuts(it)}
    left = {_key(it) for it in after.findings if _shuts(it)}
    return shut - left if left <= shut else set()


def _told(finding: Finding, answers: Mapping[_Key, Sequence[str]]) -> Finding:
    paths = answers.get(_key(finding)) if _shuts(finding) else None
    if paths is None:
        return finding
    command = f"git add -- {' '.join(map(word, paths))}"
    has, it = ("has", "it is") if not paths[1:] else ("have", "they are")
    fix = (
        f"{enumerated(paths)} in the working tree {has} what settles this, but {it} not staged: "
        f"{command}; otherwise {finding.fix}"
    )
    return replace(finding, fix=fix, command=command, steps=())


def _shuts(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE


def _key(finding: Finding) -> _Key:
    return finding.code, finding.what
