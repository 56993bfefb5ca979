"""The complaints register: the only room with a database."""
