"""Render the page with Jinja2; autoescape is on, so a user's name is text whatever it holds."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from rulebook.operating.evaluation import RuleEvaluation
from rulebook.operating.figure import Figure
from rulebook.operating.report.histogram import Histogram, histogram
from rulebook.project.rdk_config import RuleConfig

STATES = ("NON_COMPLIANT", "COMPLIANT")  # what needs a person comes first


@dataclass(frozen=True)
class RuleReport:
    """What one rule found, and by what it judged."""

    config: RuleConfig
    evaluations: tuple[RuleEvaluation, ...]
    figures: tuple[Figure, ...] = ()

    @property
    def totals(self) -> list[tuple[str, int]]:
        """How many resources are in each state, states without any included."""
        counted = Counter(one.compliance for one in self.evaluations)
        return [(state, counted[state]) for state in (*STATES, *sorted(set(counted) - {*STATES}))]

    @property
    def ordered(self) -> list[RuleEvaluation]:
        """The evaluations, what needs a person first."""
        return sorted(self.evaluations, key=_urgency)

    @property
    def histograms(self) -> list[Histogram]:
        """The figures, ready to be drawn."""
        return [histogram(figure) for figure in self.figures if figure.values]


@dataclass(frozen=True)
class Report:
    """The whole page.

    Attributes:
        account_id: the account that was judged.
        region: the region the calls went to.
        generated: when, with its time zone.
        rules: one entry a rule that judged.
        names: what people call the resources, by id; not every resource has a name of its own.
    """

    account_id: str
    region: str
    generated: datetime
    rules: tuple[RuleReport, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def evaluations(self) -> list[RuleEvaluation]:
        """Every evaluation, what needs a person first."""
        return sorted((one for rule in self.rules for one in rule.evaluations), key=_urgency)


def _urgency(evaluation: RuleEvaluation) -> tuple[int, str]:
    """Sorting keeps the rule's own order otherwise."""
    known = evaluation.compliance in STATES
    return (STATES.index(evaluation.compliance) if known else len(STATES), evaluation.rule)


def render_report(report: Report) -> str:
    """Return the page as HTML text."""
    return _page().render(report=replace(report, names=defaultdict(str, report.names)))


@cache
def _page() -> Template:
    environment = Environment(
        loader=PackageLoader("rulebook.operating.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
