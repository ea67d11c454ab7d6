"""What a run finds around it beside an account: other documents, attachments, and somebody to ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_ATTACHMENT = 20_000_000  # bytes; https://docs.aws.amazon.com/general/latest/gr/ssm.html allows 20 MB


@dataclass(frozen=True)
class Question:
    """A step that goes on only if somebody says so.

    Attributes:
        step: its name.
        action: ``aws:approve`` or ``aws:pause``.
        message: what the document says about it; may be empty.
        approvers: whom the document would ask: ARNs, user names.
        needed: how many of them must approve; 0 for a pause.
    """

    step: str
    action: str
    message: str = ""
    approvers: tuple[str, ...] = ()
    needed: int = 0


@dataclass(frozen=True)
class Surroundings:
    """What a run may ask of who runs it; by default there is nothing and nobody.

    Attributes:
        document: from a name to the content of a document beside this one, None for one that is not there.
        attachment: from a name to the bytes of a file beside the document, None for one that is not there.
        ask: true for "go on", false for "no", None if nobody is there to say.
    """

    document: Callable[[str], Mapping[str, Any] | None] = lambda _: None
    attachment: Callable[[str], bytes | None] = lambda _: None
    ask: Callable[[Question], bool | None] = lambda _: None


def attachments_in(folder: Path) -> Callable[[str], bytes | None]:
    """Return what reads an attachment from a folder; a name never leads out of it."""

    def read(name: str) -> bytes | None:
        file = folder / name
        if Path(name).name != name or not file.is_file() or file.stat().st_size > MAX_ATTACHMENT:
            return None
        return file.read_bytes()

    return read
