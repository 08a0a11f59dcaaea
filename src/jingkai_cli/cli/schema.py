"""`jk schema`: the JSON Schema of the plan file, for editors."""

from ..plan import schema as plan_schema
from .output import give_json


def schema() -> None:
    give_json(plan_schema(), indent=2)
