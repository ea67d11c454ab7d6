"""The whole loop in an embedded account: deploy with rdk, evaluate, remediate, evaluate again."""
