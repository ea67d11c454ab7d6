"""What an evaluation of access keys costs, ours beside others'. Run it with ``make bench``."""
