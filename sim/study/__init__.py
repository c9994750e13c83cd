"""Many runs: ensembles, comparisons, sensitivity, hindcast and the claims."""
