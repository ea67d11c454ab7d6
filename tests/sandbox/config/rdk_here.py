# ruff: noqa: INP001 - a module beside tests, no package
"""Unmodified rdk, run in this process: its start takes longer than most of its commands."""

import contextlib
import io
import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch


def rdk_here(arguments: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run ``rdk ARGUMENTS`` in a folder, without its waits; return what it printed."""
    printed = io.StringIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdk's own
        from rdk import rdk  # noqa: PLC0415 - the same

        waits = SimpleNamespace(time=time.time, sleep=lambda _: time.sleep(0.05))
        with (
            contextlib.chdir(folder),
            patch.dict(os.environ, environment),
            patch.object(rdk, "time", waits),
            contextlib.redirect_stdout(printed),
        ):
            code = rdk.rdk(rdk.get_command_parser().parse_args(arguments)).process_command()
    assert not code, printed.getvalue()  # noqa: S101 - part of the tests
    return printed.getvalue()
