"""Nothing that anybody wrote steers a terminal, and every JSON document is one, whatever it holds."""

import ast
import io
import json
import math
import os
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.cli import command_modules, main
from rulebook.cli.output import one_line, print_json, print_table
from rulebook.cli.terminal import SafeStream, harmless, safe_streams

CLI = Path(__file__).parents[2] / "src" / "rulebook" / "cli"
# ESC, CR, BEL, DEL, a C1 control, right-to-left override, isolate, line separator, half a character
HOSTILE = "a\x1b[2J\r\x07\x7f\x9b\u202e\u2066\u2028\ud800b"


def steers(text: str) -> list[str]:
    """Return what of a text a terminal obeys or cannot show, by Unicode's own data and not by our list."""
    turning = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return [
        one
        for one in text
        if (unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") and one not in "\n\t")
        or unicodedata.bidirectional(one) in turning
        or one in "\u200e\u200f\u061c"
    ]


def printed(encoding: str, text: str) -> str:
    """Return what a terminal of an encoding gets."""
    raw = io.BytesIO()
    stream = SafeStream(io.TextIOWrapper(raw, encoding, newline=""))
    stream.write(text)
    stream.flush()
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
@given(text=st.text(st.characters(codec=None), max_size=40) | st.just(HOSTILE))
def test_whatever_is_written_steers_nothing(encoding: str, text: str) -> None:
    assert steers(printed(encoding, text)) == []


def test_every_character_there_is() -> None:
    assert steers(harmless("".join(map(chr, range(sys.maxunicode + 1))))) == []


def test_it_is_shown_as_what_it_is() -> None:
    assert printed("utf-8", HOSTILE) == r"a\x1b[2J\r\x07\x7f\x9b\u202e\u2066\u2028\ud800b"
    assert printed("ascii", "Zoë 東") == r"Zo\xeb \u6771"


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"])))
def test_ordinary_text_stays(text: str) -> None:
    assert printed("utf-8", text) == text


def test_a_family_and_persian_stay_together() -> None:
    assert harmless("👩\u200d👧 می\u200cکنم") == "👩\u200d👧 می\u200cکنم"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_every_print_within_main_passes_it(stream: str, capsys: pytest.CaptureFixture[str]) -> None:
    with safe_streams():
        print(HOSTILE, file=getattr(sys, stream))
        getattr(sys, stream).write(HOSTILE)
    assert steers("".join(capsys.readouterr())) == []
    assert not isinstance(sys.stdout, SafeStream)


@pytest.mark.parametrize(
    "module", [*command_modules()], ids=lambda module: module.__name__.rpartition(".")[2]
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_every_command_runs_with_it(
    module: ModuleType, stream: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the command does: what it prints goes through the one way out."""
    name = module.__name__.rpartition(".")[2].replace("_", "-")

    def run(_: object) -> int:
        print(HOSTILE, file=getattr(sys, stream))
        raise RuntimeError(HOSTILE)

    monkeypatch.setattr(module, "run", run)
    rule = ["R"] if name in ("preview", "history") else []
    assert main([name, *rule]) == 2
    assert steers("".join(capsys.readouterr())) == []


@pytest.mark.parametrize("path", sorted(CLI.rglob("*.py")), ids=lambda path: path.relative_to(CLI).as_posix())
def test_no_module_goes_round_it(path: Path) -> None:
    """No stream of its own, no ``buffer``, ``__stdout__`` or ``os.write``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & {"buffer", "__stdout__", "__stderr__"}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in calls:
        function = ast.unparse(call.func)
        assert function != "os.write"
        files = [ast.unparse(one.value) for one in call.keywords if one.arg == "file" and function == "print"]
        assert set(files) <= {"sys.stderr"}, ast.unparse(call)
    streams = {function for call in calls if (function := ast.unparse(call.func)).endswith(".styled")}
    assert not streams or path.name in ("output.py", "terminal.py")


def test_a_tables_title_and_heads_are_as_safe_as_its_cells(capsys: pytest.CaptureFixture[str]) -> None:
    for width in ("200", "20"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", width)
            with safe_streams():
                print_table(HOSTILE, [HOSTILE, "B"], [(HOSTILE, HOSTILE)])
    assert steers(capsys.readouterr().out) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec=None)), inner),
    max_leaves=10,
)


def strict(text: str) -> object:
    """Parse what any parser takes: no NaN."""

    def refuse(constant: str) -> None:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


@given(JSON)
def test_json_is_one_ascii_document_that_says_what_was_given(value: object) -> None:
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", SafeStream(out))
        print_json(value)
    text = out.getvalue()
    assert text.isascii()
    assert steers(text) == []
    assert strict(text) == plain(value)


def plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_json_of_any_depth_is_a_document_or_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    monkeypatch.setattr("rulebook.cli.commands.build.run", lambda _: print_json(deep))
    assert main(["build", "--json"]) == 2
    assert strict(capsys.readouterr().out)["error"]["type"] == "RecursionError"  # type: ignore[index]


@pytest.fixture
def hostile_project(tmp_path: Path) -> Path:
    """A project whose file says what no terminal may get."""
    (tmp_path / "rdk_config.json").write_text('{"Ünï\u202e": 1}', encoding="utf-8")
    return tmp_path


def shows_nothing_odd(code: int, out: bytes, err: bytes, encoding: str) -> None:
    text = out.decode(encoding) + err.decode(encoding)
    assert (code, steers(text)) == (2, [])
    assert "rdk_config.json: " in text
    assert "Traceback" not in text
    assert not out or strict(out.decode(encoding))


@pytest.mark.parametrize("arguments", [["build", "--json"], ["build"]])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_ascii_only_stdout_is_enough(
    encoding: str, arguments: list[str], hostile_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under LC_ALL=C, or in a container that sets nothing."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = [io.TextIOWrapper(one, encoding, errors="strict") for one in (out, err)]
    for name, stream in zip(("stdout", "stderr"), streams, strict=True):
        monkeypatch.setattr(sys, name, stream)
    code = main(["--root", str(hostile_project), *arguments])
    for stream in streams:
        stream.flush()
    monkeypatch.undo()
    shows_nothing_odd(code, out.getvalue(), err.getvalue(), encoding)


def test_an_ascii_only_stdout_is_enough_for_a_process(hostile_project: Path) -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-m", "rulebook", "--root", str(hostile_project), "build", "--json"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
        check=False,
    )
    shows_nothing_odd(done.returncode, done.stdout, done.stderr, "ascii")


def test_one_line_is_one_line() -> None:
    assert steers(one_line(HOSTILE)) == []
    assert len(one_line(HOSTILE + "\n\x85\u2028x").splitlines()) == 1
