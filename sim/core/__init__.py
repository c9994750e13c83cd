"""Tools that know no industry: units, luck by address, registries, tables and errors."""
