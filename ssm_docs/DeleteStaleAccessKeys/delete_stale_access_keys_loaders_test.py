"""The built document's scripts do their work under any loader: AWS's own is not published."""

import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from delete_stale_access_keys_account_test import key, open_account
from delete_stale_access_keys_steps_test import DEFAULTS, FOLDER

STEPS: list[dict[str, Any]] = json.loads((FOLDER / "DeleteStaleAccessKeys.json").read_text(encoding="utf-8"))[
    "mainSteps"
]


def bare(script: str, _: Path) -> dict[str, Any]:
    """Nothing but a name."""
    names: dict[str, Any] = {"__name__": "nobody_knows_this_module"}
    exec(script, names)  # noqa: S102 - its purpose
    return names


def unregistered(script: str, folder: Path) -> dict[str, Any]:
    """A module of a file, which is not entered in sys.modules."""
    file = folder / "customer_script.py"
    file.write_text(script, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("customer_script", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def registered(script: str, folder: Path) -> dict[str, Any]:
    """A module as an import makes it."""
    (folder / "customer_script.py").write_text(script, encoding="utf-8")
    sys.path.insert(0, str(folder))
    try:
        return vars(importlib.import_module("customer_script"))
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("customer_script", None)


@pytest.mark.parametrize("load", [bare, unregistered, registered])
def test_both_steps_of_the_built_document_work_under_each_loader(
    load: Callable[[str, Path], dict[str, Any]], tmp_path: Path
) -> None:
    with open_account() as account:
        user_id = account.add("alice", [key(120), key(5)])
        stale, fresh = account.keys("alice")
        events: dict[str, Any] = {**DEFAULTS, "IAMUserId": user_id}
        for step in STEPS:
            names = load(step["inputs"]["Script"], tmp_path)
            events |= names[step["inputs"]["Handler"]](events, None)
        assert (events["KeyIds"], events["Outcome"]) == ([stale], "Verified")
        assert account.keys("alice") == {fresh: "Active"}
