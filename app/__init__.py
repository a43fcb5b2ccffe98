"""Turns of the conversation, over HTTP, in a chat and on the command line."""
