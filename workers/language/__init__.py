"""What workers that ask a language model share."""
