"""Advice as JSON."""

import json
from typing import Any

from analyzer import __version__
from analyzer.model.findings.advice import Advice, AdviceForAll, Assessment, Situation
from analyzer.model.plans.repair_path import commands_of
from analyzer.report.unread_json import entries


def render(advice: AdviceForAll) -> str:
    """Render the advice for all environments as a document that ends with a newline."""
    document: dict[str, Any] = {
        "format": 1,
        "tool": {"name": "migdoctor", "version": __version__},
        "plan": [
            {
                "environment": step.environment,
                "command": command,
                "because": step.says,
            }
            for step, command in commands_of(advice.plan)
        ],
        "environments": entries(advice.advices, _environment, advice.unread),
    }
    if advice.joint is not None:
        document["way"] = advice.joint.way.value
        document["because"] = list(advice.joint.because)
    return json.dumps(document, indent=2) + "\n"


def _environment(advice: Advice) -> dict[str, Any]:
    here = advice.situation
    return {
        "name": here.environment,
        "source": here.place,
        "applied": len(here.versions),
        "fails": here.stops,
        "destroys": [loss.what for loss in here.losses],
        "data": _data(here),
        "best": advice.choice.way.value if advice.choice else None,
        "settle": list(advice.settle),
        "options": [_option(assessment) for assessment in advice.assessments],
    }


def _data(here: Situation) -> dict[str, Any] | None:
    volume, rate = here.volume, here.rate
    if volume is None:
        return None
    return {
        "bytes": volume.size,
        "rows_estimate": volume.rows,
        "tables": volume.tables,
        "largest": [{"table": name, "bytes": size} for name, size in volume.largest],
        "dump_bytes_per_second": [round(rate.low), round(rate.high)] if rate else None,
    }


def _option(one: Assessment) -> dict[str, Any]:
    return {
        "option": one.way.option,
        "command": one.way.value,
        "fitness": one.fitness.value,
        "because": list(one.because),
        "minutes": {
            "low": round(one.minutes.low, 1),
            "high": round(one.minutes.high, 1),
            "basis": one.minutes.basis,
        },
        "risks": list(one.risks),
        "cannot_fix": list(one.cannot_fix),
        "commands": list(one.commands),
    }
