"""
Ids made up find nothing, and behind a 404 hides most of the product. Where a value is meant to be right, most calls get
an id that is there, of those that were collected before (FUZZ_KNOWN).
"""

import json
import os
import random

import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

with open(os.environ["FUZZ_KNOWN"], encoding="utf-8") as file:
    KNOWN = json.load(file)

SHARE = 0.8
chosen = random.Random(int(os.environ["FUZZ_SEED"]))


def is_meant_right(case, location):
    component = case.meta.components.get(location) if case.meta else None
    return component is not None and component.mode == GenerationMode.POSITIVE


def known(key):
    values = KNOWN.get(key)
    return chosen.choice(values) if values and chosen.random() < SHARE else None


def known_in_path(path, name):
    """By what stands before `{name}`: `/runs/{runId}` is one of `runs`, `/oa/users/{userId}` one of `oa/users`."""
    before = path.split("{%s}" % name)[0].rstrip("/").split("/")
    return known("/".join(before[-2:])) or known(before[-1])


def with_known(value):
    if isinstance(value, list):
        return [with_known(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: (known(key) or entry) if isinstance(entry, str) else with_known(entry) for key, entry in value.items()
    }


@schemathesis.hook
def before_call(context, case, kwargs):
    if is_meant_right(case, ParameterLocation.PATH):
        for name in case.path_parameters:
            value = known_in_path(case.path, name)
            if value is not None:
                case.path_parameters[name] = value
    if is_meant_right(case, ParameterLocation.QUERY) and case.query:
        case.query = with_known(case.query)
    if is_meant_right(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        case.body = with_known(case.body)
