"""AWS Config as the embedded account has it: evaluations of deployed rules, and their remediation.

moto keeps rules, recorders and delivery channels. What happens with them is here: ``evaluations`` invokes a
rule's function, ``results`` takes what it reports, ``remediations`` holds what is attached to a rule,
``runs`` remedies. Unlike AWS, a rule is not evaluated when it is created: an evaluation is asked for, or
comes due by the account's clock.
"""
