"""Who decides, as Mesa agents."""
