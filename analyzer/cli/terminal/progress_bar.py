"""The bar that shows on a terminal how far long work is."""

import sys

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Column


def start_bar(title: str, total: int) -> tuple[Progress, TaskID]:
    """Show a bar for so many bytes; it goes when it is stopped."""
    bar = Progress(
        TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=3),
        ),
        BarColumn(None, table_column=Column(ratio=1)),
        DownloadColumn(table_column=Column(no_wrap=True)),
        TransferSpeedColumn(table_column=Column(no_wrap=True)),
        TimeRemainingColumn(table_column=Column(no_wrap=True)),
        console=Console(file=sys.stderr),
        transient=True,
        expand=True,
    )
    task = bar.add_task(title, total=total)
    bar.start()
    return bar, task
