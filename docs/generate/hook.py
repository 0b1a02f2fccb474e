"""What mkdocs calls while it builds: pages that are made from the program, and the JSON schemas."""

from collections.abc import Iterator
from pathlib import Path

from command_pages import commands_page
from finding_pages import finding_page, findings_page
from member_pages import frameworks_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from analyzer.analysis.gate.all_rules import RULES
from analyzer.report.gate.addresses import home

_SCHEMAS = Path(__file__).resolve().parents[1] / "schema"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the address from the package, which links to it; none is named by default."""
    config.site_url = home()
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what is made from the program."""
    for place, text in _pages():
        files.append(File.generated(config, place, content=text))
    for schema in sorted(_SCHEMAS.glob("*.json")):
        files.append(File.generated(config, f"schema/{schema.name}", abs_src_path=str(schema)))
    return files


def _pages() -> Iterator[tuple[str, str]]:
    yield "commands.md", commands_page()
    yield "frameworks.md", frameworks_page()
    yield "findings/index.md", findings_page(RULES.values())
    for code, rule in RULES.items():
        yield f"findings/{code}.md", finding_page(rule)
