"""The errors that a user can meet; each message is one Chinese sentence that says what to do."""


class NlpkitError(Exception):
    """Base of all errors that nlpkit reports as one sentence instead of a traceback."""


class UnreadableError(NlpkitError):
    """One input file cannot be read; the other files' work goes on."""


class OwnOutputError(NlpkitError):
    """A file is nlpkit's own draft or list, not a member's text."""


class InputError(NlpkitError):
    """The inputs as a whole cannot be used (no such folder, no texts in it)."""


class WorkspaceError(NlpkitError):
    """The workspace cannot be opened, read or written."""


class OutputError(NlpkitError):
    """A result cannot be written where the user asked for it."""


class DataError(NlpkitError):
    """A data file of the installation (model, lexicon, corpus) is missing or damaged."""


def damaged_model(name: str) -> DataError:
    """Return the error for a model folder that lacks a file or holds a broken one."""
    return DataError(f"模型“{name}”不完整：自带的请重新安装 nlpkit，自己训练的请用 nlpkit train 再训练一次。")
