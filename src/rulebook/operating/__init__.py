"""What an operator does in a real account: evaluate, preview, look back, ask whether it would work there."""
