"""Moving and folding events: the runtime every process uses, the pure scoring folds, the Faust agent."""
