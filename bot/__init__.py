"""What runs inside Rasa: the components that understand a message, the reader of turns, the journal channel."""
