"""The documents, what is known about them by hand, and their nouns; imports nothing else of ours."""
