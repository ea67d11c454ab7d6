"""One self-contained HTML page about what the rules found: nothing in it is fetched from anywhere."""

from rulebook.operating.report.page import Report, RuleReport, render_report

__all__ = ["Report", "RuleReport", "render_report"]
