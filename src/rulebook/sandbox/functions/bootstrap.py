"""The program of a function's process: import the handler, call it once, write down what came of it.

Started with ``-I -S``, so that it sees neither the person's Python settings nor what else is installed here:
a function finds its own modules first, then its layers, then what Lambda's runtime has, as on AWS. Standard
library only, and nothing of this project: the function must not be able to tell where it runs.

Reads one JSON object from standard input; see ``process.py``, which writes it.
"""

import importlib
import json
import logging
import sys
import time
import traceback
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any


class Context:
    """What the handler gets as its second argument; names as Lambda documents them."""

    def __init__(self, described: dict[str, Any], deadline: float) -> None:
        self.__dict__.update(described)
        self._deadline = deadline
        self.identity = None
        self.client_context = None

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function is ended."""
        return max(0, round((self._deadline - time.time()) * 1000))


class Installed:
    """Finds the packages that the runtime or a stand-in layer brings, and no others of this installation."""

    def __init__(self, folders: dict[str, str]) -> None:
        self._folders = folders

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 - the import system's signature
        """Answer for a top-level name that is on the list; its submodules are found through its own path."""
        folder = self._folders.get(name)
        return PathFinder.find_spec(name, [folder]) if folder else None


class RuntimeFailure(Exception):
    """An error that is Lambda's, not the function's: it has a type of its own and no trace."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    """Run one invocation."""
    task = json.load(sys.stdin)
    sys.path[:0] = task["paths"]
    sys.meta_path.append(Installed(task["packages"]))
    _set_up_logging(task["context"]["aws_request_id"])
    result = _outcome(task)
    Path(task["result"]).write_text(json.dumps(result), encoding="utf-8")


def _outcome(task: dict[str, Any]) -> dict[str, Any]:
    try:
        handler = _handler(task["handler"])
        answer = handler(task["event"], Context(task["context"], task["deadline"]))
        return {"payload": _marshalled(answer)}
    except RuntimeFailure as failure:
        return {"error": {"errorMessage": str(failure), "errorType": failure.kind, "stackTrace": []}}
    except Exception as error:  # noqa: BLE001 - whatever the function raises is what Lambda reports
        print(f"[ERROR] {type(error).__name__}: {error}\n{traceback.format_exc()}")  # noqa: T201 - the function's log
        frames = traceback.extract_tb(error.__traceback__)[1:]
        return {
            "error": {
                "errorMessage": str(error),
                "errorType": type(error).__name__,
                "stackTrace": traceback.format_list(frames),
            }
        }


def _handler(named: str) -> Any:
    module_name, dot, function_name = named.rpartition(".")
    if not dot:
        raise RuntimeFailure(
            "Runtime.MalformedHandlerName", f"Bad handler '{named}': not enough values to unpack"
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise RuntimeFailure("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        raise RuntimeFailure("Runtime.UserCodeSyntaxError", message) from error
    try:
        return getattr(module, function_name)
    except AttributeError as error:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeFailure("Runtime.HandlerNotFound", message) from error


def _marshalled(answer: object) -> str:
    try:
        return json.dumps(answer)
    except (TypeError, ValueError) as error:
        raise RuntimeFailure("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _set_up_logging(request_id: str) -> None:
    """Lambda's runtime has a handler on the root logger, so that warnings of the function reach its log."""
    handler = logging.StreamHandler(sys.stdout)
    layout = f"[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t{request_id}\t%(message)s"
    formatter = logging.Formatter(layout, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)


if __name__ == "__main__":
    main()
