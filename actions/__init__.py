"""Rasa custom actions, thin: slots and understanding in, one call to the register or the policies, words by name, events out."""
