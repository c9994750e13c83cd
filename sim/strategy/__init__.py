"""What owners do about it, as pure functions: measuring apart from weighing."""
