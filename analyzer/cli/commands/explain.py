"""``migdoctor explain``."""

import sys

import click

from analyzer.cli.options.everywhere import format_option
from analyzer.cli.options.gate.check import complete_code
from analyzer.cli.terminal.console import deliver
from analyzer.cli.terminal.screen import screen
from analyzer.report.artefact import kind_of
from analyzer.report.gate import gate_explain
from analyzer.services.gate.explain import all_rules, read_rule, read_term


@click.command("explain")
@click.argument("code", nargs=-1, shell_complete=complete_code)
@format_option(["text", "json"])
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def command(*, code: tuple[str, ...], format_: str, output: str | None) -> int:
    """Explain what a finding's code means, why it matters, and what to do about it.

    CODE is what a report shows, such as MD101, or a word of the glossary, such as orphan. Without
    one, all codes and words are listed.
    """
    told = _told(" ".join(code), format_, screen(sys.stdout, output).width)
    deliver(told, output, kind_of(format_))
    return 0


def _told(code: str, format_: str, width: int) -> str:
    if not code:
        rules = all_rules()
        return (
            gate_explain.render_list_json(rules)
            if format_ == "json"
            else gate_explain.render_list(rules, width)
        )
    entry = read_term(code)
    if entry is not None:
        return (
            gate_explain.render_term_json(entry)
            if format_ == "json"
            else gate_explain.render_term(entry, width)
        )
    rule = read_rule(code)
    return gate_explain.render_json(rule) if format_ == "json" else gate_explain.render(rule, width)
