"""How well the bot understands: the sets it is measured on, the checks of the data, and the report.

dev.jsonl is for tuning, test.jsonl for the last word. fresh.jsonl, dangers and what only sounds like one, measures anew what was
mended after a miss; its `second` reading is the writer's own. None of them is ever trained on.
"""
