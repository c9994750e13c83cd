"""Why an agent did what it did: what it weighed, by how much the choice won, and what would have tipped it."""
