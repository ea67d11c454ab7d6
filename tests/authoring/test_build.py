"""Building: what is written, when nothing is, and that it is the same bytes every time."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from authoring.conftest import Sample
from rulebook.authoring import render as build
from rulebook.authoring.render import writing
from rulebook.errors import ConfigurationError
from rulebook.whole_file import write_beside


def texts(sample: Sample) -> dict[str, bytes]:
    """Return every file of the project."""
    return {
        path.relative_to(sample.project.root).as_posix(): path.read_bytes()
        for path in sorted(sample.project.root.rglob("*"))
        if path.is_file()
    }


REPORT, CLIENT = "report(age, action, exempt)", "_client(service)"


def test_it_writes_both_files_once(sample: Sample) -> None:
    assert build.build(sample.project) == sample.built
    assert build.build(sample.project) == []


def test_it_writes_only_what_is_out_of_date(sample: Sample) -> None:
    build.build(sample.project)
    sample.configure("parameters.maxAge", 60)
    assert build.build(sample.project) == sample.built[:1]


def test_each_step_carries_its_part_of_the_script_word_for_word_on_the_files_lines(sample: Sample) -> None:
    build.build(sample.project)
    document = json.loads(sample.built[1].read_text(encoding="utf-8"))
    acting, verifying = (step["inputs"]["Script"].split("\n") for step in document["mainSteps"])
    lines = sample.script.read_text(encoding="utf-8").split("\n")
    verify, report, client = (
        lines.index(f"def {one}:") for one in ("verify(events, context)", REPORT, CLIENT)
    )
    assert acting == [*[""] * 2, *lines[2:verify], *[""] * (report - verify), *lines[report : client - 2], ""]
    tidy = lines.index("def tidy(events, context):")
    kept = [*lines[2:tidy], *[""] * (verify - tidy), *lines[verify:report], *[""] * (client - report)]
    assert verifying == [*[""] * 2, *kept, *lines[client:]]


def test_built_files_are_ascii_in_authored_order_with_a_newline_at_the_end(sample: Sample) -> None:
    sample.replace(sample.script, "{age} {action}", "{age} \u2014 {action}")
    build.build(sample.project)
    text = sample.built[1].read_bytes()
    assert text.isascii()
    assert text.endswith(b"}\n")
    assert list(json.loads(text)) == [
        "description", "schemaVersion", "assumeRole", "parameters", "mainSteps", "outputs",
    ]  # fmt: skip


def test_windows_line_ends_build_the_same_bytes(sample: Sample) -> None:
    files = build.render_built_files(sample.project)
    for path in (sample.yaml, sample.script, sample.project.config):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert build.render_built_files(sample.project) == files


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_built_files_have_the_mode_that_the_umask_gives(sample: Sample, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        build.build(sample.project)
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in sample.built] == [mode, mode]


def test_with_an_error_nothing_is_written(sample: Sample) -> None:
    build.build(sample.project)
    sample.configure("parameters.maxAge", 60)
    sample.replace(sample.permissions, '"iam:DeleteUser", ', "")
    before = texts(sample)
    with pytest.raises(build.BuildRefused) as refused:
        build.build(sample.project)
    assert str(refused.value) == (
        "ssm_docs/TidySample/permissions.json:1:1: lacks iam:DeleteUser, which is called; add it "
        "[permissions-calls]"
    )
    assert texts(sample) == before


def test_a_warning_stops_nothing(sample: Sample) -> None:
    sample.configure("exemptions", [{"users": "a", "reason": "b", "until": "2001-01-01"}])
    assert build.build(sample.project) == sample.built


def test_a_file_that_cannot_be_written_leaves_every_file_as_it_was(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build(sample.project)
    sample.configure("parameters.maxAge", 60)
    sample.replace(sample.script, "{age} {action}", "{action} {age}")
    before = texts(sample)
    original = write_beside

    def full_disk(path: Path, text: str) -> Path:
        if path.name == "TidySample.json":
            raise OSError(28, "No space left on device")
        return original(path, text)

    monkeypatch.setattr(writing, "write_beside", full_disk)
    with pytest.raises(
        ConfigurationError,
        match=r"^ssm_docs/TidySample/TidySample\.json: cannot be written: No space left on device; make it writable",
    ):
        build.build(sample.project)
    assert texts(sample) == before


def test_a_write_that_breaks_off_leaves_no_temporary_file(sample: Sample) -> None:
    with pytest.raises(UnicodeEncodeError):
        writing.write_all(sample.project, {sample.project.root / "x.json": "\ud800"})
    assert not list(sample.project.root.glob(".x.json*"))


def test_check_says_what_is_missing_and_what_is_out_of_date(sample: Sample) -> None:
    stale = [
        f"{path.relative_to(sample.project.root).as_posix()}: "
        "is {}; run `rulebook build` and commit it [built-files]"
        for path in sample.built
    ]
    assert [str(one) for one in build.check_build(sample.project)] == [one.format("missing") for one in stale]
    build.build(sample.project)
    assert build.check_build(sample.project) == []
    for path in sample.built:
        path.write_bytes(path.read_bytes() + b"\xff")
    assert [str(one) for one in build.check_build(sample.project)] == [one.format("missing") for one in stale]
    for path in sample.built:
        path.write_text("{}", encoding="utf-8")
    assert [str(one) for one in build.check_build(sample.project)] == [
        one.format("out of date") for one in stale
    ]


def test_check_writes_nothing(sample: Sample) -> None:
    before = texts(sample)
    build.check_build(sample.project)
    assert texts(sample) == before


@pytest.mark.parametrize(
    ("reference", "line"),
    [
        ("@missing.py", "ssm_docs/TidySample/missing.py: the file is missing; restore or write it"),
        (
            "@../../x.py",
            "ssm_docs/TidySample/document.yaml: mainSteps[0].inputs.Script: is '@../../x.py'; write \"@<file>.py\" for a file in the same folder",
        ),
    ],
    ids=["missing", "outside"],
)
def test_a_script_that_is_not_there_is_one_line(sample: Sample, reference: str, line: str) -> None:
    sample.replace(sample.yaml, 'Handler: tidy\n      Script: "@tidy_sample.py"', f'Script: "{reference}"')
    with pytest.raises(ConfigurationError) as refused:
        build.build(sample.project)
    assert str(refused.value) == line


def test_permissions_that_are_missing_are_one_line(sample: Sample) -> None:
    sample.permissions.unlink()
    with pytest.raises(ConfigurationError) as refused:
        build.build(sample.project)
    assert str(refused.value) == (
        "ssm_docs/TidySample/permissions.json: the file is missing; restore or write it"
    )


PRINT = """
import sys
from pathlib import Path
from rulebook.authoring.render import render_built_files
from rulebook.project import Project
from rulebook.whole_file import write_beside
for text in render_built_files(Project(Path(sys.argv[1]))).values():
    sys.stdout.write(text)
"""


def test_the_bytes_do_not_depend_on_hashing(sample: Sample) -> None:
    outputs = {
        subprocess.run(  # noqa: S603 - this Python
            [sys.executable, "-c", PRINT, sample.project.root],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs == {"".join(build.render_built_files(sample.project).values()).encode()}
