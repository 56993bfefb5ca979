"""The landlords' policies as data, and the pure functions that read them: no database, no clock, no network."""
