"""Renamed after it ran, with the real tools of PyPI and Debian."""

import shutil

import pytest

from tests.support.frameworks.other_accidents import check_other_accidents
from tests.support.frameworks.tool_accidents import check_accident
from tests.support.frameworks.tools import READY, Tool, ToolApplication

_PROGRAMS = {"sequel": "sequel", "laravel": "php", "sql-migrate": "sql-migrate"}


@pytest.fixture(params=READY, ids=lambda tool: tool.name)
def tool(request) -> Tool:
    program = _PROGRAMS.get(request.param.name)
    if program is not None and shutil.which(program) is None:
        pytest.skip(f"{program} is not installed here: apt-get install its Debian packages")
    return request.param


def test_edits_deletions_doubles_and_late_files_end_as_foretold(tool, tmp_path, database):
    check_other_accidents(ToolApplication.sound(tool, tmp_path, database))


def test_an_accident_is_foretold_mended_either_way_and_taken_back(tool, tmp_path, database):
    check_accident(ToolApplication.broken(tool, tmp_path, database))
