"""An announcement in the format of a CI system."""

from importlib import import_module

from analyzer.report.ci.announcement import Announcement


def render(announced: Announcement, format_: str) -> str:
    """Render an announcement as text that ends with a newline."""
    rendered: str = import_module(f"analyzer.report.ci.{format_}").render(announced)
    return rendered
