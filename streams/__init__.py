"""Moving and folding events: the runtime, the pure scoring folds, the Faust agent."""
