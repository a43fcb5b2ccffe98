"""The chat page and the source viewer."""
