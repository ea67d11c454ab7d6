"""A run as a person sees it: a line a step with its status and seconds, and under it what came of it.

On a terminal the step that runs is there too, with the seconds so far. What a document holds is anybody's
text: each piece of it is one line without control characters before it is styled.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, Any, TextIO, cast

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from rulebook.automation import NO_OUTPUT, AutomationExecution, Step, StepExecution
from rulebook.cli.output import count, one_line
from rulebook.cli.terminal import StyledFile, harmless
from rulebook.operating.script_lines import WrittenLines

LONGEST = 400  # characters of one output
LINES = 20  # of what a step printed
_WIDEST = 40  # columns of a name
_STYLES = {"Success": "green", "Failed": "red", "TimedOut": "red", "Cancelled": "yellow"}


class RunView:
    """Shows the steps of one run as they come.

    Args:
        stream: where to; live if it is a terminal.
        steps: of the document, to line them up.
        lines: where lines of scripts are written.
    """

    def __init__(self, stream: TextIO, steps: Sequence[Step], lines: WrittenLines) -> None:
        width = None if stream.isatty() else 10_000  # a line of a file is never wrapped
        file = cast("IO[str]", StyledFile(stream))
        self._console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
        self._name = min(max(len(step.name) for step in steps), _WIDEST)
        self._action = max(len(step.action) for step in steps)
        self._lines = lines
        self._live: Live | None = None

    def on_step(self, step: StepExecution) -> None:
        """Show a step that begins or ends."""
        self._stop()
        if step.status == "InProgress":
            self._start(step)
        else:
            self._ended(step)

    def close(self) -> None:
        """Show no step any more, however the run ended."""
        self._stop()

    def say(self, line: str) -> None:
        """Show a line beside the steps."""
        self._console.print(Text(one_line(line), style="bold"))

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let the terminal be free for a question."""
        live, self._live = self._live, None
        if live:
            live.stop()
        yield
        if live:
            live.start()
            self._live = live

    def finish(self, done: AutomationExecution, outputs: Sequence[str]) -> None:
        """Show the outputs of the document and what became of it."""
        if outputs and (done.outputs or done.status == "Success"):
            self._console.print(Text("Outputs", style="bold"))
            for name in outputs:
                self._console.print(Text(f"  {one_line(name)} = {_shown(done.outputs.get(name, NO_OUTPUT))}"))
        told = f": {count(len(done.steps), 'step')} in {done.duration.total_seconds():.1f} s{_why(done)}"
        self._console.print(Text.assemble((done.status, _STYLES[done.status]), told))

    def _start(self, step: StepExecution) -> None:
        if not self._console.is_terminal:
            return
        spinner = Spinner("dots")
        began = datetime.now(UTC)

        def line() -> Any:
            spinner.update(text=self._line(step, (datetime.now(UTC) - began).total_seconds()))
            return spinner

        self._live = Live(
            get_renderable=line,
            console=self._console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def _stop(self) -> None:
        if self._live:
            self._live.stop()
            self._live = None

    def _line(self, step: StepExecution, seconds: float) -> Text:
        line = Text(f"{one_line(step.name):<{self._name}}  {one_line(step.action):<{self._action}}  ")
        line.append(step.status, style=_STYLES.get(step.status, ""))
        line.append(f"  {seconds:.1f} s")
        return line.append(f"  ({step.attempts} attempts)" if step.attempts > 1 else "")

    def _ended(self, step: StepExecution) -> None:
        self._console.print(self._line(step, step.duration.total_seconds() if step.duration else 0.0))
        for line in _printed(step.log):
            self._console.print(Text(f"  | {line}", style="dim"))
        if step.failure_message:
            self._console.print(
                Text(f"  {one_line(self._lines.message(step))}", style=_STYLES.get(step.status, ""))
            )
        for line in self._lines.trace(step):
            self._console.print(Text(f"    {one_line(line)}"))
        for name, value in _telling(step.outputs).items():
            self._console.print(Text(f"  {one_line(name)} = {_shown(value)}"))


def _why(done: AutomationExecution) -> str:
    """Return what more there is to say of an end; what a step says stands under that step already."""
    for step in done.steps:
        if step.failure_message and done.failure_message == f"Step {step.name}: {step.failure_message}":
            return f", ended by step {one_line(step.name)}"
    return f": {one_line(done.failure_message)}" if done.failure_message else ""


def _telling(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outputs without the one that holds the others once more."""
    twice = {"OutputPayload"} if len(outputs) > 1 else set()
    return {name: value for name, value in outputs.items() if name not in twice}


def _shown(value: Any) -> str:
    text = one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}... ({len(text):,} characters; --json has all)"
    return text or '""'


def _printed(log: str) -> Iterator[str]:
    lines = log.splitlines()
    if len(lines) > LINES:
        yield f"... ({len(lines) - LINES:,} lines before; --json has the last 64 KB)"
    for line in lines[-LINES:]:
        shown = harmless(line.expandtabs())
        yield shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}..."


def stream_for(*, as_json: bool) -> TextIO:
    """Return where a run is shown: what is a result goes to stdout, what is only progress to stderr."""
    return sys.stderr if as_json else sys.stdout


Ask = Callable[[str], bool]
