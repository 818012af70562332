"""What is computed from the entries."""
