"""Runs in a process of its own: call AWS APIs until nobody asks any more.

Started as ``python -I api_child.py SCRIPT MAX``, in a folder with two named pipes, ``asked`` and
``answered``; SCRIPT is ``call_api.py``, MAX the bytes of an answer. At each line from the one, ``asked.json``
holds the events of ``call_api``; a line into the other says that ``answer.json`` holds ``{"Payload": ...}``
or ``{"Error": "Type: message"}``.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO


def main(script: Path, most: int, asked: TextIO, answered: TextIO) -> None:
    """Answer every line."""
    namespace: dict[str, Any] = {"__name__": "call_api"}
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), namespace)  # noqa: S102 - our own
    for line in asked:
        events = json.loads(Path("asked.json").read_text(encoding="utf-8"))
        Path("asked.json").unlink()  # neither stays: there may be a password in it
        Path("answer.json").write_text(_answer(namespace["call_api"], events, most), encoding="utf-8")
        try:
            answered.write(line)
            answered.flush()
        except OSError:  # nobody reads it any more
            Path("answer.json").unlink()
            raise


def _answer(call_api: Any, events: Any, most: int) -> str:
    try:
        answer = json.dumps({"Payload": call_api(events, {})}, allow_nan=False)
    except Exception as error:  # noqa: BLE001 - whatever boto3 raises is the step's failure
        return json.dumps({"Error": f"{type(error).__name__}: {error}"})
    if len(answer) > most:
        return json.dumps({"Error": f"ValueError: the answer has {len(answer)} bytes, {most} are allowed"})
    return answer


def _at_once(path: str, flags: int) -> int:
    """Open a pipe without waiting for the other end: whoever asked may be gone."""
    file = os.open(path, flags | os.O_NONBLOCK)
    os.set_blocking(file, True)
    return file


if __name__ == "__main__":
    nowhere = os.open(os.devnull, os.O_WRONLY)  # nobody reads what a library prints
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    with (
        open("asked", encoding="utf-8", opener=_at_once) as lines,
        open("answered", "w", encoding="utf-8", opener=_at_once) as said,
    ):
        main(Path(sys.argv[1]), int(sys.argv[2]), lines, said)
