"""Faults of scripts, each planted in a sound document; and what looks like one and is none."""

import pytest

from lint.conftest import Planted, after, told

SCRIPTED = """\
schemaVersion: "0.3"
parameters:
  Name: {type: String, allowedPattern: "^[a-z]+$"}
variables:
  Found: {type: String, default: ""}
mainSteps:
  - name: look
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: main
      InputPayload:
        Name: "{{ Name }}"
        Mode: fast
      Script: |
        import json
        from typing import TYPE_CHECKING

        TABLE = {"a": 1}

        def main(events, context):
            name = events["Name"]
            if events.get("Mode") == "slow":
                return {"Id": name, "Part": {"Size": 0}}
            return {"Id": json.dumps(TABLE), "Part": {"Size": len(name)}}
    outputs:
      - {Name: Id, Selector: $.Payload.Id, Type: String}
      - {Name: Size, Selector: $.Payload.Part.Size, Type: Integer}
  - name: act
    action: aws:executeScript
    inputs:
      Runtime: python3.11
      Handler: work.run
      Attachment: work.zip
      InputPayload: {Id: "{{ look.Id }}", Size: "{{ look.Size }}"}
"""
INPUTS = "mainSteps[0].inputs"
SCRIPT = f"{INPUTS}.Script: line"
BODY = '            name = events["Name"]\n'
IMPORT = "        import json\n"


def _more(text: str) -> str:
    """Return a line of the handler's body with lines after it, indented alike."""
    return BODY + "".join(f"            {line}\n" for line in text.splitlines())


