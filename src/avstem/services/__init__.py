"""What a user can ask for: load, decide, write; one use case a file; none calls another."""
