"""What a script finds beside it: a file that the document names under ``files``.

https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-document-script-considerations.html
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rulebook.automation.actions.base import Execution
from rulebook.automation.failures import StepFailed

MAX_UNPACKED = (
    250_000_000  # bytes; the service's own limit is not documented, this keeps the disk from filling
)


def unpacking(name: str | None, execution: Execution) -> Callable[[Path], None] | None:
    """Return what puts an attachment into a folder: a zip's content, any other file as it is; None for none.

    Raises:
        StepFailed: it is not there, is another file than the document says, or is no archive.
    """
    if not name:
        return None
    content = execution.surroundings.attachment(name)
    if content is None:
        raise StepFailed(f"the attachment {name} is not beside the document; put it there")
    if (declared := _checksum(execution.files.get(name))) and declared != hashlib.sha256(content).hexdigest():
        raise StepFailed(
            f"the attachment {name} has another SHA-256 checksum than the document gives under files"
        )
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return lambda folder: _write(folder / Path(name).name, content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
            raise StepFailed(f"the attachment {name} unpacks to more than {MAX_UNPACKED:,} bytes")
    return lambda folder: _unpack(content, folder)


def _checksum(declared: Any) -> str:
    """Return the SHA-256 that a document gives; its key is written in either case by AWS's own documents."""
    checksums = declared.get("checksums") if isinstance(declared, Mapping) else None
    found = checksums if isinstance(checksums, Mapping) else {}
    return next((str(value).lower() for key, value in found.items() if key.lower() == "sha256"), "")


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def _unpack(content: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)  # names that lead out of the folder are put into it
