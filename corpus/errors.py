"""Every error this system raises on purpose, in one tree.

    ProevError
    ├── InputError           the person or the caller can mend it (HTTP 4xx)
    │   ├── EmptyQuery           nothing to search for
    │   ├── QueryTooLong         more text than a question may hold
    │   ├── BadRequest           a field is missing or of the wrong form
    │   ├── UnknownDocument      no document with that id
    │   ├── UnknownPage          the document has no such page
    │   └── UnknownRecord        no trial action, recommendation, measure, topic or path with that id
    ├── DocumentError        one source file cannot be used; the others can (HTTP 422)
    │   ├── MissingDocument      the file is not there
    │   ├── EmptyDocument        the file holds nothing
    │   ├── UnsupportedDocument  no reader for this kind of file
    │   ├── BinaryDocument       a binary file with a text file's name
    │   ├── WrongEncoding        not UTF-8
    │   ├── EncryptedDocument    a PDF that needs a password
    │   ├── ScannedDocument      pages without text
    │   ├── DamagedDocument      the file cannot be parsed
    │   ├── UnusableName         no id can be made of the file's name
    │   ├── ChangedDocument      not the bytes the manifest names
    │   └── OutlineMismatch      a heading of the outline is not in the text
    ├── KnowledgeError       a hand-written data file is wrong
    ├── IndexFault           the index cannot serve (HTTP 503)
    │   ├── IndexMissing         nothing is indexed yet
    │   ├── IndexBusy            another process is indexing in the same folder
    │   ├── IndexDamaged         files of the index are missing or broken
    │   ├── StorageFull          the disk is full
    │   ├── StorageUnusable      the data folder cannot be read or written
    │   └── ServerUnreachable    the Qdrant server does not answer
    └── ConfigError          a setting is missing or wrong

A message is in Danish, for the person who reads it. It says what was wrong, with the value, and what to do.
It never holds the text of a question.
"""


class ProevError(Exception):
    """Base of the tree: `what` went wrong and `fix`, what to do about it; both whole Danish sentences."""

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what} {fix}".strip())
        self.what = what
        self.fix = fix

    @property
    def code(self) -> str:
        """The stable, machine-readable name of this kind of error."""
        return type(self).__name__


class InputError(ProevError):
    """The person or the calling program can mend it."""


class EmptyQuery(InputError):
    """Nothing to search for."""


class QueryTooLong(InputError):
    """More text than a question may hold."""


class BadRequest(InputError):
    """A field is missing or of the wrong form."""


class UnknownDocument(InputError):
    """No document with that id."""


class UnknownPage(InputError):
    """The document has no such page."""


class UnknownRecord(InputError):
    """No trial action, recommendation, measure, topic or path with that id."""


class DocumentError(ProevError):
    """One source file cannot be used."""


class MissingDocument(DocumentError):
    """The file is not there."""


class EmptyDocument(DocumentError):
    """The file holds nothing."""


class UnsupportedDocument(DocumentError):
    """No reader for this kind of file."""


class BinaryDocument(DocumentError):
    """A binary file with a text file's name."""


class WrongEncoding(DocumentError):
    """The text is not UTF-8."""


class EncryptedDocument(DocumentError):
    """A PDF that needs a password."""


class ScannedDocument(DocumentError):
    """The pages hold no text."""


class DamagedDocument(DocumentError):
    """The file cannot be parsed."""


class UnusableName(DocumentError):
    """No id can be made of the file's name."""


class ChangedDocument(DocumentError):
    """The file does not hold the bytes the manifest names."""


class OutlineMismatch(DocumentError):
    """A heading of the outline is not in the text."""


class KnowledgeError(ProevError):
    """A hand-written data file is wrong."""


class IndexFault(ProevError):
    """The index cannot serve."""


class IndexMissing(IndexFault):
    """Nothing is indexed yet."""


class IndexBusy(IndexFault):
    """Another process is indexing in the same folder."""


class IndexDamaged(IndexFault):
    """Files of the index are missing or broken."""


class StorageFull(IndexFault):
    """The disk is full."""


class StorageUnusable(IndexFault):
    """The data folder cannot be read or written."""


class ServerUnreachable(IndexFault):
    """The Qdrant server does not answer."""


class ConfigError(ProevError):
    """A setting is missing or wrong."""
