"""What deciders read of the world; nothing here writes."""
