"""Files that ship with Sulcus; `engine.resources.resource` gives their paths."""
