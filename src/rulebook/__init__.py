"""Custom AWS Config rules, each with the SSM Automation runbook that remedies what it finds."""
