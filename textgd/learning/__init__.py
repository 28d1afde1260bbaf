"""What the families that learn share: the solver, folds, calibration and the validation of what they are given."""
