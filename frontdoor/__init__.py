"""Where residents come in: the chat page and its API, the texts, and the relay that carries each message to Rasa."""
