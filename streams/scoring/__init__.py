"""Pure folds from evidence to scores, one a file; no I/O, no clock."""
