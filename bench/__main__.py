"""Every bench, one after the other: speeds as ratios measured in one run."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda each: each.name):
    if not module.name.startswith("_"):
        print(f"== {module.name}", flush=True)
        importlib.import_module(f"bench.{module.name}").main()
sys.stdout.flush()
