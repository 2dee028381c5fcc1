"""How a job ends before its work does."""


class Stopped(BaseException):  # no Exception: nothing on the way may take it for a failure of the work
    """The job was cancelled, or is no longer this process's."""


class Interrupted(BaseException):
    """The server stops; the job goes on when it runs again."""
