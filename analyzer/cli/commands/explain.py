"""``migdoctor explain``."""

import sys

import click

from analyzer.cli.options.gate.check import complete_code
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.screen import screen
from analyzer.report.artefact import kind_of
from analyzer.report.gate import gate_explain
from analyzer.services.gate.explain import all_rules, read_rule


@click.command("explain")
@click.argument("code", required=False, shell_complete=complete_code)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(*, code: str | None, format_: str, output: str | None) -> int:
    """Explain what a finding's code means, why it matters, and what to do about it.

    CODE is what a report shows, such as MD101. Without one, all codes are listed.
    """
    deliver(_told(code, format_, screen(sys.stdout, output).width), output, kind_of(format_))
    return 0


def _told(code: str | None, format_: str, width: int) -> str:
    if code is None:
        rules = all_rules()
        return (
            gate_explain.render_list_json(rules)
            if format_ == "json"
            else gate_explain.render_list(rules, width)
        )
    rule = read_rule(code)
    return gate_explain.render_json(rule) if format_ == "json" else gate_explain.render(rule, width)
