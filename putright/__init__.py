"""The command line and the composition root: settings, processes, and the commands of the house."""
