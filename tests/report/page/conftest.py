"""The cases that several tests look at, each built once; and one browser for all of them."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analyzer.report.page import html
from tests.support.browser import chromium
from tests.support.histories import page_cases
from tests.support.histories.page_cases import PageCase, forged


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], PageCase]:
    built: dict[str, PageCase] = {}

    def get(name: str) -> PageCase:
        if name not in built:
            built[name] = getattr(page_cases, name)(tmp_path_factory.mktemp(name))
        return built[name]

    return get


@pytest.fixture(scope="session")
def shown(
    case: Callable[[str], PageCase], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The page of a case, as a file."""
    folder = tmp_path_factory.mktemp("pages")

    def get(name: str) -> Path:
        file = folder / f"{name}.html"
        if not file.exists() and name == "forged":
            page = forged(case("incident").page())
            file.write_text(html.render(page, str), "utf-8")
        elif not file.exists():
            file.write_text(case(name).html(), "utf-8")
        return file

    return get


@pytest.fixture(scope="session")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Tab]:
    if chromium.PROGRAM is None:
        assert "chromium" not in os.environ.get("MIGDOCTOR_REQUIRE", "").split(",")
        pytest.skip("needs Debian's chromium")
    with chromium.browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found
