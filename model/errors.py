"""The one tree of exceptions: the command line prints them, REST turns them into problem details.

Raise these for what a user can act on; anything else that escapes is a bug.
"""


class TopicdeskError(Exception):
    """Base of all expected errors; its text is one sentence a user can act on, without article text."""

    code = "failed"
    title = "The request failed"
    exit_code = 1


class InvalidInputError(TopicdeskError):
    """The article or file does not have the form that was asked for."""

    code = "invalid-input"
    title = "The input is not valid"


class EmptyInputError(InvalidInputError):
    """There is no article in the input."""

    code = "empty-input"
    title = "The input holds no article"


class TooLargeError(InvalidInputError):
    """The input is larger than the limit for it."""

    code = "too-large"
    title = "The input is too large"


class UnknownTopicError(InvalidInputError):
    """A label names a topic that the taxonomy does not have."""

    code = "unknown-topic"
    title = "The topic is not known"


class FileError(TopicdeskError):
    """A file is missing, unreadable or cannot be written."""

    code = "file-error"
    title = "The file cannot be used"


class UsageError(TopicdeskError):
    """The command was given options that do not fit together."""

    code = "wrong-usage"
    title = "Wrong usage"
    exit_code = 2


class TaxonomyError(TopicdeskError):
    """The topics file is not valid."""

    code = "invalid-topics"
    title = "The topics file is not valid"


class TrainingError(TopicdeskError):
    """The labelled data cannot train a model."""

    code = "cannot-train"
    title = "The data cannot train a model"


class ModelError(TopicdeskError):
    """Base of what can be wrong with a model."""

    code = "model-error"
    title = "The model cannot be used"


class NoModelError(ModelError):
    """No model has been trained yet, or the one asked for is not there."""

    code = "no-model"
    title = "There is no such model"


class InvalidModelError(ModelError):
    """A model file is damaged, foreign or of another format version."""

    code = "invalid-model"
    title = "The model file is not valid"


class NotFoundError(TopicdeskError):
    """What was asked for by its id is not kept."""

    code = "not-found"
    title = "There is no such thing"


class UnauthorizedError(TopicdeskError):
    """Nobody knows who asks."""

    code = "unauthorized"
    title = "A key is needed"


class RateLimitedError(TopicdeskError):
    """Somebody asks too often; `seconds` tells when they may again."""

    code = "rate-limited"
    title = "Too many requests"

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class ForbiddenError(TopicdeskError):
    """Who asks may not do this."""

    code = "forbidden"
    title = "The request is refused"


class ConflictError(TopicdeskError):
    """The request does not fit what is kept."""

    code = "conflict"
    title = "The request does not fit what is kept"


class DatabaseError(TopicdeskError):
    """The database cannot be reached, is busy or is not of this version."""

    code = "database-error"
    title = "The database cannot be used"


class ClusterError(TopicdeskError):
    """The cluster that should do the work cannot be used."""

    code = "cluster-error"
    title = "The cluster cannot be used"


class FeedError(TopicdeskError):
    """A feed cannot be fetched or read."""

    code = "feed-error"
    title = "The feed cannot be used"
