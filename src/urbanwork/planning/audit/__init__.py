"""A plan held against the six qualities asked of planning: an explained checklist, no score."""
