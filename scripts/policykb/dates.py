"""The day as of which statuses are derived."""

from __future__ import annotations

import datetime as dt
import os


def build_date(given: str | None = None) -> dt.date:
    """The day given (YYYY-MM-DD), else that of `POLICYKB_DATE`, of `SOURCE_DATE_EPOCH` (UTC), or today.

    Raises ValueError where one of them is set and is no date.
    """
    given, epoch = given or os.environ.get("POLICYKB_DATE"), os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if given:
            return dt.date.fromisoformat(given)
        if epoch:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except ValueError:
        raise ValueError(f"no date: {given or epoch}; write YYYY-MM-DD") from None
    return dt.date.today()
