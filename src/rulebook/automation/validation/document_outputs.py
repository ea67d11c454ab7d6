"""Every output of the document is one that a step has.

https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
(outputs)
"""

from collections.abc import Iterator

from rulebook.automation import outputs
from rulebook.finding import Finding
from rulebook.node import Node
from rulebook.wording import nearest

CODE = "document-outputs"

RIGHT = """\
mainSteps:
  - name: Find
    action: aws:executeAwsApi
    inputs:
      Service: sts
      Api: GetCallerIdentity
    outputs:
      - Name: Account
        Selector: $.Account
        Type: String
outputs:
  - Find.Account
"""
WRONG = RIGHT.replace("Find.Account", "Find.AccountId")


def find(document: Node) -> Iterator[Finding]:
    """Find outputs of steps that do not exist, or do not have them."""
    known, unknown = outputs.by_step(document), outputs.unknown(document)
    if not known:
        return
    all_known = [f"{step}.{output}" for step, names in known.items() for output in names]
    for output in document["outputs"]:
        step, _, name = output.text.partition(".")
        if step not in unknown and name not in known.get(step, ()):
            yield output.finding(f"is {output.text}, which no step declares", nearest(output.text, all_known))
