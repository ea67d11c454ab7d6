"""Runs in a process of its own: call AWS APIs, one line of JSON in, one line out, until the input ends.

Started as ``python -I api_child.py SCRIPT MAX``; SCRIPT is ``call_api.py``, MAX the bytes of an answer.
A line in is the events of ``call_api``, a line out ``{"Payload": ...}`` or ``{"Error": "Type: message"}``.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO


def main(script: Path, most: int, asked: TextIO, answers: TextIO) -> None:
    """Answer every line."""
    namespace: dict[str, Any] = {"__name__": "call_api"}
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), namespace)  # noqa: S102 - our own
    for line in asked:
        answers.write(_answer(namespace["call_api"], json.loads(line), most) + "\n")
        answers.flush()


def _answer(call_api: Any, events: Any, most: int) -> str:
    try:
        answer = json.dumps({"Payload": call_api(events, {})}, allow_nan=False)
    except Exception as error:  # noqa: BLE001 - whatever boto3 raises is the step's failure
        return json.dumps({"Error": f"{type(error).__name__}: {error}"})
    if len(answer) > most:
        return json.dumps({"Error": f"ValueError: the answer has {len(answer)} bytes, {most} are allowed"})
    return answer


if __name__ == "__main__":
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.stdin, own)
