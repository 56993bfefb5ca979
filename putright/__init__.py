"""The command line and the composition root: here the rooms are joined and the processes started."""
