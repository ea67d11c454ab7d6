"""What is known of IAM itself: its policies and how they are evaluated, its actions and what they do."""

from rulebook.iam.actions import access_level, action_of, is_known, only_looks, only_reads

__all__ = ["access_level", "action_of", "is_known", "only_looks", "only_reads"]
