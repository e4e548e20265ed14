"""The questions worker: ``question.requested`` to ``question.asked``, a résumé's lines to vectors."""
