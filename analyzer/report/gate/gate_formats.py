"""The formats of ``check`` but text, each rendered by a module that loads when it is asked for."""

from importlib import import_module

from analyzer.model.gate.gate import GateReport
from analyzer.report.artefact import CI_FORMATS

_OWN = {"json": "gate_json", "sarif": "gate_sarif", "markdown": "gate_markdown"}
FORMATS = (*_OWN, *CI_FORMATS)


def render(report: GateReport, format_: str) -> str:
    """Render the report as text that ends with a newline."""
    if format_ in _OWN:
        rendered: str = import_module(f"analyzer.report.gate.{_OWN[format_]}").render(report)
        return rendered
    from analyzer.report.ci import formats
    from analyzer.report.gate.gate_announcement import announcement

    return formats.render(announcement(report), format_)
