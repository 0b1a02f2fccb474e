"""The texts of files that had another name meanwhile, and have their old one again."""

from collections.abc import Mapping, Sequence

from analyzer.analysis.renames.returned import texts_before_return
from analyzer.model.core.deployment import HowDeployed
from analyzer.workflow.diagnosis.inference import Inference


def returned_texts(inference: Inference, paths: Sequence[str]) -> Mapping[str, str]:
    """By path, what a file held before it was renamed, of those that were renamed back since.

    Nothing where it is known otherwise which text ran: somebody named the commit, or notes tell.
    """
    deployed = inference.deployed
    given = deployed is not None and deployed.how is HowDeployed.GIVEN
    if given or inference.noted is not None or not paths:
        return {}
    return texts_before_return(inference.past_files.history, paths)
