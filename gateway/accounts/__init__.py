"""Who may log in: people, their passwords, and how guessing is slowed down."""
