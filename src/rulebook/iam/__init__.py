"""What is known of IAM itself: its policies and how they are evaluated, its actions and what they do."""
