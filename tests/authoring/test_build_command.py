"""`rulebook build`: what it prints, where, and its exit code."""

import json

import pytest

from authoring.conftest import Sample
from rulebook.cli import main


def call(sample: Sample, *arguments: str) -> int:
    return main(["--root", str(sample.project.root), "build", *arguments])


def test_it_names_the_files_it_wrote(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(sample) == 0
    assert capsys.readouterr().out == (
        "wrote rules/SAMPLE_RULE/parameters.json\nwrote ssm_docs/TidySample/TidySample.json\n"
    )
    assert call(sample) == 0
    assert capsys.readouterr() == ("", "everything is built and current\n")


def test_check_ends_with_one_if_something_is_out_of_date(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(sample, "--check") == 1
    assert capsys.readouterr().out.splitlines() == [
        "rules/SAMPLE_RULE/parameters.json: is missing; run `rulebook build` and commit it [built-files]",
        "ssm_docs/TidySample/TidySample.json: is missing; run `rulebook build` and commit it [built-files]",
    ]
    call(sample)
    assert call(sample, "--check") == 0


def test_a_warning_is_told_and_ends_with_nought(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample.configure("exemptions", [{"users": "a", "reason": "b", "until": "2001-01-01"}])
    call(sample)
    capsys.readouterr()
    assert call(sample, "--check") == 0
    assert capsys.readouterr().out == (
        "rdk_config.json:27:9: rules.SAMPLE_RULE.exemptions[0]: warning: a ended on 2001-01-01; "
        "remove it, or set another day [exemptions-end]\n"
    )


def test_findings_end_with_one(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample.configure("parameters.maxAge", "ninety")
    assert call(sample) == 1
    output = capsys.readouterr()
    assert len(output.out.splitlines()) == 1
    assert output.err == "1 error; nothing was written\n"


def test_a_malformed_file_ends_with_two_and_one_line(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    sample.yaml.write_text("a: [", encoding="utf-8")
    assert call(sample, "--check") == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("rulebook: ssm_docs/TidySample/document.yaml: line 1, column 5: ")
    assert len(output.err.splitlines()) == 1


def test_json_is_one_document_with_stable_keys(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    sample.configure("parameters.maxAge", "ninety")
    assert call(sample, "--json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "findings": [
            {
                "code": "static-parameters",
                "severity": "error",
                "file": "rdk_config.json",
                "line": 10,
                "column": 9,
                "place": "rules.SAMPLE_RULE.parameters.maxAge",
                "problem": "is 'ninety', and must match ^[0-9]{1,4}$",
                "cure": "use what MaxAge of TidySample allows",
            }
        ],
        "written": [],
    }


def test_its_help_ends_with_an_example_that_runs(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--help"]) == 0
    example = capsys.readouterr().out.splitlines()[-1].split()
    assert example == ["rulebook", "build", "--check"]
    call(sample)
    assert call(sample, *example[2:]) == 0
