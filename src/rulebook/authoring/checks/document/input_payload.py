"""A script step passes exactly the values that its handler reads.

One too few is a KeyError when the runbook is needed, unless the read is guarded; one too many is a parameter
that an operator sets in vain.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeScript.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.checks.script_reads import payload_reads
from rulebook.finding import Finding

CODE = "input-payload"

RIGHT = """\
- name: Greet
  action: aws:executeScript
  inputs:
    Runtime: python3.11
    Handler: greet
    InputPayload:
      Name: "{{ global:ACCOUNT_ID }}"
    Script: |
      def greet(events, context):
          return {"Greeting": "Hello " + events["Name"]}
"""
WRONG = RIGHT.replace('events["Name"]', 'events["name"]')


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find values that are missing, and values that nothing reads if all reads could be followed."""
    for script in document.scripts():
        payload = script.inputs["InputPayload"]
        unknown = payload.exists and not isinstance(payload.value, dict)
        if unknown or not (script.tree and script.handler and script.handler.args.args):
            continue
        reads = payload_reads(script.tree, script.handler)
        given = set(payload.names())
        for key in sorted(reads.needed - given):
            yield payload.finding(f"lacks {key}, which {script.handler.name} reads", "pass it")
        for key in sorted(reads.conditional - given):
            problem = f"lacks {key}, which {script.handler.name} reads in some cases"
            yield payload.finding(problem, "pass it, or read it with events.get", "warning")
        known = reads.needed | reads.conditional | reads.optional
        unread = given - known if reads.complete else set()
        for key in sorted(unread):
            problem = f"is passed, but {script.handler.name} does not read it"
            yield payload[key].finding(problem, "remove it", "warning")
