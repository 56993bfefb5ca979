"""How well the bot understands: the sets it is measured on, the checks of the data, and the report."""
