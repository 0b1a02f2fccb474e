"""``python -m analyzer`` is the command ``migdoctor``."""

from analyzer.cli.main import main

if __name__ == "__main__":
    main()
