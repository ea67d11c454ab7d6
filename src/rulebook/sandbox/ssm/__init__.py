"""SSM Automation in the embedded account: documents run by ``rulebook.automation``, as the role they name.

moto keeps documents and runs none.
"""

from rulebook.sandbox.ssm.service import get_execution, start_execution, stop_execution

__all__ = ["get_execution", "start_execution", "stop_execution"]
