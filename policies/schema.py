"""The JSON Schema of a pack, made from the code: `python -m policies.schema` writes pack.schema.json anew."""
from __future__ import annotations

import json
from pathlib import Path

from policies.pack_model import Pack

FILE = Path(__file__).parent / "pack.schema.json"


def text() -> str:
    """The schema as the file holds it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Pack.model_json_schema(), "title": "A landlord's pack"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
