r"""The one way out: whatever is printed passes a stream that lets no text steer the terminal.

A name, a title or a document is anybody's text. Control characters move the cursor and clear the screen,
direction characters let a line read otherwise than it is: both are shown as escapes, ``\x1b`` or
``\u202e``, and so is what the terminal's encoding does not have, lone surrogates among it.
"""

import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator
from typing import TextIO

from rulebook.errors import RulebookError

# Cc but tab and line feed; the bidirectional and invisible formatting characters of Cf; line and paragraph
# separators; surrogates. Joiners (U+200C, U+200D) stay: scripts and emoji need them, and they move nothing.
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


class OutputLost(RulebookError):
    """What was printed cannot be written where it goes, a full disk for example."""


def harmless(text: str) -> str:
    """Return text that moves no cursor and turns no line, on any terminal; line feeds and tabs stay."""
    return STEERING.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


class SafeStream(io.TextIOBase):
    """A stream in front of another, which makes harmless what is written.

    Attributes:
        used: whether anything was written.
    """

    def __init__(self, behind: TextIO | None) -> None:
        """Stand in front of a stream; None is what Python has where the person closed it."""
        self._behind = behind
        self.used = False

    @property
    def encoding(self) -> str:  # type: ignore[override]  # TextIOBase has an attribute here
        """The encoding of the stream behind."""
        return getattr(self._behind, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._behind is not None and self._behind.isatty()

    def fileno(self) -> int:
        """Return the file behind; raise OSError if there is none."""
        if self._behind is None:
            raise io.UnsupportedOperation("closed")
        return self._behind.fileno()

    def flush(self) -> None:
        """Hand on what is buffered.

        Raises:
            OutputLost: it cannot be written.
            BrokenPipeError: nobody reads it any more.
        """
        if self._behind is not None:
            with _told():
                self._behind.flush()

    def write(self, text: str) -> int:
        """Write text, made harmless."""
        self.styled(harmless(text))
        return len(text)

    def styled(self, text: str) -> None:
        """Write text with colours of our own, whose parts are harmless already."""
        self.used = self.used or bool(text)
        if self._behind is not None:
            with _told():
                self._behind.write(text.encode(self.encoding, "backslashreplace").decode(self.encoding))


class StyledFile(io.TextIOBase):
    """A file for rich, whose colours and cursor are our own; every text that it shows is harmless already.

    Args:
        stream: where to; past the making harmless of a SafeStream.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]  # TextIOBase has an attribute here
        """The encoding of the stream."""
        return self._stream.encoding

    def write(self, text: str) -> int:
        """Write text with colours."""
        if isinstance(self._stream, SafeStream):
            self._stream.styled(text)
        else:
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what is buffered."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self._stream.isatty()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(
            f"the output cannot be written: {error.strerror}; make room, or send it somewhere else"
        ) from error


@contextlib.contextmanager
def safe_streams() -> Iterator[SafeStream]:
    """Let everything that is printed within the block pass a SafeStream; give the one of stdout."""
    out, err = SafeStream(sys.stdout), SafeStream(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield out


def give_up(stream: SafeStream) -> None:
    """Forget what a stream still buffers: the interpreter would raise once more for it when it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
