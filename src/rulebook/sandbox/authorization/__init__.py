"""Who may call what: identity-based policies of roles and users, with resource patterns and tag conditions.

Not looked at: permissions boundaries, service control policies, resource-based policies.
"""
