"""Renamed after it ran, with the real tools of PyPI and Debian."""

import shutil

import pytest

from tests.support.frameworks.tool_accidents import check_accident
from tests.support.frameworks.tools import READY, Tool, ToolApplication

_PROGRAMS = {"sequel": "sequel", "laravel": "php", "sql-migrate": "sql-migrate"}


@pytest.mark.parametrize("tool", READY, ids=lambda tool: tool.name)
def test_an_accident_is_foretold_mended_either_way_and_taken_back(tool: Tool, tmp_path, database):
    program = _PROGRAMS.get(tool.name)
    if program is not None and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here: apt-get install its Debian packages")

    check_accident(ToolApplication.broken(tool, tmp_path, database))
