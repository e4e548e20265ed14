"""What an interview's state is and how it changes: pure, no I/O."""
