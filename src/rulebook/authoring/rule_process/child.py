"""Runs inside a rule's own process: load the rule as Lambda does, let a task ask it, write the answer.

Started as ``python -I child.py FOLDER TASK``. FOLDER holds ``request.json`` (Rule, Folder, and what the task
wants); TASK is a Python file with ``answer(request, load)``, where ``load()`` returns the rule's module and
raises what the module raises, and which returns the JSON for ``result.json``. This and the tasks import
nothing of ours, so that a rule finds its own folder and the installed packages, as in Lambda.
"""

import contextlib
import importlib
import json
import os
import runpy
import sys
from pathlib import Path
from typing import Any


def main(folder: Path, task: str) -> None:
    """Answer the request in a folder."""
    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))

    def load() -> Any:
        sys.path.insert(0, request["Folder"])
        return importlib.import_module(request["Rule"])

    answer = runpy.run_path(task)["answer"](request, load)
    (folder / "result.tmp").write_text(answer, encoding="utf-8")
    (folder / "result.tmp").rename(folder / "result.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # a rule may have closed it
            stream.flush()
    os._exit(0)  # threads that a rule left behind do not keep anybody waiting
