"""`jk schema`: the JSON Schema of the plan file, for editors."""

import json
import sys

from ..plan import schema as plan_schema


def schema() -> None:
    sys.stdout.write(json.dumps(plan_schema(), ensure_ascii=False, indent=2) + "\n")
