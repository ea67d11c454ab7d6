"""Scripts with an attachment that stands beside the document."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from automation.conftest import REGION, document
from rulebook.automation import AutomationExecution, run_document
from rulebook.automation.surroundings import MAX_ATTACHMENT, Surroundings, attachments_in
from sandbox.functions.deployed import zipped

TOOLS = {
    "tools/names.py": "def upper(text):\n    return text.upper()\n",
    "entry.py": "from tools.names import upper\n\ndef handler(events, context):\n    return upper(events['who'])\n",
}


def attached(
    content: bytes | None, inputs: dict[str, Any], files: dict[str, Any] | None = None
) -> AutomationExecution:
    step = {
        "name": "A",
        "action": "aws:executeScript",
        "inputs": {
            "Runtime": "python3.11",
            "Attachment": "code.zip",
            "InputPayload": {"who": "you"},
            **inputs,
        },
    }
    surroundings = Surroundings(attachment=lambda name: content if name == "code.zip" else None)
    return run_document(
        document(step, files=files or {"code.zip": {}}), {}, REGION, surroundings=surroundings
    )


HANDLERS: dict[str, dict[str, Any]] = {
    "of a module": {"Handler": "entry.handler"},
    "of a module, beside a Script that is no Python": {"Handler": "entry.handler", "Script": "%SCRIPT%"},
    "of a module in a folder": {"Handler": "tools/named.handler"},
    "of a script that imports the attachment": {
        "Handler": "handler",
        "Script": "from tools.names import upper\ndef handler(events, context):\n    return upper(events['who'])",
    },
}


@pytest.mark.parametrize("inputs", HANDLERS.values(), ids=list(HANDLERS))
def test_a_handler_is_found_as_awss_documents_name_it(inputs: dict[str, Any]) -> None:
    """AWSSupport-TroubleshootGlueConnection, -TroubleshootEKSCNI and AWS-DiagnoseUnmanagedEC2NetworkIssues."""
    execution = attached(zipped(TOOLS | {"tools/named.py": TOOLS["entry.py"]}), inputs)
    assert execution.failure_message == ""
    assert execution.steps[0].outputs["Payload"] == "YOU"


def test_a_single_file_is_a_module_too() -> None:
    step = {"Runtime": "python3.11", "Attachment": "entry.py", "Handler": "entry.handler"}
    source = b"def handler(events, context):\n    return 'here'\n"
    surroundings = Surroundings(attachment=lambda _: source)
    written = document({"name": "A", "action": "aws:executeScript", "inputs": step})
    assert run_document(written, {}, REGION, surroundings=surroundings).steps[0].outputs["Payload"] == "here"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("key", ["sha256", "SHA256"])
def test_the_checksum_under_files_is_held(key: str) -> None:
    content = zipped(TOOLS)
    good = {"code.zip": {"checksums": {key: sha256(content).upper()}}}
    assert attached(content, {"Handler": "entry.handler"}, good).status == "Success"
    bad = {"code.zip": {"checksums": {key: sha256(b"other")}}}
    assert attached(content, {"Handler": "entry.handler"}, bad).failure_message == (
        "Step A: the attachment code.zip has another SHA-256 checksum than the document gives under files"
    )


WRONG: dict[str, tuple[bytes | None, dict[str, Any], str]] = {
    "no attachment": (
        None,
        {"Handler": "entry.handler"},
        "the attachment code.zip is not beside the document; put it there",
    ),
    "no module": (zipped({}), {"Handler": "entry.handler"}, "ModuleNotFoundError: No module named 'entry'"),
    "no function": (
        zipped(TOOLS),
        {"Handler": "entry.other"},
        "NameError: the module entry of the attachment has no function other",
    ),
}


@pytest.mark.parametrize(("content", "inputs", "message"), WRONG.values(), ids=list(WRONG))
def test_what_is_not_there_is_named(content: bytes | None, inputs: dict[str, Any], message: str) -> None:
    assert attached(content, inputs).failure_message == f"Step A: {message}"


def test_an_archive_cannot_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulebook.automation.actions.attachments.MAX_UNPACKED", 10)
    assert attached(zipped(TOOLS), {"Handler": "entry.handler"}).failure_message.endswith(
        "unpacks to more than 10 bytes"
    )


def test_an_archive_writes_nowhere_else(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    files = TOOLS | {f"../../../../../../../..{outside}": "x", str(outside): "x"}
    assert attached(zipped(files), {"Handler": "entry.handler"}).status == "Success"
    assert not outside.exists()


def test_attachments_are_read_from_one_folder_only(tmp_path: Path) -> None:
    (tmp_path / "beside").mkdir()
    (tmp_path / "secret.zip").write_bytes(b"x")
    (tmp_path / "beside" / "code.zip").write_bytes(b"y")
    with (tmp_path / "beside" / "large.zip").open("wb") as large:
        large.truncate(MAX_ATTACHMENT + 1)
    read = attachments_in(tmp_path / "beside")
    assert [
        read(name) for name in ("code.zip", "../secret.zip", str(tmp_path / "secret.zip"), "", "large.zip")
    ] == [
        b"y",
        None,
        None,
        None,
        None,
    ]
