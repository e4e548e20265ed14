"""The speaking worker: answers a question in words with ``question.spoken``, a clip."""
