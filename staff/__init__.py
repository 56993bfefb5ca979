"""Where staff work: the queue, a case, its transcript, the decisions, the letters. Server-rendered, no scripts."""