NAMES = [
    Planted("a name that nothing defines", "json.dumps(TABLE)", "json.dumps(TABEL)", [
        f"{SCRIPT} 10 uses TABEL, which nothing defines [undefined-names]",
    ]),
    Planted("a module that is not imported", IMPORT, "", [f"{SCRIPT} 9 uses json, which nothing defines [undefined-names]"]),
    Planted("a name before it is set", BODY, _more("print(TABLE)\nTABLE = {}"), [
        f"{SCRIPT} 8 uses TABLE, which is not set yet [undefined-names]",
    ]),
    Planted("unused and redefined names are style", BODY, _more("import os\nname = name\nunused = 1"), []),
    Planted("a name in an annotation of text", "def main(events, context):", 'def main(events: "Events", context) -> "Result":', []),
    Planted("a name in an annotation that is run", "def main(events, context):", "def main(events: Events, context):", [
        f"{SCRIPT} 6 uses Events, which nothing defines [undefined-names]",
    ]),
    Planted("a name in an annotation that is postponed", f"{IMPORT}        from typing import TYPE_CHECKING\n", f"        from __future__ import annotations\n{IMPORT}        X: Events = None\n", []),
    Planted("what a star brings", IMPORT, f"{IMPORT}        from os.path import *\n        X = join('a')\n", []),
]  # fmt: skip
CODE = [
    Planted("no Python", BODY, "            name = events[\n", [f"{SCRIPT} 7 is no Python 3.11: '[' was never closed [script-syntax]"]),
    Planted("literal braces", BODY, _more('text = "{{ name }} {{}} {{ Names }}"'), []),
    Planted("a parameter put into code", BODY, _more("count = {{ Name }}"), [
        f"{SCRIPT} 8 holds {{{{ Name }}}}, which the service replaces in the code [script-interpolation]",
    ]),
    Planted("a variable put into text", BODY, _more('text = "{{variable:Found}}"'), [
        f"{SCRIPT} 8 holds {{{{variable:Found}}}}, which the service replaces in the code [script-interpolation]",
    ]),
    Planted("the service's own put into code", BODY, _more("where = {{ global:REGION }}"), [
        f"{SCRIPT} 8 holds {{{{ global:REGION }}}}, which the service replaces in the code [script-interpolation]",
    ]),
    Planted("imports that come with botocore", IMPORT, f"{IMPORT}        import urllib3\n        from dateutil import parser\n", []),
    Planted("imports for typing", '        TABLE = {"a": 1}', '        if TYPE_CHECKING:\n            import mypy_boto3_s3\n        TABLE = {"a": 1}', []),
    Planted("an import whose failure is taken", IMPORT, f"{IMPORT}        try:\n            import orjson\n        except ImportError:\n            orjson = None\n", []),
    Planted("an import whose failure is told", IMPORT, f"{IMPORT}        try:\n            import orjson\n        except ImportError as error:\n            raise RuntimeError('no orjson') from error\n", [
        f"{SCRIPT} 3 imports orjson, which the service does not have [script-imports]",
    ]),
    Planted("an import that is not there", IMPORT, f"{IMPORT}        import requests\n", [
        f"{SCRIPT} 2 imports requests, which the service does not have [script-imports]",
    ]),
    Planted("a runtime that is retired", "Runtime: python3.11\n      Handler: main", "Runtime: python3.8\n      Handler: main", [
        f"{INPUTS}.Runtime: is 'python3.8' [retired-runtimes]",
    ]),
    Planted("a runtime that is none", "Runtime: python3.11\n      Handler: main", "Runtime: nodejs20.x\n      Handler: main", [
        f"{INPUTS}.Runtime: is 'nodejs20.x' [script-inputs]",
    ]),
]  # fmt: skip
HANDLERS = [
    Planted("no such handler", "Handler: main", "Handler: mian", [f"{INPUTS}.Handler: is mian, which the script does not define [script-handler]"]),
    Planted("any arguments", "main(events, context)", "main(events, *args)", []),
    Planted("a default", "main(events, context)", "main(events, context=None, more=1)", []),
    Planted("one argument", "main(events, context)", "main(events)", [f"{SCRIPT} 6 main cannot be called with two arguments [script-handler]"]),
    Planted("three arguments", "main(events, context)", "main(events, context, more)", [f"{SCRIPT} 6 main cannot be called with two arguments [script-handler]"]),
    Planted("a decorator changes what it takes", "        def main(events, context):", "        @json.loads\n        def main(events):", []),
    Planted("another name for a function", "Handler: main", "Handler: other", [f"{INPUTS}.Handler: is other, which the script does not define [script-handler]"]),
    Planted("a name that is assigned", '        TABLE = {"a": 1}', '        TABLE = {"a": 1}\n        other = len', []),
    Planted("an attachment's function without its module", "Handler: work.run", "Handler: run", [
        "mainSteps[1].inputs.Handler: is run, which names no module of the attachment [script-handler]",
    ]),
    Planted("an attachment's module in a folder", "Handler: work.run", "Handler: lib/work.run", []),
]  # fmt: skip
READS = [
    Planted("a key that is not passed", '        Name: "{{ Name }}"\n', '        Nmae: "{{ Name }}"\n', [
        f"{INPUTS}.InputPayload: lacks Name, which main reads [input-payload]",
        f"{INPUTS}.InputPayload.Nmae: warning: is passed, but main does not read it [input-payload]",
    ]),
    Planted("asked for first", BODY, _more('if "Extra" in events:\n    name = events["Extra"]'), []),
    Planted("got first", BODY, _more('if events.get("Extra"):\n    name = events["Extra"]'), []),
    Planted("its KeyError taken", BODY, _more('try:\n    name = events["Extra"]\nexcept KeyError:\n    pass'), []),
    Planted("another error taken", BODY, _more('try:\n    name = events["Extra"]\nexcept ValueError:\n    pass'), [
        f"{INPUTS}.InputPayload: lacks Extra, which main reads [input-payload]",
    ]),
    Planted("set by the script", BODY, _more('events["Extra"] = 1\nname = events["Extra"]'), []),
    Planted("in some cases", BODY, _more('if name:\n    name = events["Extra"]'), [
        f"{INPUTS}.InputPayload: warning: lacks Extra, which main reads in some cases [input-payload]",
    ]),
    Planted("after a way out", BODY, _more('if name:\n    raise ValueError\nname = events["Extra"]'), [
        f"{INPUTS}.InputPayload: warning: lacks Extra, which main reads in some cases [input-payload]",
    ]),
    Planted("a payload that is a reference", 'InputPayload:\n        Name: "{{ Name }}"\n        Mode: fast\n', 'InputPayload: "{{ Name }}"\n', []),
]  # fmt: skip
OUTPUTS = "mainSteps[0].outputs"
RETURNS = [
    Planted("a key that no way returns", "$.Payload.Id,", "$.Payload.ID,", [
        f"{OUTPUTS}[0].Selector: selects ID, which main never returns [returned-outputs]",
    ]),
    Planted("a key within a key", "$.Payload.Part.Size", "$.Payload.Part.Siez", [
        f"{OUTPUTS}[1].Selector: selects Part.Siez, which main never returns [returned-outputs]",
    ]),
    Planted("a key that one way does not return", 'return {"Id": name, "Part"', 'return {"Part"', [
        f"{OUTPUTS}[0].Selector: warning: selects Id, which main does not return in every case [returned-outputs]",
    ]),
    Planted("the end without a return", '    return {"Id": json.dumps', '    if name:\n                return {"Id": json.dumps', [
        f"{OUTPUTS}[0].Selector: warning: selects Id, and main can end without a return [returned-outputs]",
        f"{OUTPUTS}[1].Selector: warning: selects Part.Size, and main can end without a return [returned-outputs]",
    ]),
    Planted("an error on the other ways", '    return {"Id": json.dumps', '    if not name:\n                raise ValueError(name)\n            return {"Id": json.dumps', []),
    Planted("a value that is computed", '{"Size": 0}', "events", []),
    Planted("the whole answer", "Selector: $.Payload.Part.Size, Type: Integer", "Selector: $, Type: StringMap", []),
    Planted("beside the payload", "$.Payload.Id,", "$.Id,", [f"{OUTPUTS}[0].Selector: is '$.Id' [returned-outputs]"]),
    Planted("in pieces", "$.Payload.Part.Size", "\"$.Payload.Part['Size']\"", []),
]  # fmt: skip
UNREAD = Planted("that nobody reads", 'Size: "{{ look.Size }}"', "Size: 1", [])


def test_the_document_itself_is_sound() -> None:
    assert told(SCRIPTED) == []


@pytest.mark.parametrize(
    "case", [*NAMES, *CODE, *HANDLERS, *READS, *RETURNS, UNREAD], ids=lambda case: case.name
)
def test_a_planted_fault_is_found(case: Planted) -> None:
    assert after(SCRIPTED, case) == case.findings


def test_an_output_that_nobody_reads_may_be_empty_after_some_ways() -> None:
    text = SCRIPTED.replace(UNREAD.old, UNREAD.new).replace(
        '{"Id": name, "Part": {"Size": 0}}', '{"Id": name}'
    )
    assert told(text) == []
