"""A step that is ever reached reads outputs of steps that can have run before it.

The service finds one that cannot only when the step runs.
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-outputs-inputs.html
"""

from collections.abc import Iterator

from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.automation import flow
from rulebook.automation.references import document_references
from rulebook.finding import Finding

CODE = "reference-order"

RIGHT = """\
- name: Find
  action: aws:executeAwsApi
  inputs:
    Service: sts
    Api: GetCallerIdentity
  outputs:
    - Name: Account
      Selector: $.Account
      Type: String
- name: Tell
  action: aws:pause
  inputs:
    Message: It is {{ Find.Account }}
"""
WRONG = f"""\
- name: TellAtOnce
  action: aws:pause
  inputs:
    Message: It is {{{{ Find.Account }}}}
{RIGHT}"""


def find(document: AuthoredDocument) -> Iterator[Finding]:
    """Find references to what runs later."""
    if not flow.is_certain(document.node):
        return
    graph = flow.successors(document.node)
    first = next(iter(graph))
    reached = {first} | flow.reached_from(first, graph)
    for step, reference in document_references(document.node):
        source, dot, _ = reference.name.partition(".")
        if dot and source in graph and step in reached and step not in flow.reached_from(source, graph):
            problem = f"reads {reference.name}, which runs later"
            yield reference.node.finding(problem, "read an earlier step")
