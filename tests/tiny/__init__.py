"""A tiny industry of three plants in which every sum can be done on paper."""
