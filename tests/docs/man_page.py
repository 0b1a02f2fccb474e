"""Write the manual page from the program's help: ``python -m tests.docs.man_page``."""

from analyzer.cli.help.man_page import man_page
from tests.support.commands.migdoctor import ROOT

if __name__ == "__main__":
    (ROOT / "docs/migdoctor.1").write_text(man_page(), "utf-8")
