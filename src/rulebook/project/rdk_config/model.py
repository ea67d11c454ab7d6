"""What rdk_config.json says, checked and typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rulebook.errors import ConfigurationError

EXEMPT_USERS = "exemptUsers"
EVERY = {
    "One_Hour": "every hour",
    "Three_Hours": "every 3 hours",
    "Six_Hours": "every 6 hours",
    "Twelve_Hours": "every 12 hours",
    "TwentyFour_Hours": "every 24 hours",
}


@dataclass(frozen=True)
class Exemption:
    """Users that a rule and its runbook leave alone.

    Attributes:
        users: one user name pattern (``*``, ``?``).
        reason: why; never blank.
        until: the last day (UTC) on which it holds; None: for good.
    """

    users: str
    reason: str
    until: date | None = None

    def __str__(self) -> str:
        return f"{self.users}:{self.until.isoformat()}" if self.until else self.users


@dataclass(frozen=True)
class Remediation:
    """How Config remedies what a rule finds.

    Attributes:
        document: folder under ``ssm_docs/``.
        resource_parameter: the document's parameter that takes Config's resource id.
        automatic: whether Config starts the runbook by itself.
        attempts: tries per resource, 1 to 25.
        retry_seconds: seconds within which the attempts are counted.
        concurrent_percentage: percent of the resources remediated at a time.
        error_percentage: percent that may fail before Config stops starting further ones.
        parameters: parameters of the document alone, as the strings that Config passes.
        role: ``generated``, ``scoped`` or an ARN; see ``rulebook.project.rdk_config.roles``.
    """

    document: str
    resource_parameter: str
    automatic: bool
    attempts: int = 1
    retry_seconds: int = 60
    concurrent_percentage: int = 10
    error_percentage: int = 10
    parameters: dict[str, str] = field(default_factory=dict)
    role: str = "generated"


@dataclass(frozen=True)
class RuleConfig:
    """One rule: ``parameters`` as a person wrote them, without the exemptions.

    Attributes:
        frequency: how often Config runs it, in Config's word; empty if changes trigger it.
        remedy: how Config remedies what it finds; None: it only finds.
        resource_types: whose changes trigger it; empty if it is periodic.
    """

    name: str
    description: str
    frequency: str
    parameters: dict[str, Any]
    exemptions: tuple[Exemption, ...]
    remedy: Remediation | None = None
    resource_types: tuple[str, ...] = ()

    @property
    def trigger(self) -> str:
        """When Config evaluates it, in words."""
        if self.resource_types:
            return f"changes of {', '.join(self.resource_types)}"
        return EVERY[self.frequency]

    @property
    def remediation(self) -> Remediation:
        """The same, for whoever needs one.

        Raises:
            ConfigurationError: it has none.
        """
        if self.remedy is None:
            raise ConfigurationError(
                f"rdk_config.json: rules.{self.name}: has no remediation; add one, or leave the rule out here"
            )
        return self.remedy

    def rule_parameters(self) -> dict[str, str]:
        """Return what Config passes to the rule: strings, the exemptions merged into ``exemptUsers``."""
        texts = as_texts(self.parameters)
        exempt = [texts[EXEMPT_USERS]] if EXEMPT_USERS in texts else []
        exempt += [str(exemption) for exemption in self.exemptions]
        return texts | ({EXEMPT_USERS: ",".join(exempt)} if exempt else {})


@dataclass(frozen=True)
class Config:
    """The whole file: the regions of ``rdk -f``, and the rules by name."""

    regions: tuple[str, ...]
    rules: dict[str, RuleConfig]


def as_texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Turn JSON scalars into what Config passes: ``true``, ``false``, decimal digits, text as it is."""
    return {name: _as_text(value) for name, value in parameters.items()}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):  # 90.0 is a whole number to JSON Schema, so it is one here
        return str(int(value))
    return str(value)
