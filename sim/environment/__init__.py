"""Red mud, carbon and the limits that regions set."""
