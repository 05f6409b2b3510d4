"""What the log says."""

import logging


class RefusalsWithoutTraceback(logging.Filter):
    """Whoever asks for what is not theirs, or is not there, is a line of the log: no fault."""

    def filter(self, record: logging.LogRecord) -> bool:
        if 400 <= getattr(record, "status_code", 0) < 500:
            record.exc_info = record.exc_text = None
        return True
