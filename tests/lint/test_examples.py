"""Each check says beside itself what it finds and why, with an example of it and of its cure."""

from pathlib import Path

import pytest

from rulebook.authoring.lint import lint
from rulebook.authoring.lint.catalogue import Entry, entries, whole_document

every_check = pytest.mark.parametrize("entry", entries().values(), ids=lambda entry: entry.code)


def _found(example: str, entry: Entry, folder: Path) -> set[str]:
    file = folder / "example.yaml"
    file.write_text(whole_document(example), encoding="utf-8")
    linted = lint([file], "config" if entry.only_for_config else "automation")
    return {finding.check for finding in linted.findings}


@every_check
def test_it_says_what_must_hold_and_where_aws_says_so(entry: Entry) -> None:
    assert entry.what
    assert entry.pages or entry.code == "ignore-reason", "name AWS's page in the module's docstring"


@every_check
def test_the_wrong_example_has_findings_of_this_code_only(entry: Entry, tmp_path: Path) -> None:
    assert entry.wrong, "write the example WRONG beside CODE"
    assert _found(entry.wrong, entry, tmp_path) == {entry.code}


@every_check
def test_the_right_example_has_none(entry: Entry, tmp_path: Path) -> None:
    assert entry.right, "write the example RIGHT beside CODE"
    assert _found(entry.right, entry, tmp_path) == set()


@pytest.mark.parametrize("entry", entries().values(), ids=entries())
def test_a_reason_is_whole_sentences_without_its_addresses(entry: Entry) -> None:
    assert "\n " not in entry.why
    assert not entry.why or entry.why.endswith((".", ")"))
