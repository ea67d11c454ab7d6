"""`rulebook list`: every pair with its contract, and whether what is built is current."""

import json
import shutil

import pytest

from authoring.conftest import DOCUMENT, RULE, Sample
from rulebook.authoring.listing import listed
from rulebook.authoring.render import build
from rulebook.cli import main
from rulebook.errors import ConfigurationError


def test_a_pair_at_a_glance(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    build(sample.project)
    assert main(["--root", str(sample.project.root), "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "pairs": [
            {
                "rule": RULE,
                "contract": "Parameters: maxAge, strict, exemptUsers, and for tests MaxAge and sampleId.",
                "parameters": {"maxAge": "90", "strict": "false", "AssumeRoleMode": "False"},
                "trigger": "every 24 hours",
                "document": DOCUMENT,
                "remediation": "automatic",
                "built": "current",
            }
        ]
    }


def test_a_table_for_people(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    build(sample.project)
    assert main(["--root", str(sample.project.root), "list"]) == 0
    shown = capsys.readouterr()
    assert f"{DOCUMENT} (automatic)" in shown.out
    assert "1 pair;" in shown.err


def test_what_is_not_built(sample: Sample) -> None:
    assert [one.built for one in listed(sample.project)] == ["missing"]
    build(sample.project)
    sample.configure("parameters.maxAge", 60)
    assert [one.built for one in listed(sample.project)] == ["out of date"]
    sample.replace(sample.script, "def tidy(", "def untidy(")
    assert [one.built for one in listed(sample.project)] == ["does not build"]


def test_a_rule_that_changes_trigger_and_only_finds(sample: Sample) -> None:
    sample.configure("frequency", None)
    sample.configure("resourceTypes", ["AWS::S3::Bucket", "AWS::SNS::Topic"])
    sample.configure("remediation", None)
    rule, document = listed(sample.project)
    assert rule.trigger == "changes of AWS::S3::Bucket, AWS::SNS::Topic"
    assert (rule.document, rule.remediation) == ("", "")
    assert (document.rule, document.document) == ("", DOCUMENT)


def test_an_entry_without_a_rule(sample: Sample) -> None:
    shutil.rmtree(sample.project.root / "rules" / RULE)
    with pytest.raises(ConfigurationError, match=f"{RULE}.py does not exist; write it, or remove the entry"):
        listed(sample.project)
