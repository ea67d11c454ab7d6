"""SIGTERM and a closed terminal end a command as Ctrl-C does, whichever command it is."""

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from rulebook.cli import INTERRUPTED, main
from rulebook.cli.commands import demo


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_what_a_command_began_is_cleaned_up(number: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[Path] = []

    def end_within(_: object) -> int:
        with tempfile.TemporaryDirectory() as folder:
            folders.append(Path(folder))
            os.kill(os.getpid(), number)
            time.sleep(5)
        return 0

    monkeypatch.setattr(demo, "run", end_within)
    before = signal.signal(number, signal.SIG_DFL)  # nohup ignores one
    try:
        assert main(["demo"]) == INTERRUPTED
        assert signal.getsignal(number) is signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert not folders[0].exists()
